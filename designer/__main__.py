"""``python -m designer [PROJECT]``; in a checkout: ``python3 packaging/dev.py design [PROJECT]``."""

from __future__ import annotations

import signal
import sys

if __name__ == "__main__":
    # Ctrl C in the terminal ends it at once, without a word; what is not saved is in the crash journal.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    from designer.app import main

    sys.exit(main())
