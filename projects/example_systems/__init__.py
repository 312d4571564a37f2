"""CRM, billing, ticketing, notifications and a fraud check as one small real HTTP server with a ledger of its own.

Started by `python -m projects.example_systems` or, from tests and the demo, by `launch.start_process()`.

Law: the ledger is an independent judge. Nothing here imports `nodes`, `runtime` or `designer`, and an effect stands in
the ledger if and only if it took place: both are written in one transaction (effects.py).
"""
