"""Example projects, and the example systems that they talk to. Nothing in the house above imports this folder."""
