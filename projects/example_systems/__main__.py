"""`python -m projects.example_systems`: the command line of the example systems. Parses, then calls process.serve."""

import argparse
import sys
from pathlib import Path

try:
    from projects.example_systems.keys import SYSTEMS, Keys
    from projects.example_systems.process import Options, PortError, serve
    from projects.example_systems.store import StoreError
except ModuleNotFoundError as missing:
    if (missing.name or "").partition(".")[0] == "projects":
        raise
    sys.exit(
        f"This Python has no {missing.name}: use the checkout's own, .venv/bin/python (Windows: "
        ".venv\\Scripts\\python); `python3 packaging/dev.py demo` makes it."
    )


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError
    return port


def _key(text: str) -> str:
    if not text or not text.isascii() or not text.isprintable():
        raise argparse.ArgumentTypeError("a key is printable ASCII text, at least one character")
    return text


_port.__name__, _key.__name__ = "port from 0 to 65535", "key"  # argparse names them so in its refusal


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m projects.example_systems",
        description="CRM, billing, ticketing, notifications and a fraud check as one HTTP server on loopback.",
        epilog="Prints one JSON line (url, pid, ledger) when it is ready. Ends on SIGTERM or Ctrl-C.",
    )
    parser.add_argument("--port", type=_port, default=0, help="0 (default): the machine chooses a free one")
    parser.add_argument("--store", type=Path, metavar="FILE", help="SQLite file; without it all is kept in memory")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when standard input closes")
    for system in SYSTEMS:
        default = Keys().by_system[system]
        parser.add_argument(
            f"--api-key-{system}", type=_key, metavar="KEY", default=default, help=f"default: {default}"
        )
    parser.add_argument("--admin-key", type=_key, metavar="KEY", help="ask for it at /ledger, /faults and /seed")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 ended as asked, 1 cannot start, 2 wrong arguments."""
    given = _parser().parse_args(arguments)
    keys = Keys({system: getattr(given, f"api_key_{system}") for system in SYSTEMS}, given.admin_key)
    try:
        serve(Options(given.port, given.store, keys, given.until_stdin_closes))
    except (StoreError, PortError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
