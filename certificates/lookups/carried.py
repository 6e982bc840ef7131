"""A receipt in the file that somebody brings: the receipt itself, or its printed form that carries it. Without Flask or database."""
from __future__ import annotations

import io

import pikepdf

from certificates import pdf_limits
from certificates.lookups.receipt import LONGEST, BadReceipt

#: The receipt inside its printed form.
ATTACHED = "receipt.json"


def given(content: bytes) -> str:
    """The text of a receipt from a file that somebody brings: the receipt itself, or its printed form. BadReceipt where it is neither."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return attached(content)
    try:
        return content[: LONGEST + 1].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadReceipt("not a text") from error


def attached(pdf: bytes) -> str:
    """The receipt inside a PDF. BadReceipt where there is none."""
    if pdf_limits.unbounded(pdf):
        raise BadReceipt("packed in a way whose cost nothing bounds")
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return bytes(document.attachments[ATTACHED].get_file().read_bytes())[: LONGEST + 1].decode("utf-8-sig")
    except (KeyError, UnicodeDecodeError, pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise BadReceipt("no receipt inside this PDF") from error
