"""The main window around the canvas: top bar, rail, docks, status line, welcome page, search, dialogs."""
