"""A certification authority on loopback for tests: root, issuing authority, signer, OCSP, revocation lists and time-stamps (certomancer).

Made once in a test process; `Authority.down` makes every service answer 503, as a machine that is out of order does.
"""
from __future__ import annotations

import atexit
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from tests.support.folders import fast_folder

PASSWORD = "the-password-of-a-certificate-that-was-bought"
NAMES = ("root", "interm", "ocsp", "tsa", "signer")
VALID = {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2040-01-01T00:00:00+0000"}


def _eku(purpose: str) -> dict[str, Any]:
    return {"id": "extended_key_usage", "critical": True, "value": [purpose]}


def _usage(*names: str) -> dict[str, Any]:
    return {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(names)}}


def _configuration() -> dict[str, Any]:
    return {
        "keysets": {"lab": {"keys": {name: {"path": f"{name}.pem"} for name in NAMES}}},
        "pki-architectures": {"lab": {
            "keyset": "lab",
            "entity-defaults": {"country-name": "VN", "organization-name": "Tổ chức chứng thực thử"},
            "entities": {"root": {"common-name": "Gốc thử"}, "interm": {"common-name": "Cấp chứng thư thử"},
                         "ocsp": {"common-name": "OCSP thử"}, "tsa": {"common-name": "Dấu thời gian thử"},
                         "signer": {"common-name": "Trung tâm Đo lường Nguyễn Đức", "organization-name": "Viện Kỹ thuật"}},
            "certs": {
                "root": {"subject": "root", "issuer": "root", "validity": VALID, "profiles": [{"id": "simple-ca"}]},
                "interm": {"issuer": "root", "validity": VALID,
                           "profiles": [{"id": "simple-ca", "params": {"crl-repo": "interm", "ocsp-service": "interm", "max-path-len": 0}}],
                           "extensions": [{"id": "crl_distribution_points", "smart-value": {
                               "schema": "crl-dist-url", "params": {"crl-repo-names": ["root"]}}}]},
                "ocsp": {"issuer": "interm", "validity": VALID, "extensions": [
                    _usage("digital_signature"), _eku("ocsp_signing"), {"id": "ocsp_no_check"}]},
                "tsa": {"issuer": "interm", "validity": VALID, "extensions": [_usage("digital_signature"), _eku("time_stamping")]},
                "signer": {"issuer": "interm", "validity": VALID, "profiles": [{"id": "digsig-commitment"}]},
            },
            "services": {
                "ocsp": {"interm": {"for-issuer": "interm", "responder-cert": "ocsp", "signing-key": "ocsp"}},
                "crl-repo": {"root": {"for-issuer": "root", "signing-key": "root", "simulated-update-schedule": "P30D"},
                             "interm": {"for-issuer": "interm", "signing-key": "interm", "simulated-update-schedule": "P30D"}},
                "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}},
            },
        }},
    }


class _Quiet(WSGIRequestHandler):
    def log(self, *_args: Any, **_more: Any) -> None:
        return


class Authority:
    """The authority with its services on a free port; `asked` counts the questions."""

    def __init__(self, folder: Path) -> None:
        self.down, self.asked = False, 0
        for name in NAMES:
            key = ec.generate_private_key(ec.SECP256R1())
            (folder / f"{name}.pem").write_bytes(key.private_bytes(
                serialization.Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption()))
        self._animator: Any = None
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        config = CertomancerConfig(_configuration(), key_search_dir=str(folder), external_url_prefix=self.address)
        self._arch = config.get_pki_arch(ArchLabel("lab"))
        self._animator = Animator(AnimatorArchStore({ArchLabel("lab"): self._arch}), with_web_ui=False)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(self.certificate("root").public_bytes(serialization.Encoding.PEM))
        self.key_file = folder / "bought.p12"
        signing = serialization.load_pem_private_key((folder / "signer.pem").read_bytes(), None)
        locked = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(1000).key_cert_algorithm(
            pkcs12.PBES.PBESv2SHA256AndAES256CBC).hmac_hash(hashes.SHA256()).build(PASSWORD.encode())
        self.key_file.write_bytes(pkcs12.serialize_key_and_certificates(
            b"bought", signing, self.certificate("signer"), [self.certificate("interm")], locked))  # type: ignore[arg-type]

    def certificate(self, name: str) -> x509.Certificate:
        return x509.load_der_x509_certificate(self._arch.get_cert(CertLabel(name)).dump())

    @property
    def stamps(self) -> str:
        """Where time-stamps are given."""
        return f"{self.address}/lab/tsa/tsa"

    def _answer(self, environ: Any, start: Any) -> Any:
        self.asked += 1
        if self.down:
            return Response("out of order", 503)(environ, start)
        return self._animator(environ, start)

    @contextmanager
    def out_of_order(self) -> Iterator[None]:
        """Within the block nothing answers as it should."""
        self.down = True
        try:
            yield
        finally:
            self.down = False


@cache
def authority() -> Authority:
    """The authority of this test process."""
    folder = fast_folder("lab-authority-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Authority(folder)
