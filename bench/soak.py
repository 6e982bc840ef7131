"""`python -m bench.soak [--requests N]`: many requests to one worker process, and how much memory it holds meanwhile.

Apart from the other measurements, because it takes minutes: pages, searches, the public look-up and written records in turn against
gunicorn with one worker, its resident memory read from /proc (Linux) after every fiftieth part. Flat means that the second half
does not grow.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from statistics import mean
from urllib.parse import urlencode

from bench import foundation, units
from bench.cases import PAGES, tax_codes
from bench.laboratory import Laboratory
from bench.visitor import read_token

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = 50
CLIENTS = 3
GOAL_MIB = 120


@dataclass(frozen=True)
class Sample:
    """Memory of the worker after so many requests."""

    requests: int
    mebibytes: float


def resident(pid: int) -> float:
    """Resident memory of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"process {pid} tells no VmRSS")


def growth(samples: list[Sample]) -> float:
    """MiB gained for ten thousand requests over the second half: the slope of a straight line through it."""
    half = samples[len(samples) // 2 :]
    x, y = [s.requests for s in half], [s.mebibytes for s in half]
    middle, level = mean(x), mean(y)
    spread = sum((a - middle) ** 2 for a in x)
    return 10_000 * sum((a - middle) * (b - level) for a, b in zip(x, y, strict=True)) / spread if spread else 0.0


class Server:
    """gunicorn with one worker on a free port of this machine."""

    def __init__(self, lab: Laboratory) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        environment = os.environ | {
            "LAB_MODE": "local",
            "LAB_INSTANCE": str(lab.folder),
            "DATABASE_URL": lab.url,
            "PORT": str(self.port),
            "WEB_WORKERS": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "--max-requests", "0"],
            cwd=ROOT,
            env=environment,
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/sign-in")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the server did not answer within twenty seconds")

    @property
    def worker(self) -> int:
        """Process id of the one worker."""
        pid = self._process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()[0])

    def stop(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)


class Client:
    """A browser on a keep-alive connection, from an address of its own so that no limit for one address is met."""

    def __init__(self, port: int, number: int) -> None:
        self._port, self._number, self._turn = port, number, 0
        self._cookies: dict[str, str] = {}
        self._connection = self._new()

    def _new(self) -> http.client.HTTPConnection:
        self._turn += 1
        address = f"127.{1 + self._number}.{self._turn // 250 % 250}.{1 + self._turn % 250}"
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=60, source_address=(address, 0))

    def move(self) -> None:
        """Go on from another address."""
        self._connection.close()
        self._connection = self._new()

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of one request."""
        headers = {"User-Agent": "soak", "Accept": "text/html"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self._port}",
                "Referer": f"http://127.0.0.1:{self._port}{path}",
            }
        self._connection.request("GET" if form is None else "POST", path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for value in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = value.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        return answer.status, text

    def sign_in(self) -> None:
        """Through the page, as everybody."""
        token = read_token(self.ask("/sign-in")[1])
        status, _ = self.ask("/sign-in", {"csrf_token": token, "email": foundation.EMAIL, "password": foundation.PASSWORD})
        if status != 302:
            raise PermissionError(f"sign-in answered {status}")


def addresses(lab: Laboratory) -> list[str]:
    """Every page that is measured, and the public pages of many reports."""
    pages = [page.path(lab) for page in PAGES]
    return pages + [f"/verify/{units.code_of(i)}" for i in range(1, min(400, lab.size.units - lab.size.open))]


def _work(
    client: Client, pages: list[str], counter: Iterator[int], wanted: int, taxes: Iterator[str], seen: dict[int, int]
) -> None:
    token = read_token(client.ask("/customers/new")[1])
    turning = cycle(pages)
    while (n := next(counter)) < wanted:
        if n % 40 == 0:
            client.move()
        if n % 50 == 0:
            tax = next(taxes)
            status, _ = client.ask(
                "/customers/new", {"csrf_token": token, "name": f"Công ty {tax}", "tax_code": tax, "address": "Hà Nội"}
            )
        else:
            status, _ = client.ask(next(turning))
        seen[status] = seen.get(status, 0) + 1


def soak(lab: Laboratory, wanted: int, tell: Callable[[Sample], None]) -> tuple[list[Sample], dict[int, int]]:
    """Samples over `wanted` requests, and how often each status was answered."""
    server = Server(lab)
    samples, seen, taxes = [], {}, tax_codes()
    try:
        clients = [Client(server.port, n) for n in range(CLIENTS)]
        for client in clients:
            client.sign_in()
        pages = addresses(lab)
        for part in range(SAMPLES):
            # next() on a count is one step of the interpreter: the threads share it without a lock.
            counter = count()
            threads = [
                threading.Thread(target=_work, args=(c, pages[n::CLIENTS], counter, wanted // SAMPLES, taxes, seen))
                for n, c in enumerate(clients)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            samples.append(Sample((part + 1) * (wanted // SAMPLES), resident(server.worker)))
            tell(samples[-1])
    finally:
        server.stop()
    return samples, seen


def main() -> int:
    """Exit status 0 whatever the memory; the last lines say whether the goal is met."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=2_000, help="requests (and reports) of the laboratory")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "soak.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, Laboratory(Path(folder), given.rows) as lab:
        samples, seen = soak(
            lab, given.requests, lambda s: print(f"{s.requests:>9,} requests  {s.mebibytes:7.1f} MiB", flush=True)
        )
    slope = growth(samples)
    print(f"\nanswers by status: {dict(sorted(seen.items()))}")
    highest = max(s.mebibytes for s in samples)
    print(f"highest {highest:.1f} MiB (goal {GOAL_MIB}); the second half grows {slope:+.2f} MiB in 10,000 requests")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(
        json.dumps({"samples": [vars(s) for s in samples], "slope_mib_per_10000": slope, "statuses": seen}, indent=1)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
