"""The designer in a process that is killed: changes a project on and on, and tells each change once it is kept.

Run as ``python crash_victim.py FOLDER``. After every change it waits twice as long as the journal promises, for a busy
machine is late with everything, then writes the number of changes to standard output.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from designer.app import make_application
from designer.document.commands.set_field import set_field
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow

PROMISED_MS = 2_000


def main() -> int:
    application = make_application()
    desktop = Desktop(application)

    def begin(window: MainWindow | None, _opened: object) -> None:
        assert window is not None
        count = 0

        def change() -> None:
            nonlocal count
            count += 1
            document = window.services.document
            node = ("route", "refund", "work_out")[count % 3]
            document.do(set_field("billing_dispute", node, "title", f"Change {count}"))
            QTimer.singleShot(PROMISED_MS, tell)

        def tell() -> None:
            print(count, flush=True)
            change()

        change()

    desktop.open(Path(sys.argv[1]), begin)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
