"""One verb a file: each exports ``VERB`` (a click command) and ``SECTION`` (its heading in the help)."""
