"""`python -m bench [--rows N] [--only NAME]`: measure, print the table, write build/bench.json."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import arithmetic, cases, paper, rounds, sheets
from bench.cases import CANVAS, INSERT, PAGES, Goal, WrongAnswer
from bench.laboratory import Laboratory
from bench.rounds import PROCESSOR, WALL, Timed
from bench.visitor import statements

ROOT = Path(__file__).resolve().parents[1]
SMALL = 1_000
#: Requests of the laboratory whose worksheets are measured.
BENCHES = 241
Clock = Callable[[], float]


@dataclass
class Result:
    """One line of the table."""

    name: str
    milliseconds: float
    floor: str = ""
    times: float | None = None
    growth: float | None = None
    statements: int | None = None
    bytes: int | None = None
    bytes_growth: float | None = None
    p99_milliseconds: float | None = None
    missed: str = ""
    problem: str = ""


@dataclass
class _Work:
    """A line under way: the case's time on the large and the small laboratory."""

    result: Result
    goal: Goal
    large: Timed
    small: Timed | None = None


def _wanted(only: str, name: str) -> bool:
    return not only or only.lower() in name.lower()


def _pages(large: Laboratory, small: Laboratory | None, only: str, clock: Clock) -> tuple[list[_Work], list[Result]]:
    who = [(lab, lab.visitor(), lab.person()) for lab in (large, small) if lab is not None]
    works, refused = [], []
    for page in PAGES:
        if not _wanted(only, page.name):
            continue
        result = Result(page.name, 0.0, page.floor)
        timed = []
        try:
            for lab, visitor, person in who:
                act = page.caller(lab, visitor if page.public else person)
                timed.append(Timed(page.name, act, clock))
                act()
                with statements(lab.engine) as asked:
                    answer = act()
                if lab is large:
                    result.statements, result.bytes = len(asked), len(answer.body)
                elif result.bytes and answer.body:
                    result.bytes_growth = result.bytes / len(answer.body)
        except (WrongAnswer, LookupError) as error:
            result.problem = str(error)
            refused.append(result)
            continue
        works.append(_Work(result, page.goal, timed[0], timed[1] if small is not None else None))
    return works, refused


def _others(lab: Laboratory, only: str, floors: dict[str, Timed]) -> tuple[list[_Work], list[Result]]:
    works, refused = [], []
    if _wanted(only, "audited POST"):
        result = Result("audited POST", 0.0, INSERT)
        try:
            person = lab.person()
            post = cases.audited_post(lab, person)
            post()
            with statements(lab.engine) as asked:
                post()
            result.statements = len(asked)
            works.append(_Work(result, Goal(times=1.67, statements=30), Timed(result.name, post, WALL)))
            floors[INSERT] = Timed(INSERT, cases.insert_floor(lab), WALL)
        except (WrongAnswer, LookupError) as error:
            result.problem = str(error)
            refused.append(result)
    if _wanted(only, "PDF of the report"):
        draw, canvas, marks = paper.pair()
        result = Result(f"PDF of the report, {marks.pages} pages", 0.0, CANVAS, bytes=len(draw()))
        works.append(_Work(result, Goal(times=1.5), Timed(result.name, draw, PROCESSOR)))
        floors[CANVAS] = Timed(CANVAS, canvas, PROCESSOR)
    for pair in arithmetic.PAIRS:
        if _wanted(only, pair.name):
            works.append(_Work(Result(pair.name, 0.0, pair.floor), Goal(times=pair.times), Timed(pair.name, pair.act, PROCESSOR)))
            floors[pair.floor] = Timed(pair.floor, pair.bare, PROCESSOR)
    return works, refused


def _sheets(lab: Laboratory, turns: int, clock: Clock, floors: dict[str, Timed]) -> tuple[list[_Work], list[Result]]:
    """Worksheets of two hundred jobs, in a laboratory of their own: one is used up by every call that records."""
    opened = Result("worksheet of 200 jobs opens", 0.0, sheets.OPEN_FLOOR)
    saved = Result("worksheet of 200 jobs saves", 0.0, sheets.SAVE_FLOOR)
    try:
        codes = sheets.lay(lab, rounds.WARM + 1 + turns * rounds.FEWEST + 3)
        person = lab.person()
        opening, saving = sheets.opening(person, codes[-2]), sheets.saving(person, codes[:-2], lab)
        bare = sheets.floors_of(lab, codes)
        with statements(lab.engine) as asked:
            opened.bytes = len(opening().body)
        opened.statements = len(asked)
        with statements(lab.engine) as asked:
            saving()
        saved.statements = len(asked)
        if sheets.recorded(lab, codes[0]) != sheets.JOBS:
            raise WrongAnswer("a worksheet was not recorded whole")
    except (WrongAnswer, LookupError) as error:
        opened.problem = saved.problem = str(error)
        return [], [opened, saved]
    for name, act in bare.items():
        floors[name] = Timed(name, act, clock)
    return [
        # 300 and 500 ms (p95) are wanted on the machine of the demonstration; these bounds say the same beside the bare libraries.
        _Work(opened, Goal(times=60, statements=20), Timed(opened.name, opening, clock)),
        _Work(saved, Goal(times=20, statements=6 * sheets.JOBS), Timed(saved.name, saving, clock)),
    ], []


