"""The top floor: how people draw flows on the desktop. It comes with a later piece of the house.

Import rule: from `runtime` only the pure shelves (model, engine, trace, export, wire, client), from `nodes` only
contract, registry, feel and dmn. It runs flows for real by starting `baton serve` and speaking HTTP.
"""
