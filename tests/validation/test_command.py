"""`flask validate`: its lines, its closing line, its exit codes, and the report it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
from click.testing import Result
from flask import Flask

from lab_app.validation.runner import OWN_CASES


def validate(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["validate", *arguments])


def pdf_text(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def part(folder: Path, name: str, **changes: object) -> Path:
    """A folder with one of the project's files of cases, its first case changed."""
    data = json.loads((OWN_CASES / name).read_text(encoding="utf-8"))
    data["cases"][0].update(changes)
    (folder / name).write_text(json.dumps(data), encoding="utf-8")
    return folder


def test_the_own_cases_pass(app: Flask) -> None:
    result = validate(app)
    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert lines[-1] == "60 passed, 0 failed"
    assert len(lines) == 61
    assert "PASSED   uncertainty_budget  gum-h1" in lines


def test_a_failed_case_is_named_with_both_values(app: Flask, tmp_path: Path) -> None:
    result = validate(app, "--cases", str(part(tmp_path, "tur.json", expected={"TUR": 4.5, "TUR_1dp": 4.2})))
    assert result.exit_code == 1
    line, closing = result.output.splitlines()
    assert line.startswith("FAILED   tur  tur-dmm-10v: TUR: expected 4.5, got 4.1666")
    assert closing == "0 passed, 1 failed"


def test_a_case_not_run_is_counted_apart(app: Flask, tmp_path: Path) -> None:
    kind = {"kind": "trace_csv", "inputs": {"file": "files/none.csv"}}
    result = validate(app, "--cases", str(part(tmp_path, "tur.json", **kind)))
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "0 passed, 0 failed, 1 not run"


def test_malformed_cases_are_one_line_each_and_stand_in_the_report(app: Flask, tmp_path: Path) -> None:
    """Whatever a file holds: a line a case, a closing line, exit 1, and a report that names each with its reason."""
    part(tmp_path, "tur.json", inputs=[1], id="không\ncó\u2028đầu vào")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    good = (OWN_CASES / "due_date.json").read_text(encoding="utf-8")
    (tmp_path / "marked.json").write_bytes(b"\xef\xbb\xbf" + good.encode())
    report = tmp_path / "report.pdf"
    result = validate(app, "--cases", str(tmp_path), "--report", str(report))
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "FAILED   ?  broken.json: broken.json: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        "PASSED   due_date  add-months-given",
        "FAILED   tur  không có đầu vào: tur.json: không có đầu vào: inputs is missing or no map",
        f"report: {report}",
        "1 passed, 2 failed",
    ]
    text = pdf_text(report)
    assert "inputs is missing or no map" in text and "broken.json" in text and "add-months-given" in text


def test_nothing_to_run(app: Flask, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        result = validate(app, "--cases", str(folder))
        assert result.exit_code == 2
        assert "nothing to run" in result.output


def test_a_report_needs_a_folder_before_anything_is_run(app: Flask, tmp_path: Path) -> None:
    result = validate(app, "--report", str(tmp_path / "nowhere" / "r.pdf"))
    assert result.exit_code == 2
    assert "PASSED" not in result.output


def test_the_report_can_be_filed(app: Flask, tmp_path: Path) -> None:
    folder = part(tmp_path, "guard_band.json", expected={"rss": 1, "test95": 0.6}, source="Sách \U0001f600 ✓")
    report = tmp_path / "report.pdf"
    result = validate(app, "--cases", str(folder), "--report", str(report))
    assert result.exit_code == 1
    text = pdf_text(report)
    for piece in ("ISO/IEC 17025:2017", "GTC", "numpy", "guard-factor-tur-2.5", "0,916515139", "0,6", "Không đạt",
                  "speed-limit-99.9", "3", "Hết báo cáo"):  # fmt: skip
        assert piece in text, piece


def test_the_report_names_the_laboratory_and_the_moment(demo_app: Flask, tmp_path: Path, frozen_clock: object) -> None:
    part(tmp_path, "tur.json")
    report = tmp_path / "report.pdf"
    assert validate(demo_app, "--cases", str(tmp_path), "--report", str(report)).exit_code == 0
    text = pdf_text(report)
    assert "16/11/2026" in text
    assert "chưa khai báo" not in text.lower()
    again = tmp_path / "again.pdf"
    validate(demo_app, "--cases", str(tmp_path), "--report", str(again))
    assert report.read_bytes() == again.read_bytes()
