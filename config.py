"""Settings of one installation, read from the environment once, typed and checked.

Imports nothing of ours. In production a missing or well-known secret stops the start:
a laboratory must never run on the demonstration's keys.
"""
from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent
WELL_KNOWN = {"", "dev", "change-me", "secret", "changeme"}


class BadSettings(RuntimeError):
    """The installation cannot start with these settings; the text says which and why."""


@dataclass(frozen=True)
class Signing:
    """What files are signed with: an encrypted PKCS#12 file, or a key in a PKCS#11 token where `token` names the token's library.

    `password` opens the file (`token_pin` the token); neither is ever in the database. `time_stamps` is the address of an RFC 3161
    service (`time_stamps_login` "user:password" where it wants one); `level` is what files are brought to: B-B, B-T, B-LT.
    `trusted` is a PEM file with the roots of the certificate's and the service's authorities. `timeout` (seconds) bounds each
    question to another machine; a paper is never held up by more than one of them.
    """

    key: Path = Path("signing_key.p12")
    password: str = ""
    token: str = ""
    token_label: str = ""
    token_key: str = ""
    token_pin: str = ""
    time_stamps: str = ""
    time_stamps_login: str = ""
    level: str = "B-B"
    trusted: Path | None = None
    timeout: int = 5


@dataclass(frozen=True)
class Settings:
    """What the program needs to know of the place it runs in.

    `database_url` is any SQLAlchemy URL of SQLite or PostgreSQL; `instance` is the folder of data
    (database, files, keys); `public_url` is printed on papers, so it is fixed before the first issue.
    `smtp_*` name the mail server; without a host only notices inside the program are given. A paper larger than
    `mail_attachment_limit` bytes is sent as a link.
    `register_key` is the secret that signs the checkpoints of the register's log and the proofs on papers: made once, kept for ever.
    `scpi_backend` names the VISA library that talks to instruments (`@py`, `@ivi`); empty: none is asked.
    """

    mode: str
    host: str
    port: int
    instance: Path
    database_url: str
    public_url: str
    secret_key: str
    password_salt: str
    timezone: str
    workers: int
    upload_limit: int
    late_entry_minutes: int
    rate_limit_storage: str
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_from: str = ""
    smtp_security: str = "starttls"
    mail_attachment_limit: int = 8 * 1024 * 1024
    scpi_backend: str = "@py"
    scpi_timeout_ms: int = 5000
    register_key: str = ""
    signing: Signing = Signing()

    @property
    def simulated_instruments(self) -> Path | None:
        """What answers at addresses `sim:…` (PyVISA-sim); never in production: a simulated value is no reading."""
        return None if self.production else BASE / "lab_app" / "demo" / "simulated_instruments.yaml"

    @property
    def production(self) -> bool:
        return self.mode == "production"

    @property
    def loopback(self) -> bool:
        return self.host in {"127.0.0.1", "localhost", "::1"}


def _kept_secret(instance: Path, name: str) -> str:
    """A random secret made once and kept beside the data, so that sessions survive a restart."""
    path = instance / name
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        instance.mkdir(parents=True, exist_ok=True)
        value = secrets.token_urlsafe(48)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another worker was first
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(value)
        return value


def _mail(env: dict[str, str]) -> dict[str, Any]:
    """The mail server, if there is one; refuses an unknown way of securing it and a sender that is no address."""
    host, security = env.get("SMTP_HOST", "").strip(), env.get("SMTP_SECURITY", "starttls")
    if not host:
        return {}
    if security not in {"starttls", "tls", "none"}:
        raise BadSettings(f"SMTP_SECURITY={security!r}: expected starttls, tls or none")
    sender = env.get("SMTP_FROM", "").strip()
    if "@" not in sender:
        raise BadSettings("SMTP_FROM is required with SMTP_HOST: the address that mail is sent from")
    try:
        port = int(env.get("SMTP_PORT", "465" if security == "tls" else "587"))
    except ValueError as error:
        raise BadSettings(f"SMTP_PORT={env.get('SMTP_PORT')!r} is not a number") from error
    return {
        "smtp_host": host, "smtp_port": port, "smtp_user": env.get("SMTP_USER", ""), "smtp_password": env.get("SMTP_PASSWORD", ""),
        "smtp_from": sender, "smtp_security": security,
    }


