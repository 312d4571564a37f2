"""What is wrong with the project, live."""
