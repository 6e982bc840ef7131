"""Digital calibration certificates (PTB DCC): validity against a schema, and the values of their quantities.

Only reading, and only offline: schemas are files of the caller, nothing is fetched, entities and document
type definitions are refused.  Validity says that the structure is right; the rules of the Schematron and
the signature are other questions.  Both ways of writing an uncertainty are read, D-SI 1
(``expandedUnc``) and D-SI 2 (``measurementUncertaintyUnivariate``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Final, cast

from lxml import etree

DCC: Final = "{https://ptb.de/dcc}"
SI: Final = "{https://ptb.de/si}"
MAX_BYTES: Final = 20_000_000
_VERSION: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){1,2}(?:-[a-z]+\.?[0-9]{1,3})?")


class CertificateError(ValueError):
    """A file that cannot be read as a digital calibration certificate; ``code`` says why."""

    def __init__(self, code: str, detail: str = "", line: int | None = None) -> None:
        super().__init__(": ".join(part for part in (code, detail) if part))
        self.code = code
        self.line = line


class Validity(StrEnum):
    """What a schema says of a file."""

    VALID = "valid"
    INVALID = "invalid"
    NOT_WELL_FORMED = "not_well_formed"


@dataclass(frozen=True, slots=True)
class Checked:
    """The validity of a file, the schema version it claims, and what is wrong with it, by line."""

    validity: Validity
    schema_version: str | None
    errors: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class QuantityValues:
    """The values of one quantity in one unit, as written.

    ``expanded`` and ``k`` hold one number for each value, or a single one that applies to all;
    empty where the certificate states none.  ``standard`` likewise, for standard uncertainties.
    """

    ref_types: tuple[str, ...]
    unit: str
    values: tuple[Decimal, ...]
    expanded: tuple[Decimal, ...] = ()
    k: tuple[Decimal, ...] = ()
    probability: tuple[Decimal, ...] = ()
    standard: tuple[Decimal, ...] = ()

    def expanded_of(self, index: int) -> Decimal | None:
        """The expanded uncertainty of one value, a single one applying to all."""
        if not self.expanded:
            return None
        return self.expanded[0] if len(self.expanded) == 1 else self.expanded[index]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def parse(data: bytes) -> etree._Element:
    """The root of an XML file.

    :raises CertificateError: ``too_large``, ``not_well_formed``, ``doctype``.
    """
    if len(data) > MAX_BYTES:
        raise CertificateError("too_large", str(len(data)))
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise CertificateError("not_well_formed", str(error)[:200], error.lineno) from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise CertificateError("doctype")
    return root


def schema_version(root: etree._Element) -> str | None:
    """The schema version a certificate claims, ``None`` for another document or an ill-formed claim."""
    version = root.get("schemaVersion", "")
    return (
        version if root.tag == f"{DCC}digitalCalibrationCertificate" and _VERSION.fullmatch(version) else None
    )


def load_schema(path: Path) -> etree.XMLSchema:
    """A schema with the schemas it imports, all from files.

    :raises CertificateError: ``schema`` when one cannot be read or names another place than a file.
    """
    seen: set[Path] = set()
    waiting = [path.resolve()]
    try:
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            for element in (
                etree.parse(str(current), _parser()).getroot().iter("{http://www.w3.org/2001/XMLSchema}*")
            ):
                place = element.get("schemaLocation")
                if place is None:
                    continue
                if re.match(r"[a-z][a-z0-9+.-]*:|//", place, re.IGNORECASE):
                    raise CertificateError("schema", f"{current.name} imports {place[:80]}")
                waiting.append((current.parent / place).resolve())
        return etree.XMLSchema(etree.parse(str(path), _parser()))
    except (OSError, etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise CertificateError("schema", str(error)[:200]) from None


def validate(data: bytes, schema_path: Callable[[str], Path]) -> Checked:
    """Check a file against the schema of the version it claims; ``schema_path`` gives the file of a version.

    :raises CertificateError: ``schema`` when the schema itself cannot be read.
    """
    try:
        root = parse(data)
    except CertificateError as refusal:
        broken = refusal.code == "not_well_formed"
        validity = Validity.NOT_WELL_FORMED if broken else Validity.INVALID
        return Checked(validity, None, ((refusal.line or 0, str(refusal)),))
    version = schema_version(root)
    if version is None:
        return Checked(Validity.INVALID, None, ((0, "not a digital calibration certificate"),))
    schema = load_schema(schema_path(version))
    if schema.validate(root):
        return Checked(Validity.VALID, version)
    errors = tuple((entry.line, entry.message[:300]) for entry in schema.error_log)  # type: ignore[attr-defined]
    return Checked(Validity.INVALID, version, errors[:100])


def _line(element: etree._Element) -> int | None:
    return cast("int | None", element.sourceline)


def _numbers(element: etree._Element, *names: str) -> tuple[Decimal, ...]:
    """The numbers of the first descendant of one of the names, a list in one element or a single one."""
    for name in names:
        for tag in (f"{SI}{name}XMLList", f"{SI}{name}"):
            found = element.find(f".//{tag}")
            if found is None:
                continue
            try:
                numbers = tuple(Decimal(word) for word in (found.text or "").split())
            except InvalidOperation:
                raise CertificateError("not_a_number", (found.text or "")[:40], _line(found)) from None
            if not all(number.is_finite() for number in numbers):
                raise CertificateError("not_a_number", (found.text or "")[:40], _line(found))
            return numbers
    return ()


def _measured(quantity: etree._Element) -> Iterator[etree._Element]:
    """The value elements of a quantity itself, one for each unit; not those of its metadata."""
    for child in quantity:
        if child.tag in (f"{SI}real", f"{SI}realListXMLList", f"{SI}constant"):
            yield child
        elif child.tag in (f"{SI}hybrid", f"{SI}list"):
            yield from _measured(child)


def quantities(
    root: etree._Element, ref_type: str | None = None, unit: str | None = None
) -> tuple[QuantityValues, ...]:
    """The quantities of a certificate in document order, by reference type and D-SI unit if given.

    A quantity stated in several units comes once for each.

    :raises CertificateError: ``not_a_number``; ``different_lengths`` when values and uncertainties disagree.
    """
    found: list[QuantityValues] = []
    for quantity in root.iter(f"{DCC}quantity"):
        ref_types = tuple(quantity.get("refType", "").split())
        if ref_type is not None and ref_type not in ref_types:
            continue
        for element in _measured(quantity):
            units = element.findtext(f"{SI}unitXMLList") or element.findtext(f"{SI}unit") or ""
            symbols = set(units.split())
            symbol = symbols.pop() if len(symbols) == 1 else " ".join(units.split())
            if unit is not None and symbol != unit:
                continue
            row = QuantityValues(
                ref_types,
                symbol,
                _numbers(element, "value"),
                _numbers(element, "uncertainty", "valueExpandedMU"),
                _numbers(element, "coverageFactor"),
                _numbers(element, "coverageProbability"),
                _numbers(element, "valueStandardMU"),
            )
            for numbers in (row.expanded, row.k, row.standard):
                if len(numbers) not in (0, 1, len(row.values)):
                    raise CertificateError("different_lengths", symbol, _line(element))
            found.append(row)
    return tuple(found)
