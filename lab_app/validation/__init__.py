"""Validation of the software itself (ISO/IEC 17025:2017 7.11.2): published cases, recomputed and compared.

A case states its source, inputs, expected outputs and tolerance (format ``metrology-refcases-1``).  Every kind of case has one
small function that hands its inputs to the functions the application itself uses; nothing is computed here a second time.
"""
