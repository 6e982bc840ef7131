"""Asking a time-stamp service (RFC 3161) with a bound on the wait, and not again for a while after it failed."""
from __future__ import annotations

import asyncio
import base64
import time
import urllib.error
import urllib.request
from datetime import datetime

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

from certificates.signing.errors import NotReached
from config import Signing

#: After a failure the service is left alone so long: of a hundred papers in a row one waits for it, not all.
LEFT_ALONE = 300.0
#: A token is a few thousand bytes; more is not read.
LARGEST = 200_000
_alone_until: dict[str, float] = {}


class ServiceTimeStamper(TimeStamper):
    """The service at an address; each question waits at most `timeout` seconds. `last_stamp` is the time it attested last.

    Whatever the service does wrong (no answer, another kind of answer, a stamp over something else) is `NotReached`.
    """

    def __init__(self, address: str, timeout: float, login: str = "") -> None:
        super().__init__()
        if not address.startswith(("http://", "https://")):
            raise ValueError(f"{address!r} is no address of a time-stamp service")
        self.address, self.timeout = address, timeout
        self.last_stamp: datetime | None = None
        self._headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        if login:
            self._headers["Authorization"] = "Basic " + base64.b64encode(login.encode("utf-8")).decode("ascii")

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            said = token["content"]["encap_content_info"]["content"].parsed
            imprint, moment = said["message_imprint"]["hashed_message"].native, said["gen_time"].native
        except (TimestampRequestError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotReached(f"no time-stamp: {error}") from error
        if imprint != message_digest:
            raise NotReached(f"{self.address} stamped something else than it was asked to")
        self.last_stamp = moment
        return token

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        try:
            content = await asyncio.wait_for(asyncio.to_thread(self._ask, req.dump()), self.timeout * 2)
            return tsp.TimeStampResp.load(content)
        except (OSError, ValueError, TimeoutError) as error:
            raise TimestampRequestError(f"{self.address}: {type(error).__name__} {error}") from error

    def _ask(self, question: bytes) -> bytes:
        request = urllib.request.Request(self.address, question, self._headers)
        with urllib.request.urlopen(request, timeout=self.timeout) as answer:
            if answer.headers.get_content_type() != "application/timestamp-reply":
                raise ValueError(f"the answer is {answer.headers.get_content_type()}, not a time-stamp")
            return bytes(answer.read(LARGEST))


def service(settings: Signing) -> ServiceTimeStamper | None:
    """The service of these settings; `None` where none is named."""
    if not settings.time_stamps:
        return None
    return ServiceTimeStamper(settings.time_stamps, settings.timeout, settings.time_stamps_login)


def worth_asking(address: str) -> bool:
    """Whether the service may be asked while a person waits: not within `LEFT_ALONE` seconds of its last failure."""
    return time.monotonic() >= _alone_until.get(address, 0.0)


def failed(address: str) -> None:
    """The service did not answer: leave it alone for a while."""
    _alone_until[address] = time.monotonic() + LEFT_ALONE


def answered(address: str) -> None:
    """The service answers again."""
    _alone_until.pop(address, None)
