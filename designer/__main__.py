"""``python -m designer [PROJECT]``; in a checkout: ``python3 packaging/dev.py design [PROJECT]``."""

from __future__ import annotations

import sys

from designer.app import main

if __name__ == "__main__":
    sys.exit(main())
