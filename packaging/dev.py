"""The developer's commands: `python3 packaging/dev.py VERB` (on Windows `py packaging\\dev.py VERB`).

Called by people and by `.ci/run`, with whatever Python the machine has: this file and its siblings `dev_*.py` are read
by 3.8, need the standard library only, and start everything else with a Python 3.11 to 3.14 from the checkout's own
`.venv`. This file knows the verbs; how a `.venv` comes about, how a child is started and what a stage is stand in the
siblings. The law: nothing outside the checkout is changed, except system libraries, and those only by root on Debian or
Ubuntu and only for a verb that needs them.
"""

from __future__ import annotations

import argparse
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # PYTHONSAFEPATH leaves the folder of a script out

import dev_child
import dev_interpreter
import dev_stages
import dev_system_libraries
import dev_venv
from dev_exit import MACHINE_LACKS, NOT_HERE_YET, STOPPED, WRONG_USE, Exit
from dev_paths import ROOT

EXIT_CODES = """\
exit codes:
  0    all went well
  1    something that was checked failed; the lines above the closing table say what
  2    the command was not understood
  3    the machine lacks something (a Python, a package, a library): the last line says what to type
  4    this checkout does not hold that part of Baton yet
  130  stopped by Ctrl-C (143: by SIGTERM)
"""


def main(arguments: list[str]) -> int:
    """Run one verb and return its exit code; a sentence on stderr says what to do when it is not 0."""
    try:
        with dev_child.stopped_by_signal():
            return _run(_parser(), arguments)
    except Exit as stop:
        print(f"dev.py: {stop.sentence}", file=sys.stderr)
        return stop.code
    except OSError as error:  # a full disk, a folder that may not be written
        print(f"dev.py: {error}", file=sys.stderr)
        return MACHINE_LACKS
    except KeyboardInterrupt:
        print("\ndev.py: stopped.", file=sys.stderr)
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py",
        description="Run, test and measure Baton from a checkout. The first use prepares .venv; later ones are quick.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")

    demo = verbs.add_parser("demo", help="play three customer disputes against example systems and show their traces")
    demo.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="handed on to the demo")
    demo.set_defaults(run=_demo)

    test = verbs.add_parser("test", help="everything that must hold before a change lands (under 15 minutes)")
    test.set_defaults(run=_test)

    design = verbs.add_parser("design", help="open the designer")
    design.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="handed on to the designer")
    design.set_defaults(run=_design)

    check = verbs.add_parser("check", help="the quick round while writing: format, lint, types, imports, sizes, tests")
    check.set_defaults(run=_check)

    storm = verbs.add_parser("storm", help="the long tier: kill points, random histories, fuzz")
    storm.add_argument("--minutes", type=_minutes, default=10.0, metavar="N", help="how long to go on (10)")
    storm.add_argument("--seed", type=int, default=None, metavar="S", help="play an earlier storm again")
    storm.set_defaults(run=_storm)

    bench = verbs.add_parser("bench", help="measure; prints a table and writes build/bench/NAME.json")
    bench.add_argument("name", nargs="?", metavar="NAME", help="one benchmark; without it all that fit in 10 minutes")
    bench.add_argument("--list", action="store_true", help="name the benchmarks and end")
    bench.set_defaults(run=_bench)
    return parser


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 7 * 24 * 60:  # also refuses nan and inf
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes above 0 and up to a week")
    return minutes


def _run(parser: argparse.ArgumentParser, arguments: list[str]) -> int:
    try:
        # What follows demo and design belongs to them, `--help` included; argparse would take it for its own.
        rest = arguments[1:] if arguments[:1] in (["demo"], ["design"]) else []
        wanted, unknown = parser.parse_known_args(arguments[: len(arguments) - len(rest)])
        if unknown:
            raise Exit(WRONG_USE, f"{wanted.verb or 'dev.py'} does not know {' '.join(unknown)}. {_hint(wanted.verb)}")
    except SystemExit as end:  # argparse has already said what is wrong, or printed the help
        return end.code if isinstance(end.code, int) else WRONG_USE
    if wanted.verb is None:
        parser.print_help(sys.stderr)
        return WRONG_USE
    if rest:
        wanted.rest = rest
    code: int = wanted.run(wanted)
    return code


def _hint(verb: str | None) -> str:
    if verb == "check":
        return "It checks this checkout; a flow project is checked by `baton check PROJECT`."
    return "Type `dev.py --help` for the verbs and their options."


def _venv(*extras: str) -> str:
    """The path of a Python in `.venv` that has these extras installed; prepares it where it is not ready."""
    return dev_venv.ready(extras, find_python=dev_interpreter.find)


def _demo(wanted: argparse.Namespace) -> int:
    _must_be_here("projects/demo/__main__.py", "the demo")
    return dev_child.run([_venv("server"), "-m", "projects.demo", *wanted.rest])


def _design(wanted: argparse.Namespace) -> int:
    _must_be_here("designer/__main__.py", "the designer")
    dev_system_libraries.ready("design")
    return dev_child.run([_venv("server", "designer"), "-m", "designer", *wanted.rest])


def _judging(*more: str) -> str:
    """The Python that judges this checkout: the designer's tests draw in memory, which needs Qt's libraries, too."""
    dev_system_libraries.ready("design")
    return _venv("server", "designer", "postgres", "dev", *more)


def _test(_: argparse.Namespace) -> int:
    dev_system_libraries.wish("test")
    return dev_stages.run_all(dev_stages.tier_one(_judging()))


def _check(_: argparse.Namespace) -> int:
    return dev_stages.run_all(dev_stages.quick_round(_judging()))


def _storm(wanted: argparse.Namespace) -> int:
    # A fresh seed each time finds new things; printing it is what makes them findable again.
    seed = wanted.seed if wanted.seed is not None else random.SystemRandom().randrange(2**32)
    return dev_stages.storm(_judging(), minutes=wanted.minutes, seed=seed)


def _bench(wanted: argparse.Namespace) -> int:
    chosen = ["--list"] if wanted.list else [wanted.name] if wanted.name else []
    return dev_child.run([_judging("bench"), "-m", "tests.benchmarks", *chosen])


def _must_be_here(path: str, what: str) -> None:
    if not (ROOT / path).is_file():
        raise Exit(NOT_HERE_YET, f"{what} is not in this checkout yet ({path} is missing); update it and try again.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
