"""Both catalogues are complete: no string missing, stale or untranslated, no placeholder lost."""
from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from tools import catalogues


@pytest.fixture(scope="module")
def template() -> Catalog:
    return catalogues.collected()


def _catalogue(tmp_path, monkeypatch, rows, code):
    monkeypatch.setattr(catalogues, "TRANSLATIONS", tmp_path)
    kept, wanted = Catalog(locale="en"), Catalog()
    for ident, string in rows:
        kept.add(ident, string, flags={"python-format"} if "%(" in ident else set())
    for ident in code:
        wanted.add(ident)
    catalogues.write(kept, "en")
    return list(catalogues.problems("en", wanted))


@pytest.mark.parametrize(
    ("rows", "code", "says"),
    [
        ([], ["Mẫu thử"], "missing"),
        ([("Mẫu thử", "")], ["Mẫu thử"], "untranslated"),
        ([("Mẫu thử", "Test item"), ("Cũ", "Old")], ["Mẫu thử"], "stale"),
        ([("Có %(n)s mẫu", "%(m)s items")], ["Có %(n)s mẫu"], "placeholder"),
    ],
)
def test_a_planted_gap_is_found(tmp_path, monkeypatch, rows, code, says):
    found = _catalogue(tmp_path, monkeypatch, rows, code)
    assert len(found) == 1 and says in found[0], found


def test_a_complete_catalogue_passes(tmp_path, monkeypatch):
    assert _catalogue(tmp_path, monkeypatch, [("Có %(n)s mẫu", "%(n)s items")], ["Có %(n)s mẫu"]) == []


def test_update_keeps_translations_and_never_passes_vietnamese_for_english(tmp_path, monkeypatch, template):
    monkeypatch.setattr(catalogues, "TRANSLATIONS", tmp_path)
    catalogues.update()
    assert list(catalogues.problems("vi", template)) == []
    wanted = len([m for m in template if m.id])
    rows = catalogues.missing("en")
    assert len(rows) == wanted
    rows[0]["string"] = rows[0]["id"] if isinstance(rows[0]["id"], str) else list(rows[0]["id"])
    assert catalogues.fill("en", rows) == 1
    before = catalogues.path_of("en").read_bytes()
    catalogues.update()
    assert catalogues.path_of("en").read_bytes() == before
    assert len(catalogues.missing("en")) == wanted - 1


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_the_catalogue_is_complete(language, template):
    found = list(catalogues.problems(language, template))
    assert found == [], f"{len(found)} strings; run `make messages`, then translate what is left"


def test_the_code_is_read(template):
    assert len([m for m in template if m.id]) > 200
