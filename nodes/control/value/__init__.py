"""Works out a value."""
