"""Colours of code: each line has its own, and a long text is looked at once."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from designer.forms.code_editor import CodeEditor, colour_of
from designer.forms.exact_json import json_marks
from designer.theme.theme import Theme


def test_each_line_has_its_colours_and_the_text_is_looked_at_once(qtbot: QtBot) -> None:
    looked: list[str] = []

    def marks(text: str) -> list[tuple[int, int, str]]:
        looked.append(text)
        return json_marks(text)

    theme = Theme("light")
    editor = CodeEditor(theme, marks)
    qtbot.addWidget(editor)
    editor.show_text('[\n  "one",\n  2,\n  true\n]')
    assert len(looked) == 1
    kinds = [("operator",), ("text", "operator"), ("number", "operator"), ("keyword",), ("operator",)]
    assert _colours(editor) == [[colour_of(theme.palette, kind).lower() for kind in line] for line in kinds]

    cursor = QTextCursor(editor.document().findBlockByNumber(2))
    cursor.insertText('  "two",\n')
    kinds.insert(2, ("text", "operator"))
    assert _colours(editor) == [[colour_of(theme.palette, kind).lower() for kind in line] for line in kinds]
    theme.choose("dark")
    assert _colours(editor) == [[colour_of(theme.palette, kind).lower() for kind in line] for line in kinds]


def _colours(editor: CodeEditor) -> list[list[str]]:
    blocks = (editor.document().findBlockByNumber(number) for number in range(editor.document().blockCount()))
    return [
        [found.format.foreground().color().name() for found in sorted(block.layout().formats(), key=lambda f: f.start)]
        for block in blocks
    ]
