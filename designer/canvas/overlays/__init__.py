"""Small widgets over the canvas: zoom bar, minimap, context pad, quick add, bubble. Zoom leaves them alone.

Each is a child of the canvas, placed by ``Canvas``; none knows another.
"""