def _judge(work: _Work, floors: dict[str, Timed]) -> Result:
    result, goal = work.result, work.goal
    result.milliseconds = work.large.seconds * 1000
    result.p99_milliseconds = work.large.p99 * 1000
    floor = floors.get(result.floor)
    if floor is not None:
        result.times = rounds.ratio(work.large, floor)
    if work.small is not None:
        result.growth = rounds.ratio(work.large, work.small)
    missed = [
        f"{name} {found:.3g} > {bound:.3g}"
        for name, found, bound in (
            ("times", result.times, goal.times),
            ("growth", result.growth, goal.growth),
            ("statements", result.statements, goal.statements),
            ("bytes", result.bytes_growth, goal.bytes_growth),
        )
        if found is not None and bound is not None and found > bound
    ]
    result.missed = ", ".join(missed)
    return result


def measure(
    large: Laboratory, small: Laboratory | None, only: str, turns: int, budget: float, third: Laboratory | None = None,
) -> list[Result]:
    """Measure everything asked for, the worksheets in a `third` laboratory; floors first in the answer."""
    clock = PROCESSOR if large.engine.dialect.name == "sqlite" else WALL
    floors = {name: Timed(name, act, clock) for name, act in cases.page_floors(large).items()}
    works, refused = _pages(large, small, only, clock)
    more, also_refused = _others(large, only, floors)
    works += more
    if third is not None:
        more, refused_sheets = _sheets(third, turns, clock, floors)
        works, also_refused = [*works, *more], [*also_refused, *refused_sheets]
    used = {work.result.floor for work in works} | {cases.WORD, cases.PAGE}
    floors = {name: timed for name, timed in floors.items() if name in used}
    gc.collect()
    gc.freeze()  # as the server does before it forks its workers
    every = [*floors.values(), *(w.large for w in works), *(w.small for w in works if w.small is not None)]
    rounds.run(every, turns, budget)
    lines = [Result(f"[floor] {name}", timed.seconds * 1000, p99_milliseconds=timed.p99 * 1000) for name, timed in floors.items()]
    return [*lines, *(_judge(work, floors) for work in works), *refused, *also_refused]


# ---- telling ----------------------------------------------------------------------------------------------------


def _cell(value: float | None, shape: str) -> str:
    return "" if value is None else format(value, shape)


def table(results: Sequence[Result], growing: bool) -> str:
    """The results as plain text."""
    head = ("", "median ms", "× floor", "× small" if growing else "", "stmts", "bytes", "floor", "")
    rows = [head] + [
        (
            r.name,
            _cell(r.milliseconds, ".2f"),
            _cell(r.times, ".2f"),
            _cell(r.growth, ".2f"),
            _cell(r.statements, "d"),
            _cell(r.bytes, "d"),
            r.floor,
            r.problem or (f"MISSED: {r.missed}" if r.missed else ""),
        )
        for r in results
    ]
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    sides = [str.ljust, *[str.rjust] * 5, str.ljust, str.ljust]
    lines = ("  ".join(side(cell, w) for side, cell, w in zip(sides, row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 when every page gave the answer it must, whatever its speed; 1 when one did not."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="requests (and reports) of the large laboratory")
    parser.add_argument("--only", default="", help="measure only what has this in its name")
    parser.add_argument("--instruments", type=int, default=None, help="instruments of the large laboratory; the small one has 1,000 then")
    parser.add_argument("--rounds", type=int, default=7, help="interleaved rounds, five at least for figures worth telling")
    parser.add_argument("--smoke", action="store_true", help="a tiny laboratory, one round: does it run at all?")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json")
    given = parser.parse_args(arguments)
    url = os.environ.get("DATABASE_URL", "")
    server = url if url.startswith(("postgresql", "postgres:")) else None
    rows, turns, budget = (60, 1, 0.0) if given.smoke else (given.rows, given.rounds, 0.06)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as open_ones:
        large = open_ones.enter_context(Laboratory(Path(folder), rows, server, given.instruments))
        small = third = None
        if not given.smoke and (rows > SMALL or given.instruments):
            small = open_ones.enter_context(Laboratory(Path(folder), SMALL, server, SMALL if given.instruments else None))
        if _wanted(given.only, "worksheet"):
            third = open_ones.enter_context(Laboratory(Path(folder), BENCHES, server))
        results = measure(large, small, given.only, turns, budget, third)
    database = "PostgreSQL" if server else "SQLite"
    print(f"{rows:,} requests on {database}, {turns} interleaved rounds; × small: against {SMALL:,} requests in the same run.\n")
    print(table(results, not given.smoke and rows > SMALL))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(
        json.dumps(
            {"rows": rows, "small": SMALL, "database": database, "rounds": turns, "results": [asdict(r) for r in results]},
            ensure_ascii=False,
            indent=1,
        ),
        encoding="utf-8",
    )
    return 1 if any(r.problem for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())
