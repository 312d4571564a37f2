"""How Baton looks: colours, type, icons, the style sheet. Knows Qt and nothing of flows."""
