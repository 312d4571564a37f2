"""Where things lie in the checkout. Absolute, so that dev.py may be started from any folder."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BUILD = ROOT / "build"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
PYPROJECT = ROOT / "pyproject.toml"
