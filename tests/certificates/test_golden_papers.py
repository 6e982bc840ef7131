"""Layouts that papers were issued with draw what they drew: the same words, the same look, under the same libraries the same bytes."""

from __future__ import annotations

import pytest

from certificates.paper import LAYOUTS, library_versions
from tests.support import golden_papers as golden


@pytest.mark.parametrize("name", golden.CASES)
def test_a_layout_draws_what_it_drew(name):
    kept, now = golden.kept(name), golden.told(golden.made(name))
    assert [page["text"] for page in now["pages"]] == [page["text"] for page in kept["pages"]]
    apart = [golden.seen_apart(before["look"], page["look"]) for before, page in zip(kept["pages"], now["pages"], strict=True)]
    assert apart == [0] * len(apart), "points of each page that look otherwise"
    if kept["libraries"] == library_versions():
        assert now["sha256"] == kept["sha256"]


def test_every_layout_has_its_golden_file():
    assert {golden.CASES[name]()["layout"] for name in golden.CASES} == set(LAYOUTS)


def test_a_moved_line_and_another_word_are_seen():
    snapshot = golden.CASES["calibration-certificate-2"]()
    first = golden.told(golden.draw(snapshot))
    other = golden.told(golden.draw({**snapshot, "title": {"vi": "Phiếu hiệu chuẩn", "en": "Calibration certificate"}}))
    assert first["pages"][0]["text"] != other["pages"][0]["text"]
    assert golden.seen_apart(first["pages"][0]["look"], other["pages"][0]["look"]) > 5
