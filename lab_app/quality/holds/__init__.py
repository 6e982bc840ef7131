"""Holds: what nonconforming work freezes until an authorised person lets it go on (7.10.1 b, f)."""
