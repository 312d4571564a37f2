"""Ends a branch, with an outcome or without."""
