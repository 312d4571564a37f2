"""The law: all that changes a run's state. Sans-IO: nothing here reads clock, random, disk, network or environment."""
