"""Receipts of this installation: made of what was asked now, under the register's key and the log as it stands; read by the same key."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app

from certificates.lookups import answering, receipt
from certificates.lookups.receipt import Read
from certificates.lookups.table import Question
from certificates.translog import store
from lab_app.accounts.queries import laboratory
from lab_app.core import clock


def made(questions: Sequence[Question]) -> dict[str, Any]:
    """Answer the questions and sign the answers. Nothing is written."""
    lab = laboratory()
    return receipt.build(
        answering.answered(questions), key=store.signer(), register=str(current_app.config["PUBLIC_URL"]),
        laboratory=lab.name_vi if lab else "", at=clock.now(), checkpoint=store.checkpoint())


def held(text: str) -> Read:
    """A receipt held against the register's key. BadReceipt where it is none."""
    return receipt.read(text, store.signer().verifier)
