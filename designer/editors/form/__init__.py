"""What people fill in: the fields of a form, and how it looks to them."""
