"""Figures about runs, folded from their journals. A shelf of its own beside the store; nothing stands on it yet."""
