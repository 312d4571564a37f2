"""How a flow is drawn: pure painting with QPainter, free of NodeGraphQt and of the document. All colours by role."""
