"""One system a file: its router, its request and answer shapes, its rules. A system never imports another."""
