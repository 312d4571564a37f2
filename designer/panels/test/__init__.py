"""Where a run begins: the case, where effects go, and what the samples answer."""
