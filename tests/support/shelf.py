"""What the processes of one test run share: a folder in memory, and things in it that are made once, whoever needs them first."""
from __future__ import annotations

import fcntl
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.folders import fast_folder

VARIABLE = "LAB_TEST_SHELF"


def open_shelf() -> Path | None:
    """Make the folder of this run and name it to the processes that follow; `None` when an earlier process has done so."""
    if VARIABLE in os.environ:
        return None
    made = fast_folder("labshelf-")
    made.chmod(0o755)  # as root the PostgreSQL server runs as another user, who must reach its data
    os.environ[VARIABLE] = str(made)
    return made


def clear_shelf(made: Path) -> None:
    """Remove the folder of this run, and end the server a killed process left behind."""
    os.environ.pop(VARIABLE, None)
    with suppress(OSError, ValueError):
        os.kill(int((made / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0]), signal.SIGQUIT)
    shutil.rmtree(made, ignore_errors=True)


def shelf() -> Path:
    """The folder of this run."""
    return Path(os.environ[VARIABLE])


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Within the block no other process of this run is in a block of the same name."""
    folder = shelf() / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def once(name: str, make: Callable[[Path], None]) -> Path:
    """`shelf()/name`, a file or folder that `make` makes at the path it is given: in this run once, complete or not at all."""
    there = shelf() / name
    if not there.exists():
        with alone(name.replace("/", "-")):
            if not there.exists():
                there.parent.mkdir(parents=True, exist_ok=True)
                unfinished = there.with_name(there.name + ".unfinished")
                shutil.rmtree(unfinished, ignore_errors=True)
                make(unfinished)
                unfinished.rename(there)
    return there
