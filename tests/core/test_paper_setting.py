"""Setting of text and writing of numbers for papers."""

from __future__ import annotations

import pytest

from lab_app.core.paper import wording
from lab_app.core.paper.setting import Run, clip, set_lines, shrink
from lab_app.core.paper.typefaces import BOLD, MissingGlyph, composed, drawable, missing_characters, width


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("18.42", "18,42"),
        ("-29.2", "\u221229,2"),
        ("20", "20"),
        ("2483.5", "2483,5"),
        ("12345.6", "12\u202f345,6"),
        ("1250000", "1\u202f250\u202f000"),
        ("0.10", "0,10"),
        ("≤ 3", "≤ 3"),
        ("1.2.3", "1.2.3"),
        ("", ""),
    ],
)
def test_numbers_keep_their_digits_in_vietnamese_writing(written, printed):
    assert wording.number(written) == printed


def test_margins_show_their_sign():
    assert wording.number("1.58", signed=True) == "+1,58"
    assert wording.number("-0.8", signed=True) == "\u22120,8"


def test_dates():
    assert wording.date("2026-09-22") == "22/09/2026"
    assert wording.moment("2026-09-22T16:42:07+07:00") == "22/09/2026 16:42"
    assert wording.moment("2026-09-22T16:42:07.5+07:00", seconds=True) == "22/09/2026 16:42:07 +07:00"
    assert wording.long_date("2026-02-08") == "ngày 08 tháng 02 năm 2026"
    assert wording.long_date("2026-10-08") == "ngày 08 tháng 10 năm 2026"
    spans = [{"from": "2026-09-11", "to": "2026-09-16"}, {"from": "2026-10-06", "to": "2026-10-06"}]
    assert wording.periods(spans) == "11/09/2026 – 16/09/2026; 06/10/2026"


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("QCVN 54:2020/BTTTT", "QCVN\xa054:2020/BTTTT"),
        ("tại 5 GHz", "tại 5\xa0GHz"),
        ("k = 2", "k\xa0=\xa02"),
        ("lệch 1,6 dB (chuẩn ±1,0 dB)", "lệch 1,6\xa0dB (chuẩn ±1,0\xa0dB)"),
        ("5 mẫu", "5 mẫu"),
    ],
)
def test_numbers_never_part_from_their_units(text, bound):
    assert wording.bind(text) == bound


def test_lines_keep_every_word_and_the_width():
    text = (
        "Kiểm tra giữa kỳ máy thu đo nhiễu EQ-005 ngày 02/10/2026 lệch −1,6 dB so với chuẩn, đo lại ba điểm"
    )
    lines = set_lines([Run(text)], 40.0)
    assert len(lines) > 2
    assert " ".join(run.text for line in lines for _, run in line).replace("\xa0", " ") == text
    for line in lines:
        x, last = line[-1]
        assert x + width(last.text, last.face, last.size) <= 40.01


def test_a_word_wider_than_the_line_breaks_inside():
    lines = set_lines([Run("A" * 60)], 30.0)
    assert len(lines) > 1
    assert "".join(run.text for line in lines for _, run in line) == "A" * 60


def test_runs_keep_their_faces_and_forced_breaks():
    lines = set_lines([Run("với "), Run("firmware 1.0.4", BOLD), Run(" đáp ứng\nmọi yêu cầu")], 200.0)
    assert len(lines) == 2
    assert [run.text for _, run in lines[0]] == ["với", "firmware\xa01.0.4", "đáp ứng"]
    assert lines[0][1][1].face == BOLD


def test_shrink_and_clip():
    assert shrink("A" * 40, BOLD, 12.0, 500.0, 6.0) == 12.0
    assert shrink("A" * 400, BOLD, 12.0, 50.0, 6.0) == 6.0
    assert clip("ngắn", BOLD, 9.0, 50.0) == "ngắn"
    clipped = clip("một tên mẫu rất dài không vừa nhãn", BOLD, 9.0, 30.0)
    assert clipped.endswith("…") and width(clipped, BOLD, 9.0) <= 30.0


def test_the_faces_have_what_papers_need():
    needed = "ăâđêôơưẰẴỆỘỠỮỲỹ≤≥±−†°µΩ…–·×½²¹³∞√≠≈\u202f\xa0₫℃"
    assert not [character for character in needed if ord(character) not in drawable()]
    assert missing_characters({"a": ["ok", {"b": "✓"}]}) == [("✓", "a.1.b")]
    assert missing_characters({"a": "\u0065\u0302\u0323"}) == []
    assert composed({"a": ["\u0065\u0302\u0323"]}) == {"a": ["ệ"]}
    assert "U+2713" in str(MissingGlyph([("✓", "a.1.b")]))


def test_whatever_is_drawn_is_measured_and_refused_without_a_glyph():
    from lab_app.core.paper.ink import Ink

    for text in ("Mẫu → kho", "ký tự \x0b điều khiển"):
        with pytest.raises(MissingGlyph) as refused:
            Ink().text(0, 0, text)
        assert refused.value.missing == [(next(c for c in text if c in "→\x0b"), text)]


def test_a_paper_asked_for_with_a_character_that_cannot_be_printed_says_which(app, monkeypatch):
    from lab_app.core.access import public
    from lab_app.core.paper.ink import Ink

    def paper_of_the_test():
        return str(Ink().text(0, 0, "Kho ✓ lạnh"))

    monkeypatch.setitem(app.view_functions, "certificates.verify", public(paper_of_the_test))
    answer = app.test_client().get("/verify")
    assert answer.status_code == 422 and "“✓” (U+2713): Kho ✓ lạnh" in answer.get_data(as_text=True)
