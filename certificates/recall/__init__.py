"""What a doubted instrument touched, a person's decision on each of it, and the traces up and down (6.4.9, 6.5, 7.10, 7.8.8).

`effects` is pure; `branches`, `touched`, `queries` and `tracing` read; the use cases stand in `certificates.services.recalls`.
"""
