"""Pure rules of the register: numbers and codes, offices over a signature, standard reasons, versions, statements."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from certificates.snapshot import ITEMS_OF_7_8_2_1, WAIVABLE
from lab_app.core.numbering import CODE_ALPHABET, read_code

PREFIX = "PKQ"
CERTIFICATE_PREFIX = "GCN-HC"
AMENDED = "/SĐ"
CODE_GROUPS, CODE_SIZE = 4, 4
LETTERS = tuple("abcdefghijklmnop")

Text = dict[str, str]

_CODE = re.compile(f"[{CODE_ALPHABET}]{{{CODE_GROUPS * CODE_SIZE}}}")
_AMENDED_SUFFIX = re.compile(r"/S(?:Đ|DD|D)(\d{1,3})$")
_REQUEST_TAIL = re.compile(r"^[^\d]*(?P<tail>\d.*)$")

#: What a laboratory usually states for an item that does not apply; the signatory chooses it, nothing chooses it for him.
STANDARD_REASONS: Mapping[str, Text] = {
    "k": {
        "vi": "Phòng thử nghiệm không lấy mẫu; khách hàng gửi mẫu.",
        "en": "Not sampled by the laboratory; item supplied by the customer.",
    },
    "n": {
        "vi": "Không có thêm, bớt hay sai khác so với phương pháp.",
        "en": "No additions to, deviations or exclusions from the method.",
    },
    "p": {"vi": "Không có kết quả từ nhà cung cấp bên ngoài.", "en": "No results from external providers."},
}


#: The shortest way to say that there were no deviations.
_NONE: Text = {"vi": "Không có", "en": "None"}


def first_number(request_number: str, index: int) -> str:
    """`PKQ-2026-0117-01`: the request's own number with the running index of its reports.

    A calibration has one certificate as a rule: `GCN-HC-2026-0031`, and `GCN-HC-2026-0031-02` for a further one.
    """
    found = _REQUEST_TAIL.match(request_number)
    tail = found["tail"] if found else request_number
    if request_number.startswith("YC-HC-"):
        return f"{CERTIFICATE_PREFIX}-{tail}" + (f"-{index:02d}" if index > 1 else "")
    return f"{PREFIX}-{tail}-{index:02d}"


def amended_number(base_number: str, sequence: int) -> str:
    """`PKQ-2026-0117-01/SĐ1`: the first version's number with the running amendment."""
    return f"{base_number}{AMENDED}{sequence}"


def base_of(number: str) -> tuple[str, int]:
    """The first version's number and the amendment's sequence (0 for the first version)."""
    found = _AMENDED_SUFFIX.search(number)
    return (number[: found.start()], int(found.group(1))) if found else (number, 0)


def index_of(number: str) -> int:
    """The running index at the end of a paper's number; 0 when there is none."""
    base = base_of(number)[0]
    if base.startswith(f"{CERTIFICATE_PREFIX}-"):
        base = base if base.count("-") > CERTIFICATE_PREFIX.count("-") + 2 else f"{base}-1"
    found = re.search(r"-(\d{1,4})$", base)
    return int(found.group(1)) if found else 0


def as_code(typed: str) -> str | None:
    """A public code as it was meant, grouped; `None` when what was typed or scanned is no code."""
    bare = re.sub(r"[^0-9A-Z]", "", read_code(typed))
    if not _CODE.fullmatch(bare):
        return None
    return "-".join(bare[i : i + CODE_SIZE] for i in range(0, len(bare), CODE_SIZE))


def as_number(typed: str) -> str:
    """A report's number as it was meant: capitals, one kind of dash, `/SD1` and `/SDD1` read as `/SĐ1`."""
    return _AMENDED_SUFFIX.sub(lambda found: f"{AMENDED}{found.group(1)}", read_code(typed[:80]))


def office_lines(title: str, basis: str = "", head: str = "GIÁM ĐỐC") -> list[str]:
    """The lines over a signature: the head alone; a deputy for the head (KT.); by written authorisation (TUQ.); by order (TL.).

    `basis` is the ground of the authorisation to sign; one that begins with TUQ or TL says which prefix stands.
    """
    office = title.strip().upper()
    if not office:
        return [head]
    asked = basis.strip().upper()
    if office == head:
        return [head]
    if asked.startswith("TUQ"):
        return [f"TUQ. {head}", office]
    if office == f"PHÓ {head}":
        return [f"KT. {head}", office]
    if asked.startswith("TL") or not office.startswith(head):
        return [f"TL. {head}", office]
    return [office]


def authority_of(basis: str) -> str | None:
    """The number of the written authorisation behind a TUQ signature (`TUQ số 12/UQ-MX` → `12/UQ-MX`)."""
    found = re.match(r"\s*TUQ\.?\s*(?:số\s*)?(?P<number>\S.*)$", basis, re.IGNORECASE)
    return found["number"].strip() if found else None


