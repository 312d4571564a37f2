"""What starts a flow: one folder per node type."""
