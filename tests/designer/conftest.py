"""What tests of the designer share: Qt without a screen, and the services of a window without the window."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from designer.document.checking import Checking
from designer.document.document import Document
from designer.document.facts import Facts
from designer.document.selection import Selection
from designer.services import Services
from designer.session.session import Session
from designer.theme.theme import Theme
from designer.theme.type_scale import load_fonts
from nodes.registry import built_ins
from runtime.model.files import load_project

FLOW = "billing_dispute"
EXAMPLE = Path(__file__).parents[2] / "projects" / FLOW


@pytest.fixture(scope="session", autouse=True)
def application(qapp: QApplication) -> QApplication:
    """The one QApplication of the process, with Baton's fonts."""
    load_fonts()
    return qapp


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """The example project, its flow shown, light colours, a session that has nothing started."""
    registry = built_ins()
    document = Document(load_project(EXAMPLE), EXAMPLE)
    session = Session(document, registry, tmp_path)
    made = Services(
        registry=registry,
        document=document,
        selection=Selection(),
        facts=Facts(registry),
        checking=Checking(document, registry),
        theme=Theme("light"),
        extras={"session": session},
    )
    made.selection.show_flow(FLOW)
    yield made
    session.close()
    made.checking.close()
