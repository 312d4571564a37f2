"""A decision of the project, usually a table, chooses the way or gives a result."""
