"""Ordered conditions; the first that is true chooses the way."""
