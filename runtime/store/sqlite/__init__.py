"""The store on one SQLite file: one writer thread, a few readers, one lock beside the file."""
