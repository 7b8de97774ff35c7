"""The pages about children: who they are, how soon they are helped, what they say and how safe they are."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.safestring import SafeString

from cse_portal.ui.charts.trends import SMALL_PICTURE, Trend, flow, stacked, trend
from reporting.board.presenters.known import Known, Told, drawable, listed, read, short, told
from reporting.board.presenters.parts import (
    NO_FIGURE,
    Cell,
    Part,
    Row,
    Table,
    bar_chart,
    grid,
    numbers,
    shaded,
)
from reporting.board.selectors.facts import WITHHELD

CATEGORIES = ("3", "2", "1")
STEPS = ("offered", "held", "in_time", "independent", "declined")  # of a return interview
COMPOSITE = "Made up from what several children said; it is the story of no one child."


def children(known: Known, words: Mapping[str, Any]) -> list[Part]:
    """How many, who raised them, how they came and went, and who they are."""
    return [
        _by_category(known),
        _raised_by(known),
        _flow(known),
        _movement(known),
        *_who(known),
        _facts(known),
    ]


def _by_category(known: Known) -> Part:
    series = [known.over(f"B2-category-{each}-count") for each in CATEGORIES]
    title, sub = "Children open, by category", "At the end of each quarter"
    if all(None in column for column in zip(*series, strict=True)):
        return Part(title, sub, texts=["In no quarter may all three numbers be told."])
    ends = listed((f"category {each}", values[-1]) for each, values in zip(CATEGORIES, series, strict=True))
    first, last = (known.value("B1-all-total-end", back) for back in (len(known.quarters) - 1, 0))
    said = f"Children open at each quarter’s end: from {told(first)} to {told(last)}; now {ends}."
    names = [f"category {each}" for each in CATEGORIES]
    drawing = stacked(said, names, series, known.labels)
    return Part(title, sub, drawing)


def _raised_by(known: Known) -> Part:
    whole = told(known.cell("A1-agency", "total", "count"))
    rows = _largest(known, "A1-agency", "count", 6)
    sub = f"{whole} received in the quarter, by agency"
    return bar_chart("Who raised concerns", sub, f"Concerns received, {whole} in all", rows)


def _flow(known: Known) -> Part:
    parts = [known.value(f"B1-all-total-{each}") for each in ("start", "new", "reopened", "closed", "end")]
    if None in parts:
        return Part("How children came and went", texts=[NO_FIGURE])
    start, new, again, closed, end = (each or 0 for each in parts)
    said = (
        f"{start:.0f} children were open at the start; {new:.0f} were new, {again:.0f} opened again and {closed:.0f} "
        f"closed, so {end:.0f} are open."
    )
    steps = [("At start", start), ("New", new), ("Again", again), ("Closed", -closed)]
    return Part("How children came and went", "In the quarter", flow(said, steps, ("At end", end)))


def _movement(known: Known) -> Part:
    rows = known.rows("B3-movement")
    cells = [known.number("B3-movement", row, column) for row in rows for column in rows]
    table = Table(
        "Children by category at the start and at the end of the quarter",
        ["At the start", *(_category(label) for label in rows.values()), "All"],
        [
            Row(
                _category(label),
                [
                    *(
                        shaded(known.cell("B3-movement", row, column), max(cells, default=1))
                        for column in rows
                    ),
                    Cell(told(known.cell("B3-movement", row, "total"))),
                ],
            )
            for row, label in rows.items()
        ],
        "heat",
    )
    note = f"“{WITHHELD.capitalize()}”: a count of 1 to 5, and what would give it away."
    return Part(
        "From category to category", "Rows: at the start. Columns: at the end", table=table, note=note
    )


def _who(known: Known) -> list[Part]:
    """The children open by what the record says, each beside all of them where their number may be told."""
    whole = known.value("B1-all-total-end")
    sub, made = "Children open at the end of the quarter", []
    for title, tables in (("By sex and age", ("B2-sex", "B2-age")), ("By ethnicity", ("B2-ethnicity",))):
        rows = [
            (short(label), known.cell(table, row, "count"))
            for table in tables
            for row, label in known.rows(table).items()
            if known.cell(table, row, "count") != 0
        ]
        made.append(bar_chart(title, sub, f"{sub}, {title.lower()}", rows[:7], whole))
    return made


def _facts(known: Known) -> Part:
    episodes = read(known.reading("E1-missing_kind-total-count"))
    often = read(known.reading("E2-line-repeated-count"))
    return Part("", facts=[
        (f"Looked after: {read(known.reading('C1-support-LAC-count'))}",
         "Of the children open at the end of the quarter."),
        (f"Turn 18 in six months: {read(known.reading('H3-all-total-total'))}",
         "With adult services they need a plan before."),
        (f"Children missing: {read(known.reading('E1-all-total-count'))}",
         f"Episodes: {episodes}. Three times or more in 90 days: {often}."),
    ], span="full")  # fmt: skip


def time(known: Known, words: Mapping[str, Any]) -> list[Part]:
    """Reviews by category, decisions, first meetings and interviews, against their targets."""
    reviews = [(f"Cat. {each}", known.years(f"D2-due-{each}-rate")) for each in CATEGORIES]
    target = float(known.targets["D2-due-3-rate"].value)
    last = listed((name, values[-1]) for name, values in reviews)
    alone = known.value("D2-due-3-rate")
    said = (
        f"Reviews in time over twelve months, %, against a target of {target:g}: {last}. In this quarter alone "
        f"category 3 was {told(alone, '%')}."
    )
    drawing = trend(
        Trend(said, reviews, known.labels, target, words.get("note", ""), words.get("note_at", ""), alone)
    )
    sub = "Over the 12 months to each quarter’s end, %; hollow: this quarter alone"
    none = "" if any(each is not None for _, values in reviews for each in values) else NO_FIGURE
    return [
        Part("Reviews in time over a year", sub, drawing, note=none, span="wide"),
        Part("", pictures=_three(known), span="narrow"),
        Part(
            "Reviews due, by category",
            "These count our work, not children",
            table=_reviews(known),
            span="full",
        ),
        _late(known),
        _interviews(known),
    ]


def _three(known: Known) -> list[tuple[str, SafeString]]:
    """Decisions, first meetings and interviews, one small picture under another."""
    drawn = []
    for code in ("A3-all-total-rate", "D1-due-total-rate", "E3-line-in_time-rate"):
        target = known.targets[code]
        values = known.years(code)
        said = f"{target.label}, over twelve months: {told(values[-1], '%')} against a target of {target.value:f}%."
        region, line = known.region.get(code), [(target.label, values)]
        said += "" if region is None else f" Regional average of the quarter {region:.0f}%."
        of = Trend(said, line, known.labels, float(target.value), region=region, size=SMALL_PICTURE)
        drawn.append((target.label, trend(of)))
    return drawn


def _reviews(known: Known) -> Table:
    columns = {
        "": "Category", "total": "Due", "in_time": "In time", "late": "Late", "not_held": "Not held",
        "rate": "In time, %",
    }  # fmt: skip
    table = grid(known, "Reviews due in the quarter", "D2-due", columns)
    codes = [f"D2-due-{row}-rate" for row in (*known.rows("D2-due"), "total")]
    beside = [numbers(known.value(code, 1), known.region.get(code)) for code in codes]
    rows = [
        replace(row, cells=[*row.cells, *more])
        for row, more in zip(table.rows, beside, strict=True)
        if row.is_sum or row.cells[0].text not in (told(0), told(None))
    ]
    return replace(table, columns=[*table.columns, "Quarter before, %", "Region, %"], rows=rows)


def _late(known: Known) -> Part:
    rows, none = _largest(known, "D2-reason", "count", 5), "No review was held late."
    sub = "Held late in the quarter, all categories"
    return bar_chart("Why reviews were late", sub, "Why reviews were held late", rows, none=none)


def _interviews(known: Known) -> Part:
    columns = {"": "Of the returns in the quarter", "yes": "Yes", "total": "Of", "rate": "%"}
    table = grid(known, "What became of return interviews", "E3-line", columns, only=STEPS)
    return Part("Return interviews", "After missing episodes that ended in the quarter", table=table)


def voice(known: Known, words: Mapping[str, Any]) -> list[Part]:
    """Whether children are in the room, what they say, and what was done about it."""
    parts = known.rows("D3-people")
    meetings = known.cell("D3-people", next(iter(parts), ""), "total")
    room = [(label, known.cell("D3-people", row, "yes")) for row, label in parts.items()]
    themes = _largest(known, "J2-theme", "count", 8)
    heard = told(known.cell("J2-all", "total", "count"))
    none = "No child’s words were recorded in the quarter."
    return [
        bar_chart(
            "Who is heard at the meetings",
            f"{told(meetings)} meetings in the quarter",
            f"Of {told(meetings)} meetings",
            room,
            drawable(meetings),
        ),
        bar_chart(
            "What children told us",
            "How many said something about it",
            f"What {heard} children said, by what it is about",
            themes,
            none=none,
        ),
        _services(known),
        *_told_in_words(words),
    ]


def _services(known: Known) -> Part:
    """What services did for children, and what changed meanwhile."""
    needs, unmet, waited, ended, safer = (
        read(known.reading(code))
        for code in (
            "H1-need-total-total", "H1-line-none-count", "H1-wait-total-median", "H1-outcome-total-count",
            "H2-all-total-rate",
        )
    )  # fmt: skip
    return Part("", facts=[
        (f"Needs recorded: {needs}", f"No service met the need: {unmet}."),
        (f"Median waiting days: {waited}", "From asking to the first appointment in the quarter."),
        (f"Support that ended: {ended}", f"Higher on the scale at its end than at its start: {safer}."),
    ], span="full")  # fmt: skip


def _told_in_words(words: Mapping[str, Any]) -> list[Part]:
    made = []
    if words.get("story"):
        made.append(Part("In words like theirs", COMPOSITE, texts=[f"“{words['story']}”"], span="full"))
    if words.get("did"):
        made.append(
            Part("You said, we did", "Since the last pack", texts=words["did"].splitlines(), span="full")
        )
    return made


def _largest(known: Known, table: str, column: str, most: int) -> list[tuple[str, Told]]:
    """The rows with the most, without those that are nought; the withheld ones last."""
    rows = [(short(label), known.cell(table, row, column)) for row, label in known.rows(table).items()]
    return sorted((each for each in rows if each[1]), key=lambda each: -drawable(each[1]))[:most]


def _category(label: str) -> str:
    return short(label).replace("Category", "Cat.").replace("No category confirmed", "None")
