"""The form of the selected step, at the right in Design."""
