"""The pages about the partnership's work: who comes and acts, places and disruption, the plan, how good figures are."""

from collections.abc import Mapping
from typing import Any

from django.template.defaultfilters import truncatechars

from cse_portal.reference.selectors import codes
from cse_portal.ui.presenters import counted
from mase.plans.choices import PlanP
from mase.strategy.models import Rag
from reporting.board.presenters.known import Known, listed, read, short, told
from reporting.board.presenters.parts import (
    Cell,
    Group,
    Part,
    Row,
    Table,
    bar_chart,
    below,
    grid,
    numbers,
    shaded,
    words,
)
from reporting.board.selectors.facts import AGES
from reporting.measures.selectors import registry
from reporting.measures.selectors.targets import Rating

RATINGS = {Rag.DONE: Rating.GREEN, Rag.GREEN: Rating.GREEN, Rag.AMBER: Rating.AMBER, Rag.RED: Rating.RED}
MOST_TEXT, MOST_EVIDENCE, MOST_OWNER = 68, 52, 24
MOST_OBJECTIVES = 11  # with the decisions beneath, that is a sheet
WORST_FIRST = (Rag.RED, Rag.AMBER, "", Rag.GREEN, Rag.DONE)
SERIES = (
    "B1-all-total-end", "B2-category-3-count", "B2-category-2-count", "B2-category-1-count", "A3-all-total-rate",
    "D1-due-total-rate", "D2-due-3-rate", "D2-due-2-rate", "D2-due-1-rate", "E3-line-in_time-rate",
    "D3-people-child_view-rate", "D5-all-total-rate",
)  # fmt: skip
ALSO = ("H1", "H2", "I2")  # services, what changed with them, and prevention
WORDS = (
    ("Open", "A child with a plan, on the last day of the quarter."),
    ("Category", "Last confirmed: 3 significant, 2 serious, 1 at risk."),
    ("In time", "First meeting: 10 working days, 5 for category 3. Review: 28, 42 or 84 days."),
    ("Withheld", "A count of 1 to 5 children, and any number that would give one away."),
)


def partnership(known: Known, said: Mapping[str, Any]) -> list[Part]:
    """Who came, whose actions are overdue, and disagreements."""
    found, target = known.facts["attendance"], float(known.targets["D3-agency-total-rate"].value)
    rows = [
        Row(label, [*(below(each, target) for each in months), Cell(f"{came} of {invited}"),
                    Cell(f"{100 * came / invited:.0f}" if invited else "–")], label == "All agencies")
        for label, months, came, invited in found["rows"]
    ]  # fmt: skip
    heat = Table(
        "Share of invitations that each agency came to, by month",
        ["Agency", *found["months"], "Quarter", "%"],
        rows,
        "heat",
    )
    sub = f"Share of invitations that the agency or its deputy came to, %. Darker: further below {target:g}"
    return [
        Part("Who came to the meetings", sub, table=heat, span="full"),
        _overdue(known),
        _actions(known),
        _shares(known),
    ]


def _overdue(known: Known) -> Part:
    rows = known.facts["overdue"]
    if not rows:
        return Part("No action overdue", "At the end of the quarter")
    highest = max((each for _, ages in rows for each in ages), default=1)
    table = Table(
        "Plan actions past their day, by agency and days overdue",
        ["Agency", *AGES, "All"],
        [
            Row(agency, [*(shaded(each, highest) for each in ages), Cell(str(sum(ages)))])
            for agency, ages in rows
        ],
        "heat",
    )
    whole = sum(sum(ages) for _, ages in rows)
    return Part(f"{counted(whole, 'action')} overdue", "At the end of the quarter, by days", table=table)


def _actions(known: Known) -> Part:
    columns = {
        "": "Part of the plan",
        "set": "Set",
        "in_time": "In time",
        "late": "Late",
        "overdue": "Overdue",
    }
    table = grid(known, "Actions by part of the plan", "D4-plan", columns)
    return Part("What was agreed, and done", "Actions set, done and overdue in the quarter", table=table)


