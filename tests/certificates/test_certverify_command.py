"""`python -m certificates.certverify`: what its options ask for is held against the file."""
from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from certificates import certverify
from certificates.signing.identity import shown
from certificates.translog import store
from lab_app.core import files
from tests.support import certificates_facts as facts
from tests.support import signing_key


def test_the_command_holds_a_paper_against_the_certificate_it_is_told(app, frozen_clock, tmp_path, capsys):
    report = facts.issued(facts.ready_request())
    kept_file = tmp_path / "phieu.pdf"
    kept_file.write_bytes(files.read(report.file_sha256))
    own, asked = signing_key.made()[1], [str(kept_file), "--key", store.signer().verifier.text, "--certificate"]
    (tmp_path / "own.pem").write_text(own.pem, encoding="ascii")
    for right in (own.fingerprint, shown(own.fingerprint), str(tmp_path / "own.pem")):
        assert certverify.main([*asked, right]) == 0
    assert certverify.main([*asked, "0" * 64]) == 1
    assert "signed with another certificate" in capsys.readouterr().out
    assert certverify.main([*asked, str(tmp_path / "none.pem")]) == 2
    assert certverify.main([*asked, str(kept_file)]) == 2, "a file that is no certificate"


@pytest.mark.parametrize("page", [None, {"Annots": Array([1])}, {"Annots": Array([Dictionary(A=Name.X)])}, {"Annots": Name.X}])
def test_a_file_made_to_trip_the_reader_is_told_and_not_stumbled_over(app, page):
    """No page, or something that is no link where links stand."""
    with pikepdf.new() as document:
        if page is not None:
            document.add_blank_page()
            for name, value in page.items():
                document.pages[0].obj[f"/{name}"] = value
        document.save(out := io.BytesIO())
    assert certverify.check(out.getvalue(), store.signer().verifier).wrong
