"""Whether a paper covers a product: same by rules, never by likeness, and never by what is confidential."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.lookups import cover
from certificates.lookups.cover import CANNOT_TELL, CONFIRMED, CONTRADICTED, Asked, covers
from certificates.lookups.writing import Match, distance, named, plain, same, versioned

ITEM = {"name": {"vi": "Điểm truy cập", "en": "Access point"}, "brand": "SAOHOM", "model": "SH-AX30", "hardware": "B1",
        "firmware": ["1.0.3", "1.0.4"], "holds": "1.0.4"}
PUBLISHED = {"product": {"vi": "Điểm truy cập, kiểu SH-AX30", "en": "Access point, model SH-AX30"}, "items": [ITEM]}


def ask(published=PUBLISHED, **asked: str):
    return covers(published, Asked.of(asked))


@pytest.mark.parametrize("typed", ["SH-AX30", "sh-ax30", "SH AX30", "SHAX30", " sh_ax30 ", "SH–AX30", "SH‑AX 30", "ＳＨ－ＡＸ３０"])
def test_the_same_model_however_written_is_confirmed(typed):
    assert ask(model=typed).verdict == CONFIRMED


@pytest.mark.parametrize("typed", ["SH-AX30-EU", "SH-AX30EU", "SH-AX30 (VN)", "SH-AX30/A", "SH-AX", "SH-AX30 v2"])
def test_a_variant_is_not_confirmed_and_the_stated_one_is_listed(typed):
    found = ask(model=typed)
    assert (found.verdict, found.reason, found.nearest) == (CANNOT_TELL, "model:variant", ("SH-AX30",))


@pytest.mark.parametrize(("typed", "near"), [("SH-AX3000", ()), ("SH-AX31", ("SH-AX30",)), ("SH-AX3O", ("SH-AX30",)), ("XK-900", ()),
                                             ("HS-AX30", ("SH-AX30",))])
def test_another_model_is_contradicted_and_a_near_one_listed(typed, near):
    found = ask(model=typed)
    assert found.verdict == CONTRADICTED and found.reason == "model:other"
    if typed != "SH-AX3000":
        assert found.nearest == near


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("A1-12", "A11-2", False), ("A1-12", "A112", False), ("A1 12", "A1-12", True), ("AX-30", "AX30", True), ("AX30+", "AX30", False),
    ("AX3.0", "AX30", False), ("AX3/0", "AX30", False), ("", "", False), ("-", "", False), ("Đ-1", "D-1", False),
])
def test_what_a_parting_sign_weighs(one, other, expected):
    assert same(one, other) is expected and same(other, one) is expected


@pytest.mark.parametrize(("typed", "verdict", "why"), [
    ("1.0.4", CONFIRMED, ""), ("v1.0.4", CONFIRMED, ""), ("Firmware 1.0.4", CONFIRMED, ""), ("FW: V1.0.4", CONFIRMED, ""),
    ("1.0.3", CONTRADICTED, "firmware:earlier"), ("1.0.5", CONTRADICTED, "firmware:other"),
    ("1.0.4.0", CANNOT_TELL, "firmware:variant"),
    ("1.0.4 build 77", CANNOT_TELL, "firmware:variant"), ("1.0", CANNOT_TELL, "firmware:variant"),
    ("2.1.0.4", CONTRADICTED, "firmware:other"),
])
def test_only_the_firmware_of_the_conclusion_is_confirmed(typed, verdict, why):
    found = ask(model="SH-AX30", firmware=typed)
    assert (found.verdict, found.reason) == (verdict, why)


@pytest.mark.parametrize(("typed", "verdict"), [("B1", CONFIRMED), ("Rev. B1", CONFIRMED), ("hw b1", CONFIRMED), ("B2", CONTRADICTED),
                                                ("B", CANNOT_TELL), ("B1.2", CANNOT_TELL)])
def test_hardware(typed, verdict):
    assert ask(model="SH-AX30", hardware=typed).verdict == verdict


def test_without_a_model_nothing_is_confirmed():
    assert ask(brand="SAOHOM").reason == "model:no_model"
    assert ask(brand="SAOHOM", firmware="1.0.4").verdict == CANNOT_TELL
    assert ask(brand="Khác").verdict == CONTRADICTED
    assert ask().verdict == CANNOT_TELL and ask(model="   ").points == ()


def test_of_several_products_the_one_that_fits_answers_and_fields_are_not_mixed():
    other = {"name": ITEM["name"], "brand": "SAOHOM", "model": "SH-AX60", "hardware": "C1", "firmware": ["2.0"]}
    published = {"items": [ITEM, other]}
    assert ask(published, model="sh ax60", firmware="2.0").verdict == CONFIRMED
    assert ask(published, model="SH-AX60", firmware="1.0.4").verdict == CONTRADICTED, "firmware of the other product"
    assert ask(published, model="SH-AX6O").nearest == ("SH-AX60", "SH-AX30")


def test_several_versions_without_a_conclusion_cannot_tell():
    published = {"items": [{**{k: v for k, v in ITEM.items() if k != "holds"}}]}
    assert ask(published, model="SH-AX30", firmware="1.0.3").reason == "firmware:several"


def test_papers_from_before_are_read_by_their_words_where_both_languages_agree():
    old = {"product": PUBLISHED["product"]}
    assert ask(old, model="SH-AX30").verdict == CONFIRMED
    assert ask(old, model="SH-AX30", brand="SAOHOM").verdict == CANNOT_TELL
    assert ask({"product": {"vi": "Máy, kiểu A-1", "en": "Machine, model B-1"}}, model="A-1").verdict == CANNOT_TELL
    assert ask({"product": {"vi": "Máy đo", "en": "Meter"}}, model="A-1").verdict == CANNOT_TELL
    two = {"product": {"vi": "Máy, kiểu A-1; Máy, kiểu B-2", "en": "Machine, model A-1; Machine, model B-2"}}
    assert ask(two, model="B2").verdict == CONFIRMED


# ---- confidential fields ------------------------------------------------------------------------------------

names = st.text(alphabet="ABx019 -_./+Đé（", min_size=1, max_size=12)
maybe = st.one_of(st.none(), names)


def snapshot(brand, model, hardware, firmware, holds=""):
    item = {"name": {"vi": "Máy", "en": "Machine"}}
    item.update({k: v for k, v in (("brand", brand), ("model", model), ("hardware", hardware)) if v})
    if firmware:
        item["firmware"] = {"vi": firmware, "en": ""}
    return {"items": [item], "conclusion": {"holds_for": holds} if holds else None}


@given(st.tuples(maybe, maybe, maybe, maybe), st.tuples(maybe, maybe, maybe, maybe), st.tuples(names, names, names, names))
def test_what_is_confidential_never_moves_the_answer(one, other, asked):
    """Two papers that differ in what may not be shown alone give the same answer to every question."""
    question = Asked.of(dict(zip(cover.FIELDS, asked, strict=True)))
    hidden = [covers({"items": cover.published_items(snapshot(*facts), ["regulations", "versions"])}, question) for facts in (one, other)]
    assert hidden[0] == hidden[1] and hidden[0].verdict == CANNOT_TELL and not hidden[0].nearest
    mixed = (one[0], one[1], other[2], other[3])
    shown = [covers({"items": cover.published_items(snapshot(*facts), ["product"])}, question) for facts in (one, mixed)]
    assert shown[0] == shown[1], "versions were not agreed"


def test_a_hidden_field_and_one_nobody_recorded_answer_alike():
    recorded = cover.published_items(snapshot("A", "B-1", "H1", "1.0", "firmware 1.0"), ["product"])
    absent = cover.published_items(snapshot("A", "B-1", None, None), ["product", "versions"])
    asked = Asked(model="B-1", hardware="H1", firmware="1.0")
    assert covers({"items": recorded}, asked) == covers({"items": absent}, asked)
    assert covers({"items": recorded}, asked).reason == "hardware:unstated"


@given(names, names, names, names, st.sets(st.sampled_from(["product", "versions"])))
def test_confirmed_means_that_every_asked_field_is_published_and_the_same(brand, model, firmware, asked, agreed):
    items = cover.published_items(snapshot(brand, model, None, firmware), agreed)
    found = covers({"items": items}, Asked.of({"model": asked, "firmware": firmware}))
    if found.verdict == CONFIRMED:
        assert "product" in agreed and same(asked, model)
        assert "firmware" not in Asked.of({"firmware": firmware}).given() or "versions" in agreed
    for point in found.points:
        assert point.stated in ("", *(str(item.get(point.name)) for item in items), *(", ".join(i.get("firmware", [])) for i in items))


@given(names)
def test_a_name_is_the_same_as_itself_in_any_case_and_parting(name):
    letters = [c for c in plain(name) if c != " "]
    if letters:
        assert same(name, name) and same(name.lower(), name.upper()) and same(name.replace("-", " "), name.replace("_", "–"))
    assert plain(plain(name)) == plain(name)


@given(names, names)
def test_sameness_is_mutual_and_needs_the_same_characters(one, other):
    assert same(one, other) == same(other, one)
    if same(one, other):
        assert plain(one).replace(" ", "") == plain(other).replace(" ", "")
    assert (named(one, other) is Match.SAME) == same(one, other)


@given(names, st.sampled_from(["-EU", " (VN)", "/A", "+", "X", " V2", ".1"]))
def test_a_suffix_never_confirms(name, suffix):
    if plain(name):
        assert named(name + suffix, name) is not Match.SAME and versioned(name + suffix, name) is not Match.SAME


@given(names, names)
def test_distance_is_mutual_and_bounded(one, other):
    assert distance(one, other, 2) == distance(other, one, 2) <= 3
    assert (distance(one, other, 2) == 0) == (one == other)


def test_firmware_out_of_the_words_of_a_paper():
    assert cover.firmware_versions("1.0.3; 1.0.4 từ 14/09/2026; 1.0.3 từ 15/09/2026") == ["1.0.3", "1.0.4"]
    assert cover.firmware_versions("") == []
    found = cover.published_items(snapshot("A", "B", None, "1.0.3", "firmware 1.0.4"), ["product", "versions"])
    assert found[0]["firmware"] == ["1.0.3", "1.0.4"] and found[0]["holds"] == "1.0.4"
