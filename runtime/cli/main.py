"""``baton``: finds its verbs by walking ``verbs/`` and turns every way to fail into one sentence and an exit code.

A verb is a module with ``VERB`` (a click command) and ``SECTION`` (its heading in ``baton --help``). No traceback ever
reaches a person: what nobody foresaw is written into a report file, which the sentence names.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from runtime.cli import exits, verbs
from runtime.cli.exits import Exit, exit_of
from runtime.cli.faults import problem_of
from runtime.cli.leaving import leave
from runtime.cli.printing import keep_output_for_results, safe, speak_plainly
from runtime.wire import Problem

SECTIONS = ("Run flows", "Look", "Decide", "Make", "Operate")
"""Headings of the help, in order."""


class Verbs(click.Group):
    """The group of all verbs; each is imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(found.name.replace("_", "-") for found in pkgutil.iter_modules(verbs.__path__))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        return _module(name).VERB  # type: ignore[no-any-return]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as wrong:
            raise click.UsageError(_did_you_mean(args[0], self.list_commands(ctx)) or str(wrong), ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        by_section: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            module = _module(name)
            by_section.setdefault(module.SECTION, []).append((name, module.VERB.get_short_help_str(limit=90)))
        for section in sorted(by_section, key=SECTIONS.index):
            with formatter.section(section):
                formatter.write_dl(by_section[section])
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code.value), words) for code, words in exits.MEANINGS.items()])


def _module(name: str) -> Any:
    return importlib.import_module(f"{verbs.__name__}.{name.replace('-', '_')}")


def _did_you_mean(typed: str, known: Sequence[str]) -> str | None:
    import difflib

    near = difflib.get_close_matches(typed, known, n=1)
    meant = f" Did you mean '{near[0]}'?" if near else ""
    return f"There is no verb '{typed}'.{meant} `baton --help` lists them all."


def _tell_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    import importlib.metadata  # here, since no verb needs it

    try:
        version = importlib.metadata.version("baton-flow")
    except importlib.metadata.PackageNotFoundError:
        version = "(a checkout that is not installed)"
    click.echo(f"baton {version}")
    context.exit()


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Each verb has its own help: baton run --help",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_tell_version,
    help="Show the version and exit.",
)
def baton() -> None:
    """Run outcome flows durably, see what they do, and decide where they need a person.

    Begin with: baton run PROJECT FLOW --input '{...}'
    """


def main(args: Sequence[str] | None = None) -> None:
    """The console script. Exits with a code of ``exits.Exit``."""
    speak_plainly()
    keep_output_for_results()
    code = run(args)
    with contextlib.suppress(OSError, ValueError, AttributeError):  # AttributeError: it was closed from the beginning
        sys.stdout.flush()
    _leave_quietly()
    leave(code)


def run(args: Sequence[str] | None = None) -> int:
    """Runs one verb and gives its exit code; nothing is raised."""
    try:
        result = baton.main(args=list(args) if args is not None else None, prog_name="baton", standalone_mode=False)
        return int(result) if isinstance(result, int) else Exit.DONE
    except click.exceptions.Exit as left:
        return left.exit_code
    except (BrokenPipeError, SystemExit):
        # click itself leaves by SystemExit when the reader of the output went away; verbs never do.
        return Exit.OUTPUT_CLOSED
    except (click.Abort, KeyboardInterrupt):
        return _told("Interrupted. Runs are safe; they go on with: baton resume", Exit.INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.format_message(), err=True)
        return Exit.USAGE
    except click.UsageError as wrong:
        where = wrong.ctx.command_path if wrong.ctx else "baton"
        words = " ".join(wrong.format_message().split())  # click sets choices off by tabs and line ends
        words = words.replace("not a valid integer range", "no whole number").replace(
            "not a valid float range", "no number"
        )
        see = "" if "--help`" in words else f" See: {where} --help"
        return _told(words + see, Exit.USAGE)
    except click.ClickException as wrong:
        return _told(wrong.format_message(), Exit.USAGE)
    except Problem as problem:
        return _told(str(problem), exit_of(problem))
    except Exception as fault:  # noqa: BLE001  the last line of defence: a person gets a sentence, not a traceback
        known = problem_of(fault)
        if known is not None:
            return _told(str(known), exit_of(known))
        return _told(_reported(fault), Exit.FAULT)


def _told(words: str, code: Exit) -> int:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        click.echo(f"baton: {safe(words)}", err=True)
    return code


def _reported(fault: Exception) -> str:
    """Writes a report that only its owner can read, and says where."""
    try:
        handle, name = tempfile.mkstemp(prefix="baton-report-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as report:
            report.write("".join(traceback.format_exception(fault)))
    except OSError:
        return f"Baton made a mistake ({type(fault).__name__}), and no report could be written."
    return f"Baton made a mistake ({type(fault).__name__}). Please send the report {Path(name)} to whoever runs Baton."


def _leave_quietly() -> None:
    """Python flushes its streams once more as it ends; a reader that went away must not make noise then."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    main()
