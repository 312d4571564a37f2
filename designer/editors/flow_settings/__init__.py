"""What a flow says of itself: about it, what it is started with, how it can end; and the roles of the project."""
