"""The flow as a NodeGraphQt graph: the one place that imports NodeGraphQt. It shows the document and sends intents.

Law: nothing here is kept as truth. The projector applies what changed in the document; what people do with the mouse
comes out of NodeGraphQt's own signals as an intent, becomes a command, and comes back as a change.
"""
