"""A start by hand, by command or by a call of the API."""
