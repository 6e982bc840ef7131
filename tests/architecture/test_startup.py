"""What the program loads before anybody asks for anything: a worker is small because it carries no arithmetic it may never need."""
from __future__ import annotations

import os
import subprocess
import sys

from tests.support.folders import ROOT

HEAVY = {"numpy", "scipy", "GTC", "pyvisa", "openpyxl"}
SAY = "import sys, wsgi; print(*sorted({m.split('.')[0] for m in sys.modules}))"


def loaded(code: str, instance: str) -> set[str]:
    """Top-level modules of a fresh interpreter after `code`."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "LAB_INSTANCE": instance}, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_program_starts_without_the_heavy_libraries(tmp_path):
    assert loaded(SAY, str(tmp_path)) & HEAVY == set()


def test_a_heavy_library_would_be_seen(tmp_path):
    assert "numpy" in loaded("import openpyxl; " + SAY, str(tmp_path))
