"""The HTTP server: an API for systems and tools, and the task inbox for people. One resource a file."""