def _shares(known: Known) -> Part:
    quorum = known.cell("D3-quorum", "total", "rate")
    minutes = known.reading("D5-all-total-rate")
    stages = [
        (short(label), known.cell("D6-stage", row, "count")) for row, label in known.rows("D6-stage").items()
    ]
    raised = listed(each for each in stages if each[1])
    by_stage = f"By stage: {raised}." if raised else "None was raised in the quarter."
    return Part("", facts=[
        (f"Quorum: {told(quorum, '%')} of meetings", "Police, social care and health must all be there."),
        (f"Minutes in time: {read(minutes)}", "Sent out within five working days."),
        (f"Disagreements: {told(known.cell('D6-stage', 'total', 'count'))}", by_stage),
    ], span="full")  # fmt: skip


def places(known: Known, said: Mapping[str, Any]) -> list[Part]:
    """Places of concern by ward, what was tried against people and places, and what came of it in court."""
    active = read(known.reading("F3-line-active-count"))
    wards, towns = (
        known.rows("F3-site"),
        {each.code: each.extra["town"] for each in codes("ward") if "town" in each.extra},
    )
    highest = max((known.number("F3-site", each, "count") for each in wards), default=1)
    groups = []
    for town in sorted(set(towns.values())):
        boxes = [
            (label, shaded(known.cell("F3-site", ward, "count"), highest))
            for ward, label in wards.items()
            if towns.get(ward) == town
        ]
        whole = sum(known.number("F3-site", ward, "count") for ward in wards if towns.get(ward) == town)
        groups.append(Group(town, f"{whole:.0f}", boxes))
    lines = [
        (f"{label}: {told(known.cell('F3-line', row, 'count'))}", "")
        for row, label in known.rows("F3-line").items()
    ]
    sub = "All known places by ward. Places, not children, so none is withheld"
    return [
        Part(f"{active} active places of concern", sub, groups=groups if wards else (), span="full"),
        Part("", facts=lines[:6], span="full"),
        _tactics(known),
        _to_court(known),
    ]


def _tactics(known: Known) -> Part:
    columns = {
        "": "Tactic", "requested": "Asked for", "granted": "Granted", "served": "Served", "breached": "Broken",
        "in_force": "In force",
    }  # fmt: skip
    table = grid(known, "Disruption by tactic", "G1-tactic", columns)
    sub = "Orders and other tactics in the quarter, and in force at its end"
    if not known.rows("G1-tactic"):
        return Part(
            "What was tried", sub, texts=["Nothing was asked for, and nothing is in force."], span="full"
        )
    return Part("What was tried", sub, table=table, span="full")


def _to_court(known: Known) -> Part:
    people = read(known.reading("F2-line-active-count"))
    steps = [
        ("intelligence submissions", read(known.reading("F1-agency-total-total"))),
        ("people of concern, active", people),
        ("investigations opened", read(known.reading("G3-line-opened-count"))),
        ("charged", read(known.reading("G3-line-charged-count"))),
        ("verdicts", told(known.cell("G3-line", "verdict", "count"))),
        ("children referred to the NRM", read(known.reading("G4-line-referred-count"))),
    ]
    return Part(
        "From what people told us to the court",
        facts=[(number, label) for label, number in steps],
        span="steps",
    )


def plan(known: Known, said: Mapping[str, Any]) -> list[Part]:
    """The strategy's plan by its four Ps, the worst where a sheet does not hold all; and the board's decisions."""
    rows, before = [], ""
    order = [each.label for each in PlanP]
    worst = sorted(known.facts["objectives"], key=lambda found: WORST_FIRST.index(found["rating"]))
    more = len(worst[MOST_OBJECTIVES:])
    for each in sorted(worst[:MOST_OBJECTIVES], key=lambda found: order.index(found["p"])):
        rating = RATINGS[Rag(each["rating"])] if each["rating"] else Rating.NONE
        first = each["p"] if each["p"] != before else ""
        before = each["p"]
        cells = [
            *words(truncatechars(each["text"], MOST_TEXT), truncatechars(each["evidence"], MOST_EVIDENCE)),
            Cell(rating.word, rating=rating, numeric=False),
            *words(truncatechars(each["owner"], MOST_OWNER), each["due"]),
        ]
        rows.append(Row(first, cells, starts=bool(first)))
    columns = ["Four Ps", "Objective", "Evidence", "Rating", "Owner", "Due"]
    return [
        Part("The plan", "Each as it stands by its reports, days and numbers; without a report it is not rated",
             table=Table("Objectives of the strategy", columns, rows, "plan"), span="full",
             note=f"{counted(more, 'more objective')}, none worse than these, in the plan." if more else ""),
        decisions(known),
    ]  # fmt: skip


