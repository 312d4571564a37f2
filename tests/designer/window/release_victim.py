"""The designer in a process that is killed while half of a version has left it.

Run as ``python release_victim.py FOLDER packing FILE`` or ``... publishing ADDRESS KEY``. Writes a line to standard
output once half is there, and then stands still.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from designer.app import make_application
from designer.window import choosing
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from designer.window.publish_target import PublishTarget, Target
from runtime.client.http import HttpDoor
from runtime.model import durable


def stand_still() -> None:
    print("half", flush=True)
    threading.Event().wait()


def pack_half(target: str) -> str:
    write = durable.write_new

    def write_half(temporary: Path, content: bytes, place: Path) -> None:
        if place == Path(target):
            write(temporary, content[: len(content) // 2], place)
            stand_still()
        write(temporary, content, place)

    durable.write_new = write_half
    choosing.choose_target = lambda *_: Path(target)
    return "file.pack"


def publish_half(url: str, key: str) -> str:
    put = HttpDoor.put_release

    def put_half(door: HttpDoor, release: str, package: bytes) -> Any:
        def halves() -> Iterator[bytes]:
            yield package[: len(package) // 2]
            stand_still()

        return put(door, release, halves())  # type: ignore[arg-type]

    HttpDoor.put_release = put_half  # type: ignore[method-assign]
    PublishTarget.ask = lambda *_: Target(url, url, key, "1.0.0")  # type: ignore[method-assign, assignment]
    return "file.publish"


def main() -> int:
    folder, what, *more = sys.argv[1:]
    action = (pack_half if what == "packing" else publish_half)(*more)
    application = make_application()
    desktop = Desktop(application)

    def begin(window: MainWindow | None, _opened: object) -> None:
        assert window is not None
        window.run(action)

    desktop.open(Path(folder), begin)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
