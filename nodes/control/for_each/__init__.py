"""Calls another flow for each item of a list."""
