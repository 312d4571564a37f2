"""What is written down for people: one folder per node type."""
