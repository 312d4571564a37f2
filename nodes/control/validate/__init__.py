"""Checks a value against a JSON Schema."""
