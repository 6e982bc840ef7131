"""Pages of the room: methods and versions; regulations and limits; rules, budgets and scope."""
from __future__ import annotations

from flask import Blueprint

bp = Blueprint("test_methods", "test_methods")
