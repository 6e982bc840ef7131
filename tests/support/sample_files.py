"""Published files of real instruments and certificates, which keep their own licences and are not part of the repository.

Tests that read them are skipped, and say so, where the folder is absent.  ``SAMPLE_FILES`` names another folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[3] / "shared" / "data" / "refcases" / "files"
SAMPLE_FILES = Path(os.environ.get("SAMPLE_FILES") or _BESIDE_THE_REPOSITORY)

needs_sample_files = pytest.mark.skipif(
    not SAMPLE_FILES.is_dir(), reason=f"NOT RUN: the sample files are not in {SAMPLE_FILES} (SAMPLE_FILES)"
)
