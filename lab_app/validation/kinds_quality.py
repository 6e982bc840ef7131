"""Quality control, limits and files: the inputs of a case handed to the functions of the application."""

from __future__ import annotations
