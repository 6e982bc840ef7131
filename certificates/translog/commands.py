"""Commands of the log: `flask log verify`, `key`, `checkpoint`, `catch-up`."""
from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from certificates.services import logging
from certificates.translog import store
from lab_app.core import jobs

log_group = AppGroup("log", help="The register's log: verify it, print its key and checkpoint.")


@log_group.command("verify")
def log_verify() -> None:
    """Recompute the log from the database; exit 1 and name the first difference when it does not hold."""
    found = logging.verify()
    if found.difference:
        click.echo(f"BROKEN after {found.leaves} leaves: {found.difference}", err=True)
        sys.exit(1)
    click.echo(f"leaves {found.leaves}\nroot {found.root}\nthe log holds")


@log_group.command("key")
def log_key() -> None:
    """Print the public key that readers of the log pin."""
    click.echo(store.signer().verifier.text)


@log_group.command("checkpoint")
def log_checkpoint() -> None:
    """Print the signed checkpoint as it is served."""
    click.echo(store.checkpoint(), nl=False)


@log_group.command("catch-up")
def log_catch_up() -> None:
    """Bring changes of status that were made before there was a log into it, in their order."""
    with jobs.transaction():
        count = logging.catch_up()
    click.echo(f"appended {count} leaves")
