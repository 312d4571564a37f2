"""A remark on the case that stands in the audit trail."""
