"""One HTTP request over a named connection, and the connection kind that it needs."""
