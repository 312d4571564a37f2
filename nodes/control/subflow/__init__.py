"""Calls another flow and goes on by its outcome."""
