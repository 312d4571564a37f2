"""The table editor for decision files: a grid with a case to try, its findings at their place, undo as everywhere."""
