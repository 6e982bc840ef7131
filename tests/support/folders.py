"""Where the tests keep what they throw away: in memory where the machine offers it, so that durability is free."""
from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
_MEMORY = Path("/dev/shm")
_ENOUGH = 2 * 1024**3


def fast_folder(prefix: str) -> Path:
    """A new private folder, in memory when at least 2 GiB of it are free. The caller removes it."""
    in_memory = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH
    return Path(tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if in_memory else None))
