"""The page, as data. Its key is the flow's id, or ``flow/sample``."""

from __future__ import annotations

from designer.editors import Editor
from designer.editors.samples.page import Samples, tab_title

EDITOR = Editor("samples", "Samples", "flask-conical", Samples, tab_title)
