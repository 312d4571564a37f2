"""``style_sheet(palette)``: the one style sheet of the application, made from the colours of a theme.

``app`` sets it at the start and when the theme changes. Widgets say what they are by the property ``role`` (and
``kind`` for buttons); no other module writes a style sheet.

``QLabel[role]``: primary, secondary, muted, link, good, bad, warn, count, count_warn, key. ``QPushButton[kind]``:
primary; ``[role]``: link. ``QToolButton[role]``: icon, section, rail, mode, quiet. ``QFrame[role]`` and
``QWidget[role]``: bar, rail, panel, header, card, float, line, page, notice, canvas. ``ring``: the focus came by a key.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from string import Template

from designer.theme.palette import Palette

_ICONS = Path(__file__).parent / "icons"

_SHEET = Template("""
* { outline: 0; }
QWidget { color: $text; selection-background-color: $selected; selection-color: $text; }
QMainWindow, QDialog, QWidget[role="page"] { background: $window; }
QMainWindow::separator { background: $subtle; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QToolTip { background: $tip; color: $tip_text; border: 0; padding: 5px 8px; font-size: 9pt; }

QLabel { background: transparent; }
QLabel[role="secondary"] { color: $secondary; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="link"] { color: $link; }
QLabel[role="good"] { color: $done; }
QLabel[role="bad"] { color: $failed; }
QLabel[role="warn"] { color: $waiting; }
QLabel[role="on_accent"] { color: $on_accent; }
QLabel[role="count"] { background: $sunken; color: $secondary; border-radius: 8px; padding: 0 6px; min-height: 16px; }
QLabel[role="count_warn"] { background: $waiting_tint; color: $waiting; border-radius: 8px; padding: 0 6px;
  min-height: 16px; font-weight: 600; }
QLabel[role="key"] { background: $raised; color: $secondary; border: 1px solid $default; border-radius: 4px;
  border-bottom-width: 2px;
  padding: 0 5px; min-height: 16px; max-height: 18px; }
QLabel:disabled { color: $disabled; }

QFrame[role="bar"] { background: $panel; border: 0; border-bottom: 1px solid $subtle; }
QFrame[role="status"] { background: $panel; border: 0; border-top: 1px solid $subtle; }
QFrame[role="rail"] { background: $panel; border: 0; border-right: 1px solid $subtle; }
QWidget[role="panel"], QScrollArea[role="panel"], QWidget[role="section"] { background: $panel; border: 0; }
QFrame[role="header"] { background: $panel; border: 0; border-bottom: 1px solid $subtle; }
QFrame[role="card"] { background: $raised; border: 1px solid $default; border-radius: 10px; }
QFrame[role="chosen"] { background: $raised; border: 2px solid $accent; border-radius: 10px; }
QFrame[role="float"] { background: $raised; border: 1px solid $default; border-radius: 9px; }
QFrame[role="line"] { background: $subtle; border: 0; max-height: 1px; min-height: 1px; }
QFrame[role="rule"] { background: $subtle; border: 0; max-width: 1px; min-width: 1px; }
QFrame[role="row"] { background: transparent; border: 0; border-bottom: 1px solid $subtle; border-radius: 0; }
QFrame[role="row"]:hover { background: $hover; }
QFrame[role="row"]:focus { background: $selected; }
QFrame[role="notice"] { background: $accent_tint; border: 0; border-bottom: 1px solid $subtle; }
QFrame[role="warning"] { background: $waiting_tint; border: 0; border-bottom: 1px solid $subtle; }
QWidget[role="canvas"] { background: $canvas; border: 0; }
QStackedWidget { background: transparent; }
QStatusBar { background: $panel; }
QDockWidget { color: $text; }

QPushButton { background: $raised; border: 1px solid $strong; border-radius: 6px; padding: 0 12px;
  min-height: 26px; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $sunken; }
QPushButton:disabled { color: $disabled; border-color: $default; background: transparent; }
QPushButton[ring="true"] { border: 2px solid $focus; padding: 0 11px; min-height: 24px; }
QPushButton:default { border-color: $accent; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; border-color: $accent_pressed; }
QPushButton[kind="primary"][ring="true"] { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $sunken; color: $disabled; border-color: $default; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; button-layout: 3; }
QDialogButtonBox QPushButton:default { background: $accent; color: $on_accent; border: 1px solid $accent; }
QDialogButtonBox QPushButton:default:hover { background: $accent_hover; border-color: $accent_hover; }
QDialogButtonBox QPushButton:default[ring="true"] { border: 2px solid $text; }
QDialogButtonBox QPushButton:default:disabled { background: $sunken; color: $disabled; border-color: $default; }
QPushButton[role="link"] { background: transparent; border: 0; color: $link; padding: 0 4px; text-align: left; }
QPushButton[role="link"]:hover { text-decoration: underline; background: transparent; }
QPushButton[role="link"][ring="true"] { border: 1px solid $focus; padding: 0 3px; }
QPushButton[role="link"]:disabled { color: $disabled; }
QPushButton[role="way"] { border: 1px solid $default; border-radius: 10px; min-height: 54px; padding: 0; }
QPushButton[role="way"][ring="true"] { border: 2px solid $focus; }
QPushButton[kind="quiet"], QPushButton[role="quiet"] {
  background: transparent; border: 1px solid transparent; padding: 0 8px; color: $secondary; }
QPushButton[kind="quiet"]:hover, QPushButton[role="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:checked { background: $selected; }
QPushButton[kind="quiet"][ring="true"], QPushButton[role="quiet"][ring="true"] {
  border: 2px solid $focus; padding: 0 7px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 2px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $selected; }
QToolButton[ring="true"] { border: 2px solid $focus; padding: 1px; }
QToolButton:disabled { color: $disabled; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[role="section"] { font-weight: 600; padding: 2px 4px; }
QToolButton[role="section"]:checked { background: transparent; }
QToolButton[role="section"]:hover { background: $hover; }
QToolButton[role="quiet"] { padding: 2px 8px; }
QToolButton[role="quiet"][ring="true"] { padding: 1px 7px; }
QToolButton[role="title"] { font-size: 10.5pt; font-weight: 600; padding: 2px 6px; }
QToolButton[role="title"][ring="true"] { padding: 1px 5px; }
QFrame[role="switch"] { background: $sunken; border: 1px solid $sunken; border-radius: 8px; }
QToolButton[role="mode"] { border-radius: 6px; padding: 2px 4px 2px 12px; color: $secondary;
  border: 1px solid transparent; }
QToolButton[role="mode"]:checked { background: $raised; color: $text; border: 1px solid $default; }
QToolButton[role="mode"][ring="true"] { border: 2px solid $focus; padding: 1px 3px 1px 11px; }
QToolButton[role="rail"] { border-radius: 8px; padding: 0; border: 0; min-height: 50px; }
QToolButton[role="rail_note"] { border-radius: 8px; padding: 0; border: 0; min-height: 36px; }
QToolButton[role="rail"]:checked, QToolButton[role="rail"]:hover { background: $hover; }
QToolButton[role="rail"][ring="true"] { border: 2px solid $focus; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit, QTimeEdit, QDateTimeEdit {
  background: $raised; border: 1px solid $strong; border-radius: 6px; padding: 0 8px; min-height: 26px; }
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: $muted; }
QPlainTextEdit, QTextEdit { padding: 4px 6px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox[ring="true"], QAbstractSpinBox:focus {
  border: 2px solid $focus; padding: 0 7px; min-height: 24px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 3px 5px; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"] { border-color: $failed; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
  color: $disabled; background: $sunken; border-color: $default; }
QLineEdit:read-only { background: $sunken; }
QLineEdit[role="search"] { background: transparent; border: 0; padding: 0 4px; }
QLineEdit > QToolButton { qproperty-icon: url($cross); }
QComboBox { padding: 0 10px; }
QComboBox[ring="true"] { padding: 0 9px; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url($chevron_down); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $default; border-radius: 6px; padding: 4px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: 0; width: 16px; background: transparent; }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; min-height: 22px; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $strong; background:
$raised; } QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($tick); }
QRadioButton::indicator:checked { background: $raised; border: 4px solid $accent; width: 8px; height: 8px;
  border-radius: 8px; }
QCheckBox[ring="true"]::indicator { border: 2px solid $focus; border-radius: 4px; }
QRadioButton[ring="true"]::indicator { border: 2px solid $focus; border-radius: 8px; }
QRadioButton[ring="true"]::indicator:checked { border: 4px solid $raised; background: $focus; }
QRadioButton[ring="true"], QCheckBox[ring="true"] { color: $link; }

QMenuBar { background: $panel; border-bottom: 1px solid $subtle; padding: 2px 6px; }
QMenuBar::item { padding: 4px 10px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; border: 1px solid $default; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 5px; min-height: 18px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $disabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $subtle; margin: 5px 6px; }
QMenu::indicator { width: 14px; height: 14px; left: 6px; }

QTabBar { background: transparent; border: 0; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $secondary; border: 0; border-bottom: 2px solid transparent;
  padding: 6px 12px 5px 12px; }
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar[ring="true"]::tab:selected { color: $link; }
QTabBar::tear { width: 0; border: 0; }
QTabBar::close-button { image: url($cross); subcontrol-position: right;
  width: 12px; height: 12px; margin: 0 2px; }
QTabWidget::pane { border: 0; border-top: 1px solid $subtle; }
QFrame[role="tabs"] { background: $window; border: 0; border-bottom: 1px solid $subtle; }

QAbstractItemView { background: $panel; alternate-background-color: $panel; border: 0; outline: 0; }
QAbstractItemView::item { min-height: 26px; border-radius: 0; }
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $selected; }
QUndoView { padding: 0; }
QUndoView::item { padding-left: 10px; }
QTreeView::branch { background: transparent; }
QTreeView::branch:selected { background: $selected; }
QTreeView::branch:has-children:!has-siblings:closed, QTreeView::branch:closed:has-children:has-siblings {
  image: url($chevron_right); }
QTreeView::branch:open:has-children:!has-siblings, QTreeView::branch:open:has-children:has-siblings {
  image: url($chevron_down); }
QHeaderView { background: $panel; }
QHeaderView::section { background: $panel; color: $muted; border: 0; border-bottom: 1px solid $subtle; padding: 4px 8px;
  font-size: 9pt; font-weight: 500; }
QTableView { gridline-color: $subtle; }
QFrame[role="card"] QAbstractItemView { background: $raised; }
QListView[role="boxed"], QTreeView[role="boxed"], QTableView[role="boxed"] {
  border: 1px solid $default; border-radius: 8px; background: $raised; padding: 4px; }
QAbstractItemView[role="boxed"] QHeaderView, QAbstractItemView[role="boxed"] QHeaderView::section {
  background: $raised; }

QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget[role="panel"] { background: $panel; }
QScrollBar { background: transparent; border: 0; }
QScrollBar:vertical { width: 11px; }
QScrollBar:horizontal { height: 11px; }
QScrollBar::handle { background: $default; border-radius: 3px; border: 0; }
QScrollBar::handle:vertical { min-height: 28px; margin: 2px 3px; width: 5px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 3px 2px; height: 5px; }
QScrollBar::handle:hover { background: $strong; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $subtle; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QFrame[role="card"][tone="wait"] { background: $waiting_tint; border-color: $waiting; }
QFrame[role="card"][tone="incident"] { background: $incident_tint; border-color: $incident; }
QFrame[role="card-head"] { background: transparent; border: 0; border-top-left-radius: 9px;
  border-top-right-radius: 9px; }
QFrame[role="card-head"][tone="good"] { background: $done_tint; }
QFrame[role="card-head"][tone="bad"] { background: $failed_tint; }
QFrame[role="card-head"][tone="wait"] { background: $waiting_tint; }
QFrame[role="gap"] { background: $waiting_tint; border: 0; border-bottom: 1px solid $subtle; }
QPushButton[kind="positive"] { color: $done; border-color: $done; }
QPushButton[kind="negative"] { color: $failed; border-color: $failed; }
QToolButton[role="segment"] { color: $secondary; padding: 2px 8px; }
QToolButton[role="segment"]:checked { background: $raised; color: $text; border: 1px solid $default; }
QToolButton[role="round"] { background: $accent; border: 0; border-radius: 15px; }
QToolButton[role="round"]:hover { background: $accent_hover; }
QToolButton[role="round"]:disabled { background: $sunken; }
QToolButton[role="round"][ring="true"] { border: 2px solid $text; }
QTableView[role="rows"]::item, QTableView[role="boxed"]::item, QListView[role="boxed"]::item { padding: 0 5px; }
QFrame[role="field"] { background: $raised; border: 1px solid $strong; border-radius: 6px; }
QFrame[role="field"][focused="true"] { border: 2px solid $focus; }
QFrame[role="field"][invalid="true"] { border-color: $failed; }
QPlainTextEdit[role="inner"], QPlainTextEdit[role="inner"]:focus { background: transparent; border: 0;
  padding: 4px 5px; }
QFrame[role="result"] { background: $sunken; border: 0; border-bottom-left-radius: 5px;
  border-bottom-right-radius: 5px; }
QToolButton[role="fx"] { color: $muted; border-radius: 4px; padding: 0; font-size: 8.25pt; font-style: italic; }
QToolButton[role="fx"]:checked { color: $link; background: $selected; }
QToolButton[role="fx"][ring="true"] { border: 2px solid $focus; padding: 0; }
QLineEdit[role="outcome"] { background: transparent; border: 1px solid transparent; padding: 0 4px; min-height: 24px; }
QLineEdit[role="outcome"]:hover { border-color: $default; background: $raised; }
QLineEdit[role="outcome"]:focus { border: 2px solid $focus; padding: 0 3px; min-height: 22px; background: $raised; }
QLineEdit[role="outcome"][invalid="true"] { border-color: $failed; }
QProgressBar { background: $sunken; border: 0; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QGroupBox { border: 1px solid $default; border-radius: 8px; margin-top: 10px; padding-top: 8px; }
QSlider::groove:horizontal { background: $default; height: 4px; border-radius: 2px; }
QSlider::handle:horizontal { background: $accent; width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; }
""")


def style_sheet(palette: Palette, icons: Path) -> str:
    """The whole sheet. ``icons`` is the folder that ``coloured_icons`` has filled for this palette."""
    surface, text, border, accent = palette.surface, palette.text, palette.border, palette.accent
    return _SHEET.substitute(
        window=surface.window,
        panel=surface.panel,
        canvas=surface.canvas,
        raised=surface.raised,
        sunken=surface.sunken,
        hover=surface.hover,
        selected=surface.selected,
        text=text.primary,
        secondary=text.secondary,
        muted=text.muted,
        link=text.link,
        disabled=text.disabled,
        on_accent=text.on_accent,
        subtle=border.subtle,
        default=border.default,
        strong=border.strong,
        accent=accent.base,
        accent_hover=accent.hover,
        accent_pressed=accent.pressed,
        accent_tint=accent.tint,
        focus=accent.focus,
        done=palette.state.done,
        done_tint=palette.state_tint.done,
        failed_tint=palette.state_tint.failed,
        incident=palette.state.incident,
        incident_tint=palette.state_tint.incident,
        failed=palette.state.failed,
        waiting=palette.state.waiting_person,
        waiting_tint=palette.state_tint.waiting_person,
        tip=text.primary if palette.name == "light" else surface.raised,
        tip_text=surface.panel if palette.name == "light" else text.primary,
        cross=_quoted(icons / "x.svg"),
        chevron_right=_quoted(icons / "chevron-right.svg"),
        chevron_down=_quoted(icons / "chevron-down.svg"),
        tick=_quoted(icons / "tick.svg"),
    )


def _quoted(file: Path) -> str:
    """As ``url()`` takes it: bare, one letter beyond ASCII in it (a user's name) makes Qt drop the whole sheet."""
    return '"' + re.sub(r'(["\\])', r"\\\1", file.as_posix()) + '"'


def coloured_icons(palette: Palette, folder: Path) -> Path:
    """Writes the few icons that a style sheet can name only by file, in this theme's colours; gives their folder.

    Files of the same colours have the same place, so what one process has made the next ones use. Raises ``OSError``.
    """
    colours = {
        "chevron-down": palette.text.secondary,
        "chevron-right": palette.text.secondary,
        "x": palette.text.muted,
        "tick": palette.text.on_accent,
    }
    drawn = {}
    for name, colour in colours.items():
        source = (_ICONS / f"{'check' if name == 'tick' else name}.svg").read_text(encoding="utf-8")
        drawn[f"{name}.svg"] = source.replace("currentColor", colour).encode()
    place = folder / f"{palette.name}-{hashlib.sha256(b''.join(drawn.values())).hexdigest()[:12]}"
    place.mkdir(parents=True, exist_ok=True)
    for file, content in drawn.items():
        if not (place / file).is_file() or (place / file).read_bytes() != content:
            (place / file).write_bytes(content)
    return place
