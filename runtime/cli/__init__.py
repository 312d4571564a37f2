"""The command line: one verb a file under ``verbs/``, found by walking. ``main.py`` is the console script ``baton``."""
