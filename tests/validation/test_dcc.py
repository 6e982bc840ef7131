"""Digital calibration certificates: what a schema says, and the values that are read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from lab_app.validation.dcc import (
    CertificateError,
    Validity,
    load_schema,
    parse,
    quantities,
    schema_version,
    validate,
)
from tests.support.sample_files import SAMPLE_FILES, needs_sample_files

D = Decimal
SAMPLES = SAMPLE_FILES / "dcc"

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="https://ptb.de/dcc"
  elementFormDefault="qualified">{imports}
  <xs:element name="digitalCalibrationCertificate"><xs:complexType><xs:sequence>
    <xs:any namespace="##any" processContents="skip" minOccurs="1" maxOccurs="unbounded"/>
  </xs:sequence><xs:attribute name="schemaVersion" use="required"/></xs:complexType></xs:element>
</xs:schema>"""

CERTIFICATE = """<?xml version="1.0"?>
<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc" xmlns:si="https://ptb.de/si" schemaVersion="3.3.0">
{content}
</dcc:digitalCalibrationCertificate>"""

ERRORS = """<dcc:quantity refType="basic_measurementError other">
  <si:hybrid>
    <si:realListXMLList>
      <si:valueXMLList>0.072 -0.009 1E-1</si:valueXMLList><si:unitXMLList>\\kelvin</si:unitXMLList>
      <si:expandedUncXMLList><si:uncertaintyXMLList>0.061</si:uncertaintyXMLList>
        <si:coverageFactorXMLList>2</si:coverageFactorXMLList>
        <si:coverageProbabilityXMLList>0.95</si:coverageProbabilityXMLList></si:expandedUncXMLList>
    </si:realListXMLList>
    <si:realListXMLList>
      <si:valueXMLList>72 -9 100</si:valueXMLList><si:unitXMLList>\\milli\\kelvin</si:unitXMLList>
    </si:realListXMLList>
  </si:hybrid>
  <dcc:measurementMetaData><dcc:metaData><dcc:data>
    <dcc:quantity refType="basic_acceptanceLimitUpper">
      <si:real><si:value>0.23</si:value><si:unit>\\kelvin</si:unit></si:real>
    </dcc:quantity>
  </dcc:data></dcc:metaData></dcc:measurementMetaData>
</dcc:quantity>"""

NEWER = """<dcc:quantity refType="gain">
  <si:real><si:value>20.10</si:value><si:unit>\\decibel</si:unit>
    <si:measurementUncertaintyUnivariate><si:expandedMU><si:valueExpandedMU>0.12</si:valueExpandedMU>
      <si:coverageFactor>2.0</si:coverageFactor><si:coverageProbability>0.95</si:coverageProbability>
    </si:expandedMU></si:measurementUncertaintyUnivariate></si:real>
</dcc:quantity>"""


def certificate(content: str) -> bytes:
    return CERTIFICATE.format(content=content).encode()


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "dcc.xsd"
    path.write_text(SCHEMA.format(imports=""))
    return path


def test_values_uncertainty_and_unit_of_a_quantity() -> None:
    kelvin, millikelvin = quantities(parse(certificate(ERRORS)), "basic_measurementError")
    assert kelvin.values == (D("0.072"), D("-0.009"), D("0.1")) and kelvin.unit == "\\kelvin"
    assert (kelvin.expanded, kelvin.k, kelvin.probability) == ((D("0.061"),), (D(2),), (D("0.95"),))
    assert kelvin.expanded_of(2) == D("0.061")
    assert millikelvin.values == (D(72), D(-9), D(100)) and millikelvin.expanded_of(0) is None
    assert quantities(parse(certificate(ERRORS)), "other", "\\milli\\kelvin") == (millikelvin,)


def test_a_quantity_does_not_take_the_values_of_its_metadata() -> None:
    limit = quantities(parse(certificate(ERRORS)), "basic_acceptanceLimitUpper")
    assert [row.values for row in limit] == [(D("0.23"),)]
    assert len(quantities(parse(certificate(ERRORS)))) == 3


def test_uncertainty_as_the_newer_units_write_it() -> None:
    (gain,) = quantities(parse(certificate(NEWER)), "gain")
    assert str(gain.values[0]) == "20.10"
    assert (gain.expanded, gain.k) == ((D("0.12"),), (D("2.0"),))


def test_validity(schema: Path) -> None:
    valid = validate(certificate(NEWER), lambda version: schema)
    assert (valid.validity, valid.schema_version, valid.errors) == (Validity.VALID, "3.3.0", ())
    empty = validate(certificate(""), lambda version: schema)
    assert empty.validity is Validity.INVALID and empty.errors[0][0] == 2
    broken = validate(certificate("<dcc:open>"), lambda version: schema)
    assert (broken.validity, broken.schema_version) == (Validity.NOT_WELL_FORMED, None)
    other = validate(b"<report schemaVersion='3.3.0'/>", lambda version: schema)
    assert (other.validity, other.schema_version) == (Validity.INVALID, None)


def test_a_version_can_not_lead_out_of_the_folder() -> None:
    claimed = certificate(NEWER).replace(b'"3.3.0"', b'"../../../etc"')
    assert schema_version(parse(claimed)) is None
    assert schema_version(parse(certificate(NEWER).replace(b"3.3.0", b"3.0.0-rc.2"))) == "3.0.0-rc.2"


def test_nothing_is_fetched(tmp_path: Path, schema: Path) -> None:
    remote = tmp_path / "remote.xsd"
    remote.write_text(
        SCHEMA.format(imports='<xs:import namespace="urn:x" schemaLocation="https://example.org/x.xsd"/>')
    )
    with pytest.raises(CertificateError, match="imports https"):
        load_schema(remote)
    with pytest.raises(CertificateError, match="schema"):
        load_schema(tmp_path / "absent.xsd")
    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    with pytest.raises(CertificateError, match="doctype"):
        parse(entity)
    assert validate(entity, lambda version: schema).validity is Validity.INVALID


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(CertificateError, match="not_a_number"):
        quantities(parse(certificate(ERRORS.replace("0.072", "0,072"))))
    with pytest.raises(CertificateError, match="not_a_number"):
        quantities(parse(certificate(ERRORS.replace("0.072", "NaN"))))
    with pytest.raises(CertificateError, match="different_lengths"):
        quantities(parse(certificate(ERRORS.replace(">0.061<", ">0.061 0.062<"))))


@needs_sample_files
@pytest.mark.parametrize(
    ("name", "validity", "version"),
    [
        ("dcc_gp_temperature_typical_v12.xml", "valid", "3.1.1"),
        ("dcc_gp_humidity_v1.0.xml", "valid", "3.1.2"),
        ("dcc_gp_temperature_typical_v12_v3.2.0_signed.xml", "valid", "3.2.0"),
        ("dcclib_valid.xml", "valid", "3.3.0"),
        ("siliziumkugel_2_4_0.xml", "valid", "2.4.0"),
        ("dcc_gp_temperature_typical_v12_signed.xml", "invalid", "3.1.1"),
        ("dcclib_invalid_schema.xml", "invalid", "3.3.0"),
        ("dcclib_invalid_syntax.xml", "not_well_formed", None),
    ],
)
def test_published_certificates(name: str, validity: str, version: str | None) -> None:
    checked = validate(
        (SAMPLES / name).read_bytes(), lambda found: SAMPLES / "schema" / f"v{found}" / "dcc.xsd"
    )
    assert (checked.validity, checked.schema_version) == (validity, version)