def decisions(known: Known) -> Part:
    """What became of what the board decided on earlier packs."""
    rows = [
        Row(
            each["decided"],
            words(
                each["asked"],
                truncatechars(each["owner"], MOST_OWNER),
                each["due"],
                each["state"],
                truncatechars(each["became"], 75),
            ),
        )
        for each in known.facts["register"]
    ]
    columns = ["Decided", "Decision", "Owner", "Due", "State", "What became of it"]
    table = Table("Decisions of the board", columns, rows, "register") if rows else None
    texts = () if rows else ("The board has decided nothing on a pack before this one.",)
    return Part(
        "What became of the board’s last decisions",
        became_words(known),
        table=table,
        texts=texts,
        span="full",
    )


def became_words(known: Known) -> str:
    """2 done, 1 open, 1 late."""
    states = [each["state"] for each in known.facts["register"]]
    return ", ".join(
        f"{states.count(each)} {each.lower()}" for each in ("Done", "Open", "Late") if each in states
    )


def quality(known: Known, said: Mapping[str, Any]) -> list[Part]:
    """How complete the records are, the checks, the words, and the numbers behind the pictures."""
    target = known.targets.get("C5-field-ethnicity-rate")
    fields = [(label, known.cell("C5-field", row, "rate")) for row, label in known.rows("C5-field").items()]
    failed = [title for title, passed in known.facts["checks"] if not passed]
    checks = [f"{counted(len(known.facts['checks']) - len(failed), 'check')} of the return passed."]
    checks += [f"Not passed: {'; '.join(failed)}."] if failed else []
    version = f"Worked out by {known.facts['code_version'] or '–'}."
    quarters = counted(len(known.quarters), "quarter")
    return [
        bar_chart(
            "How complete the records are",
            "Share of open children’s records with an answer, %",
            "Share of records with an answer, %",
            fields,
            100,
            unit="%",
            target=float(target.value) if target else None,
        ),
        Part("Checks", known.facts["figures"], texts=checks, note=version),
        Part("Words we use", facts=WORDS, span="words"),
        Part(
            f"Table 1. The last {quarters}",
            "Shares are of each quarter alone",
            table=_series(known),
            span="full",
        ),
        Part(
            "Table 2. Who the children are", "Open at the quarter’s end", table=_children(known), span="full"
        ),
    ]


def _series(known: Known) -> Table:
    headlines = {code: each.label for code, (_, each) in registry.headlines(known.quarter.ends_on).items()}
    labels = headlines | {code: target.label for code, target in known.targets.items()}
    labels |= {"B1-all-total-end": "Children open"}
    labels |= {f"B2-category-{each}-count": f"In category {each}" for each in "321"}
    rows = [
        Row(
            labels[code],
            [Cell(read(known.reading(code, back))) for back in range(len(known.quarters) - 1, -1, -1)],
        )
        for code in (*SERIES, *(each for each in headlines if each.partition("-")[0] in ALSO))
    ]
    return Table("Headlines by quarter", ["Quarter", *known.labels], rows, "dense")


def _children(known: Known) -> Table:
    found = [
        (short(label), known.cell(table, row, "count"))
        for table in ("B2-sex", "B2-age", "B2-ethnicity")
        for row, label in known.rows(table).items()
        if known.cell(table, row, "count") != 0
    ]
    return Table(
        "Children open by sex, age and ethnicity", ["", *(label for label, _ in found)],
        [Row("Children open", numbers(*(value for _, value in found)))], "dense",
    )  # fmt: skip
