"""Dispositions: each report and result that nonconforming work touched is decided, and the customers are told (7.10.1 c, d, e)."""
