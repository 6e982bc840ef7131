"""`checking.check` in a process of its own with little memory and time: for files that are not byte for byte ours.

The library that reads signatures unpacks whatever a file holds, without a bound; half a megabyte may become many gigabytes. The child
gives up at its limits and takes nothing else with it.
"""
from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509

from certificates.signing import checking
from certificates.signing.identity import identity_of

ROOT = Path(__file__).parents[2]
#: Bytes of address space and seconds of processor that judging a file may take; a paper of ours takes a fifth of either.
MEMORY, SECONDS = 1024 * 1024 * 1024, 10
TIMES = ("signed_at", "stamped_at")


def check_apart(pdf: bytes, fingerprint: str = "") -> checking.SignatureFound:
    """`checking.check` of a stranger's file. One that takes more than its share is `ALTERED`: a paper never does."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "certificates.signing.apart", fingerprint], input=pdf, capture_output=True, timeout=4 * SECONDS,
            check=True, cwd=ROOT)
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return checking.SignatureFound(checking.ALTERED, "judging the signature took more memory or time than any paper needs")
    pem = told.pop("pem")
    told.update({name: datetime.fromisoformat(told[name]) for name in TIMES if told[name]})
    return checking.SignatureFound(identity=identity_of(x509.load_pem_x509_certificate(pem.encode())) if pem else None, **told)


def main(fingerprint: str) -> None:
    """The child: a file on the standard input, the finding as JSON on the standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    found = checking.check(sys.stdin.buffer.read(), fingerprint)
    told: dict[str, Any] = asdict(found)
    identity = told.pop("identity")
    told["pem"] = identity["pem"] if identity else ""
    sys.stdout.write(json.dumps(told, default=datetime.isoformat))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
