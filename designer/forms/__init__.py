"""Forms made from a node type's config schema, and the fields that they consist of."""
