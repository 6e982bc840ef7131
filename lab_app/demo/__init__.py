"""The demonstration laboratory: a fictional case, loaded on request into an empty database."""
