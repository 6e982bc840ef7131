"""A paper whose file nobody could sign: the key file was taken away over night."""
from __future__ import annotations

from typing import Any

import pytest

from certificates import services
from certificates.signing.errors import KeyUnavailable
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed


def issued_without_a_key(_app: Any) -> None:
    """7.11.3: everything is ready, but the key does not open."""
    world = facts.ready_request()

    def gone(*_args: Any) -> Any:
        raise KeyUnavailable("missing", "there is no key file")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("certificates.signing.keys.load", gone)
        services.issue(
            world.people.signatory, world.request, not_applicable=facts.NO_DEVIATION, confirmed=confirmed(world.people.signatory))


BREACHES = {"signing-key-ready": issued_without_a_key}
