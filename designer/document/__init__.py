"""What is being edited: a QObject around the frozen project, its undo history, the selection, live findings.

Everything above (canvas, forms, panels, actions) changes it through ``Document.do(command)`` and in no other way.
"""
