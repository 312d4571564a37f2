"""What reaches other systems: one folder per node type."""
