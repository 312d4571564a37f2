"""What code of nodes prints while a runtime is open shows no secret, whichever stream and thread it comes from (I8)."""

from __future__ import annotations

import logging
import sys
import threading

import pytest

from runtime.cli.logs import logged
from runtime.cli.printing import keep_output_for_results

SECRET = "canary-4711-of-the-crm"


def test_a_secret_that_is_printed_is_masked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    keep_output_for_results()
    before = sys.stderr

    def of_a_node() -> None:
        print("printed", SECRET)
        print(f"remarked {SECRET}", file=sys.stderr)
        sys.stderr.writelines(["written ", SECRET[:9], SECRET[9:], "\n"])
        logging.getLogger("node").warning("logged %s", SECRET)

    with logged() as redactor:
        redactor.add(SECRET)
        node = threading.Thread(target=of_a_node)
        node.start()
        node.join()
        print("results are Baton's own")
    assert sys.stderr is before
    out, err = capsys.readouterr()
    assert out == "results are Baton's own\n"
    assert all(word in err for word in ("printed", "remarked", "written", "logged"))
    assert SECRET not in err
    assert SECRET[9:] not in err, "it was written in pieces"
