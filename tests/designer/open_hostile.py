"""Opens a project in the real application under an audit hook, walks through what can be seen, and reports what
happened.

Run as ``python open_hostile.py FOLDER``; prints one line of JSON: events of importing, spawning, connecting and writing
that name the project or reach outside, and what the process loaded from the project.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from designer.app import make_application
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow

SPAWNS = {
    "subprocess.Popen",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "pty.spawn",
}
REACHES = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "urllib.Request",
    "ftplib.connect",
    "webbrowser.open",
}
EXECUTES = {"compile", "exec"}


def main(folder: Path) -> int:
    os.chdir(folder)  # as somebody does who starts it there
    happened: list[str] = []

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event in SPAWNS | REACHES:
            happened.append(f"{event} {arguments!r}"[:300])
        elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            if str(arguments[0]).startswith(str(folder)):
                happened.append(f"write {arguments[0]}")
        elif event == "import" and str(folder) in repr(arguments[1:]):
            happened.append(f"import {arguments!r}"[:300])

    application = make_application()
    desktop = Desktop(application)
    sys.addaudithook(hear)

    def walk(window: MainWindow | None, _opened: object) -> None:
        assert window is not None
        window.services.checking.check_now()
        for panel in ("problems", "project", "outline", "history"):
            assert window.show_panel(panel) is not None
        for mode in ("test", "replay", "design"):
            window.show_mode(mode)
        flow = window.services.flow
        for node in flow.nodes if flow is not None else ():
            window.services.selection.select((node.id,))
            application.processEvents()
        found = window.find_anything()
        found.line.setText("x")
        QTimer.singleShot(1200, finish)

    def finish() -> None:
        loaded = [name for name, module in sys.modules.items() if str(folder) in str(getattr(module, "__file__", ""))]
        print(json.dumps({"happened": happened, "loaded": loaded}), flush=True)
        application.exit()

    desktop.open(folder, walk)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
