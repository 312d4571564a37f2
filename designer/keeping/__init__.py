"""How work is kept: opening, saving, the crash journal, changes from outside, differences and merging.

Law: opening is inert, and nothing that people did is lost, whoever else writes and whenever the process ends.
"""
