"""The flow as a tree, for keyboard and screen readers: all that the canvas does."""
