"""Waits for an instant or for a while."""
