"""The flow as it is drawn: the only folder that imports NodeGraphQt."""
