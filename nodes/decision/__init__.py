"""What chooses the way: one folder per node type."""
