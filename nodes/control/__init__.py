"""What directs the tokens and the data of a run: one folder per node type."""
