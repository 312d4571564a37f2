"""``python -m runtime.cli``: the same as the console script ``baton``."""

from runtime.cli.main import main

main()
