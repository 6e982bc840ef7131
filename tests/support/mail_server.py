"""A mail server on a loopback port that takes every letter and keeps it, for tests of the program in its own process."""
from __future__ import annotations

import email
import email.policy
import socketserver
import threading
import time
from email.message import EmailMessage
from typing import Any


class _Conversation(socketserver.StreamRequestHandler):
    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")

    def handle(self) -> None:
        self.say("220 test")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.say("354 go on")
                self._take()
                self.say("250 kept")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        made = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(made, EmailMessage)
        self.server.letters.append(made)  # type: ignore[attr-defined]


class MailServer(socketserver.ThreadingTCPServer):
    """`letters` are those taken so far; `environ` tells the program where to send them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.letters: list[EmailMessage] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def environ(self) -> dict[str, str]:
        return {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self.server_address[1]), "SMTP_SECURITY": "none", "SMTP_FROM": "lab@lab.example"}

    def letter_to(self, address: str, *, holding: str = "", seconds: float = 45.0) -> EmailMessage:
        """The newest letter to an address whose subject holds these words, waited for."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = [one for one in self.letters if one["To"] == address and holding in str(one["Subject"])]
            if found:
                return found[-1]
            time.sleep(0.1)
        there = [(one["To"], str(one["Subject"])) for one in self.letters]
        raise AssertionError(f"no letter to {address} holding {holding!r}; there are {there}")

    def close(self, *_more: Any) -> None:
        """Take no more letters."""
        self.shutdown()
        self.server_close()
