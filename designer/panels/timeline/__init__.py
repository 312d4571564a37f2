"""The run along its events: the strip with its controls, the list of events, values over time."""
