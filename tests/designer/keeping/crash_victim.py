"""The designer in a process that is killed: changes a project on and on, and tells each change once it is kept.

Run as ``python crash_victim.py FOLDER [saving]``. After every change it waits twice as long as the journal promises,
for a busy machine is late with everything, then writes the number of changes to standard output. With ``saving`` every
change is saved instead, in two files at once, and told as soon as it is.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from designer.app import make_application
from designer.document.command import Command
from designer.document.commands.set_field import set_field
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow

PROMISED_MS = 2_000


def main() -> int:
    saving = sys.argv[2:] == ["saving"]
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
            if not saving:
                QTimer.singleShot(PROMISED_MS, tell)
                return
            file = document.project.file.model_copy(update={"name": f"Change {count}"})
            document.do(Command("Rename the project", lambda before: before.model_copy(update={"file": file})))
            window.services.extras["keeper"].save(then=lambda well: tell() if well else sys.exit("not saved"))

        def tell() -> None:
            print(count, flush=True)
            change()

        change()

    desktop.open(Path(sys.argv[1]), begin)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
