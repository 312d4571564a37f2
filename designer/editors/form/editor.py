"""The page, as data. Its key is the form's id, or ``flow/step`` for the form of one approval."""

from __future__ import annotations

from designer.editors import Editor
from designer.editors.form.page import FormPage, tab_title

EDITOR = Editor("form", "Form", "text-cursor-input", FormPage, tab_title)
