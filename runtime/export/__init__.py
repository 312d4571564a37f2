"""What leaves Baton in other formats, one exporter a file, each a pure function of journal and plan. None yet."""