def _secret(env: dict[str, str], name: str) -> str:
    """A secret given itself (`NAME`) or by the file that holds it (`NAME_FILE`); empty when neither is."""
    file = env.get(f"{name}_FILE", "")
    if not file:
        return env.get(name, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{name}_FILE={file!r} cannot be read: {error}") from error


def _signing(env: dict[str, str], mode: str, instance: Path) -> Signing:
    """How files are signed. Outside production the password of the key file is made at random and kept beside the data."""
    stamps = env.get("SIGNING_TSA_URL", "").strip()
    level = env.get("SIGNING_LEVEL", "") or ("B-T" if stamps else "B-B")
    if level not in {"B-B", "B-T", "B-LT"}:
        raise BadSettings(f"SIGNING_LEVEL={level!r}: expected B-B, B-T or B-LT")
    if level != "B-B" and not stamps.startswith(("http://", "https://")):
        raise BadSettings(f"SIGNING_TSA_URL is required for SIGNING_LEVEL={level}: the http(s) address of a time-stamp service")
    trusted = Path(env["SIGNING_TRUSTED"]) if env.get("SIGNING_TRUSTED") else None
    if level == "B-LT" and trusted is None:
        raise BadSettings("SIGNING_TRUSTED is required for SIGNING_LEVEL=B-LT: a PEM file with the roots of the authorities")
    token = env.get("SIGNING_TOKEN_LIBRARY", "")
    if token and not (env.get("SIGNING_TOKEN_LABEL") and env.get("SIGNING_TOKEN_KEY")):
        raise BadSettings("SIGNING_TOKEN_LABEL and SIGNING_TOKEN_KEY are required with SIGNING_TOKEN_LIBRARY")
    try:
        timeout = int(env.get("SIGNING_TIMEOUT", "5"))
    except ValueError as error:
        raise BadSettings(f"SIGNING_TIMEOUT={env['SIGNING_TIMEOUT']!r} is not a whole number of seconds") from error
    if not 0 < timeout <= 60:
        raise BadSettings(f"SIGNING_TIMEOUT={timeout}: expected 1 to 60 seconds")
    password = _secret(env, "SIGNING_KEY_PASSWORD")
    if not password and mode != "production" and not token:
        password = _kept_secret(instance, "signing_password")
    return Signing(
        key=Path(env.get("SIGNING_KEY", instance / "signing_key.p12")), password=password, token=token,
        token_label=env.get("SIGNING_TOKEN_LABEL", ""), token_key=env.get("SIGNING_TOKEN_KEY", ""),
        token_pin=_secret(env, "SIGNING_TOKEN_PIN"), time_stamps=stamps, time_stamps_login=_secret(env, "SIGNING_TSA_LOGIN"),
        level=level, trusted=trusted, timeout=timeout,
    )


def load(environ: dict[str, str] | None = None) -> Settings:
    """Read the environment; raise `BadSettings` naming the variable when production lacks one."""
    env = dict(os.environ if environ is None else environ)
    mode = env.get("LAB_MODE", "local")
    if mode not in {"local", "production", "test"}:
        raise BadSettings(f"LAB_MODE={mode!r}: expected local, production or test")
    host = env.get("HOST", "127.0.0.1")
    try:
        port = int(env.get("PORT", "8000"))
    except ValueError as error:
        raise BadSettings(f"PORT={env.get('PORT')!r} is not a number") from error
    instance = Path(env.get("LAB_INSTANCE", BASE / "instance")).resolve()
    database_url = env.get("DATABASE_URL", f"sqlite:///{instance / 'laboratory.db'}")
    if database_url.startswith("postgres://"):
        database_url = "postgresql+psycopg://" + database_url.removeprefix("postgres://")
    elif database_url.startswith("postgresql://"):
        database_url = "postgresql+psycopg://" + database_url.removeprefix("postgresql://")
    public_url = env.get("PUBLIC_URL", "").rstrip("/")
    if mode == "production":
        if not public_url:
            raise BadSettings("PUBLIC_URL is required in production: it is printed on every paper")
        for name in ("SECRET_KEY", "SECURITY_PASSWORD_SALT"):
            if env.get(name, "").lower() in WELL_KNOWN or len(env.get(name, "")) < 24:
                raise BadSettings(f"{name} is missing, too short or well known; set a random value")
    secret = env.get("SECRET_KEY") or _kept_secret(instance, "secret_key")
    salt = env.get("SECURITY_PASSWORD_SALT") or _kept_secret(instance, "password_salt")
    shown_host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # nosec: display only
    return Settings(
        mode=mode,
        host=host,
        port=port,
        instance=instance,
        database_url=database_url,
        public_url=public_url or f"http://{shown_host}:{port}",
        secret_key=secret,
        password_salt=salt,
        register_key=env.get("REGISTER_KEY") or _kept_secret(instance, "register_key"),
        signing=_signing(env, mode, instance),
        timezone=env.get("LAB_TIMEZONE", "Asia/Ho_Chi_Minh"),
        workers=int(env.get("WEB_WORKERS", "2")),
        upload_limit=int(env.get("UPLOAD_LIMIT_MB", "25")) * 1024 * 1024,
        late_entry_minutes=int(env.get("LATE_ENTRY_MINUTES", "60")),
        rate_limit_storage=env.get("RATE_LIMIT_STORAGE", "memory://"),
        **_mail(env),
        mail_attachment_limit=int(env.get("MAIL_ATTACHMENT_LIMIT_MB", "8")) * 1024 * 1024,
        scpi_backend=env.get("SCPI_BACKEND", "@py"),
        scpi_timeout_ms=int(env.get("SCPI_TIMEOUT_MS", "5000")),
    )
