"""What a step IS: the ground floor of Baton. Node types live here, one folder each, and know nothing of the runtime."""
