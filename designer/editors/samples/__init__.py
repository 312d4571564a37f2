"""Named cases of a flow: what it is started with when it is tried."""
