"""The step that is looked at, in a run: why it went on as it did, what changed, what came in and out."""
