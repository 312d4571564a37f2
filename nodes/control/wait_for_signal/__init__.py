"""Waits until the outside world reports something."""
