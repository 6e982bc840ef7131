"""Commands of the signing key: `flask certificates make-key`, `flask certificates key`."""
from __future__ import annotations

from datetime import timedelta

import click
from flask import current_app

from certificates.services import keywatch, sealing
from certificates.signing import making
from certificates.signing.identity import shown
from lab_app.accounts.queries import laboratory
from lab_app.core import clock

LONGEST = 64


@click.command("make-key")
@click.option("--name", default="", help="Whom the certificate names; the laboratory when not given (64 characters at most).")
@click.option("--organisation", default="", help="The legal entity the laboratory belongs to.")
@click.option("--years", default=3, show_default=True, type=click.IntRange(1, 10), help="How long the certificate is good.")
def make_key(name: str, organisation: str, years: int) -> None:
    """Make the laboratory's own certificate and key, in an encrypted PKCS#12 file that is never written over.

    A certificate that no authority stands behind proves that a file was not changed since it was signed; who signed is proved only to
    those who compare its fingerprint. Papers and the public page say so.
    """
    ways = sealing.settings()
    if ways.token:
        raise click.ClickException("files are signed with a token (SIGNING_TOKEN_LIBRARY): its key is made with the token's own tools")
    if not ways.password:
        raise click.ClickException("set SIGNING_KEY_PASSWORD (or SIGNING_KEY_PASSWORD_FILE) first: the key is kept under it")
    lab = laboratory()
    named = name.strip() or next((one for one in ((lab.name_vi, lab.name_en) if lab else ()) if one and len(one) <= LONGEST), "")
    if not named or len(named) > LONGEST:
        raise click.ClickException(f"give --name: whom the certificate names, {LONGEST} characters at most")
    content, identity = making.make(
        name=named, organisation=organisation, address=f"{current_app.config['PUBLIC_URL']}/verify", password=ways.password,
        not_before=clock.now().replace(microsecond=0) - timedelta(minutes=1), days=years * 365 + years // 4)
    try:
        making.write(ways.key, content)
    except FileExistsError as error:
        raise click.ClickException(
            f"{ways.key} is there already and is not written over: move it to a safe place first, it signed the old papers") from error
    click.echo(f"wrote {ways.key}\nsubject {identity.subject}")
    click.echo(f"good until {identity.not_after:%Y-%m-%d}\nSHA-256 {shown(identity.fingerprint)}")
    click.echo("Back up this file and its password. Workers that are running take the key at their next paper.")


@click.command("key")
def show_key() -> None:
    """Say whether the key opens, whom its certificate names and how long it is good; exit 1 when files cannot be signed."""
    found = keywatch.state()
    if found.identity is not None:
        click.echo(f"subject {found.identity.subject}\nissuer {found.identity.issuer}\nSHA-256 {shown(found.identity.fingerprint)}")
        click.echo(f"good until {found.identity.not_after:%Y-%m-%d}, {found.days_left} days")
    if found.trouble:
        raise click.ClickException(f"files cannot be signed ({found.trouble}): {found.detail}")
