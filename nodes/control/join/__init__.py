"""Waits for parallel branches."""
