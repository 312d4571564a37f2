"""The runtime that the designer starts, and the run that is watched."""
