"""What was validated: versions of the program, of Python and of the libraries that compute, and the cases by hash."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from lab_app import __version__

LIBRARIES: Final = ("GTC", "numpy", "scipy", "lxml", "reportlab")


def versions() -> dict[str, str]:
    """Name and version of everything whose change asks for a new validation; a library that is absent says so."""
    found = {"laboratory-system": __version__, "Python": platform.python_version(), "system": platform.platform(terse=True)}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "-"
    return found


def file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of cases in a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.json"))}
