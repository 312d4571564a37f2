"""Writes run variables."""
