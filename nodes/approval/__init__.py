"""A task for people, whose choices are ports. One node type, so the category is its folder."""
