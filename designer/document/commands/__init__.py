"""The commands: one file a change, each a function that makes a ``Command``. See README.md."""