def stated(reasons: Mapping[str, str | Text]) -> dict[str, Text]:
    """Not-applicable reasons as bilingual texts: blank ones dropped, only letters that may be waived kept.

    A reason that repeats the standard Vietnamese words, or says in short that there were no deviations, gets their English.
    """
    found: dict[str, Text] = {}
    for letter, reason in reasons.items():
        text = {"vi": reason, "en": ""} if isinstance(reason, str) else {"vi": reason.get("vi", ""), "en": reason.get("en", "")}
        text = {key: value.strip() for key, value in text.items()}
        if letter not in WAIVABLE or not text["vi"]:
            continue
        standard = STANDARD_REASONS.get(letter)
        if letter == "n" and not text["en"] and text["vi"].rstrip(".").casefold() == _NONE["vi"].casefold():
            text["en"] = _NONE["en"]
        if standard and text["vi"] == standard["vi"] and not text["en"]:
            text = dict(standard)
        found[letter] = text
    return found


def item_name(letter: str, language: str) -> str:
    """What 7.8.2.1 calls an item, in the reader's language."""
    return ITEMS_OF_7_8_2_1[letter]["en" if language == "en" else "vi"]


def periods(days: Iterable[date], gap: int = 7) -> list[dict[str, str]]:
    """Days of testing as stretches; more than `gap` days without work begins a new one."""
    stretches: list[list[date]] = []
    for day in sorted(set(days)):
        if stretches and day - stretches[-1][1] <= timedelta(days=gap):
            stretches[-1][1] = day
        else:
            stretches.append([day, day])
    return [{"from": first.isoformat(), "to": last.isoformat()} for first, last in stretches]


def scope_mark(statuses: Iterable[str], external: bool) -> str:
    """The mark of a line from the scope register on the test date; an external provider's result is marked as such."""
    held = set(statuses)
    if external:
        return "EX"
    if "accredited" in held:
        return "VS"
    return "TĐC" if "registered" in held else "*"


#: Verdicts of metrology → verdicts of the paper, with the reason that a line without a statement must print.
_NO_RULE: Text = {"vi": "chưa thỏa thuận quy tắc quyết định", "en": "no decision rule agreed"}
_VERDICTS: Mapping[str, tuple[str, Text | None]] = {
    "PASS": ("pass", None),
    "CONDITIONAL_PASS": ("conditional_pass", None),
    "CONDITIONAL_FAIL": ("conditional_fail", None),
    "FAIL": ("fail", None),
    "NOT_APPLICABLE": ("not_applicable", {"vi": "không áp dụng", "en": "not applicable"}),
    "NOT_TESTED": ("no_statement", {"vi": "không thử", "en": "not tested"}),
    "NO_STATEMENT": ("no_statement", {"vi": "không kết luận", "en": "no statement"}),
    "NOT_EVALUATED": ("no_statement", {"vi": "không đánh giá được", "en": "not evaluated"}),
}
_REASONS: Mapping[str, Text] = {
    "uncertainty_above_maximum": {"vi": "U lớn hơn giá trị lớn nhất cho phép", "en": "U above the permitted maximum"},
    "no_rule": _NO_RULE,
    "no_limit": {"vi": "quy chuẩn không đặt giới hạn", "en": "no limit set"},
    "uncertainty_missing": {"vi": "chưa có độ không đảm bảo đo", "en": "no uncertainty"},
    "limit_unconfirmed": {"vi": "giới hạn chưa được xác nhận", "en": "limit not confirmed"},
}


def printed_verdict(
    verdict: str, reason: str, note: str, *, wanted: bool, ruled: bool, confirmed: bool
) -> tuple[str | None, Text | None]:
    """The verdict a line prints and, where there is no statement, why.

    `wanted`: the customer asked for statements of conformity (else none is printed). `ruled`: a rule was agreed or is inherent
    in the requirement; `confirmed`: the limit was confirmed (7.1.3, 7.8.6).
    """
    if not wanted:
        return None, None
    code, why = _VERDICTS[verdict.upper()]
    if code not in ("not_applicable", "no_statement"):
        if not ruled:
            return "no_statement", _NO_RULE
        if not confirmed:
            return "no_statement", dict(_REASONS["limit_unconfirmed"])
        return code, None
    why = dict(_REASONS.get(reason) or why or {"vi": "", "en": ""})
    if note.strip():
        why["vi"] = f"{why['vi']}: {note.strip()}"
    return code, why


def is_judged(verdict: str) -> bool:
    """Whether a stored verdict says that a result conforms or not."""
    return verdict.upper() in ("PASS", "CONDITIONAL_PASS", "CONDITIONAL_FAIL", "FAIL")
