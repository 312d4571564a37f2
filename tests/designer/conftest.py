"""What tests of the designer share: Qt without a screen, and documents to edit."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
