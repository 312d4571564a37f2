"""How flows run: the model of a project, the law (engine), the store, the host that performs, and the doors to them."""
