"""An order in words: its line of the register, its track of stages, and its page."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import (
    Row,
    TimelineEntry,
    counted,
    display_date,
    display_datetime,
    display_time,
    is_overdue,
    short_date,
)
from intelligence.disruption.choices import BEGUN, OVER, Effect, Stage
from intelligence.disruption.models import Breach, Disruption, ProtectedChild
from intelligence.disruption.selectors import TacticKind, ends_soon, next_stages, tactic
from intelligence.subjects.models import SubjectKind

TRACK = (Stage.REQUESTED, Stage.APPLIED, Stage.GRANTED, Stage.SERVED, Stage.IN_FORCE, Stage.EXPIRED)
SHOWN = {
    "breached": "Breached", "ending": "Ending in 28 days", "live": "All live", "requested": "Requested",
    "applied": "Applied", "granted": "To serve", "in-force": "In force",
}  # fmt: skip
SHOWN_APART = {"ended": "Ended this year", "refused": "Refused"}
STEPS = {
    Stage.REQUESTED: "Report progress", Stage.APPLIED: "Record that it was applied for",
    Stage.GRANTED: "Record that it was granted", Stage.REFUSED: "Record that it was refused",
    Stage.SERVED: "Record that it was served", Stage.IN_FORCE: "Record that it is in force",
    Stage.DISCHARGED: "Record that it was discharged", Stage.NOT_USED: "Do not use it after all",
}  # fmt: skip
MONTHS_FROM = 60  # days; a longer time is said in months
DAYS_A_MONTH = 30.4


@dataclass(frozen=True)
class Cell:
    """One stage of the track: reached, still to come, or none for this kind."""

    name: str
    look: str


@dataclass(frozen=True)
class OrderRow:
    """One line of a list."""

    url: str
    tactic: str
    law: str
    applicant: str
    target: str
    kind: str
    kind_words: str
    ward: str
    stage: str
    when: str
    late: bool
    breached: bool
    over: bool
    track: list[Cell]
    reached: int
    ends: str
    ends_small: str
    soon: bool
    effect: str
    effect_boxes: list[bool]
    effect_small: str
    children: int = 0
    told: str = ""


@dataclass(frozen=True)
class Tile:
    """One count of the register, which filters it."""

    slug: str
    label: str
    number: int
    current: bool


@dataclass(frozen=True)
class ChildLine:
    """A protected child on the order's page: a name for who may open the case, else a lock."""

    name: str
    told: str
    url: str = ""
    tell_url: str = ""


@dataclass(frozen=True)
class Steps:
    """What may be recorded now: the usual next step, and the others."""

    first: tuple[str, str] | None
    others: list[tuple[str, str]] = field(default_factory=list)


def tiles(counts: dict[str, int], show: str) -> list[Tile]:
    """The seven counts."""
    return [Tile(slug, words, counts[slug], slug == show) for slug, words in SHOWN.items()]


def heading(show: str, number: int) -> str:
    """What the list shows: 17 live orders, what needs doing first."""
    if show == "live":
        return f"{counted(number, 'live order')}, what needs doing first"
    return f"{counted(number, 'order')}: {({**SHOWN, **SHOWN_APART})[show].lower()}"


def apart(counts: dict[str, int]) -> list[Tile]:
    """What is over, below the register."""
    return [Tile(slug, words, counts[slug], current=False) for slug, words in SHOWN_APART.items()]


def rows(found: Iterable[Disruption]) -> list[OrderRow]:
    """The lines of a list."""
    return [row(each) for each in found]


def row(order: Disruption) -> OrderRow:
    """One line; of an order that knows its breaches, and the children this reader may know of."""
    kind, standing, breaches = tactic(order.tactic), order.standing, list(order.breaches.all())
    breached = standing == Stage.IN_FORCE and bool(breaches)
    children: Sequence[ProtectedChild] = order.known_children  # type: ignore[attr-defined]
    cells = track(order, kind, breached=breached)
    ends, ends_small = _ends(order, kind, standing)
    effect = Effect(order.effect) if order.effect is not None else None
    rate_by = f"Rate by {short_date(order.review_on)}" if order.review_on and order.is_open else ""
    return OrderRow(
        url=reverse("intelligence:disruption", args=[order.pk]),
        tactic=kind.name,
        law=kind.law,
        applicant=order.agency.short_name,
        target=order.subject.name,
        kind=order.subject.kind,
        kind_words=SubjectKind(order.subject.kind).label,
        ward=label("ward", order.ward) if order.ward else "No ward",
        stage="Breached" if breached else standing.label,
        when=_short_moment(breaches[0].happened_at) if breached else _when(order, kind, standing),
        late=order.waits and is_overdue(order.due_on),
        breached=breached,
        over=not order.is_open,
        track=cells,
        reached=max(number for number, cell in enumerate(cells, 1) if cell.look not in ("", "skip")),
        ends=ends,
        ends_small=ends_small,
        soon=ends_soon(order),
        effect=effect.label if effect is not None else "",
        effect_boxes=[number <= effect for number in Effect.values if number] if effect is not None else [],
        effect_small="" if effect is not None else rate_by,
        children=len(children),
        told=told_words(children),
    )


def track(order: Disruption, kind: TacticKind, *, breached: bool) -> list[Cell]:
    """The six stages of an order; those that its kind has not are skipped."""
    standing = order.standing
    before = {Stage.DISCHARGED: Stage.EXPIRED, Stage.REFUSED: Stage.APPLIED, Stage.NOT_USED: Stage.REQUESTED}
    reached = TRACK.index(before.get(standing, standing))
    cells = []
    for number, stage in enumerate(TRACK):
        has = stage in kind.path or stage in (Stage.IN_FORCE, Stage.EXPIRED)
        look = "" if number > reached else "bad" if breached and stage == Stage.IN_FORCE else "on"
        cells.append(Cell(stage.label, look if has else "skip"))
    return cells


def told_words(children: Sequence[ProtectedChild]) -> str:
    """Who of the children knows of the order."""
    told = sum(each.told_on is not None for each in children)
    agreed = sum(bool(each.not_told_because) for each in children)
    waiting = len(children) - told - agreed
    if not children:
        return ""
    if len(children) in (told, agreed, waiting):
        every = "told" if len(children) == 1 else "all told"
        return every if told else "not told: agreed" if agreed else "not yet"
    parts = ((told, "told"), (agreed, "not told: agreed"), (waiting, "not yet"))
    return ", ".join(f"{number} {words}" for number, words in parts if number)


def facts(order: Disruption) -> list[Row]:
    """What its page says."""
    kind, one = tactic(order.tactic), row(order)
    breach = {True: "An offence by itself", False: "Not an offence by itself", None: "Depends on the order"}
    lines = [
        ("Against", f"{one.target}, {order.subject.reference}"),
        ("Ward", one.ward),
        ("Law", kind.law or "No law of its own"),
        ("A breach is", breach[kind.offence]),
        ("Usual length", kind.length),
        ("Applicant", order.agency.name),
        ("What is to be done", order.text),
        ("Asked for", f"{display_datetime(order.asked_at)} by {order.asked_by.full_name}"),
        ("Next step by", display_date(order.due_on) if order.waits else ""),
        ("Served", f"{display_date(order.served_on)} by {order.served_by}" if order.served_on else ""),
        ("Starts", display_date(order.starts_on)),
        ("Ends", display_date(order.ends_on) or ("No end date" if order.starts_on else "")),
        ("Reviewed", display_date(order.review_on)),
        ("Over since", display_date(order.over_since)),
        ("Effect", f"{one.effect}. {order.effect_text}" if one.effect else ""),
    ]
    return [Row(name, words) for name, words in lines if words]


def children(order: Disruption) -> list[ChildLine]:
    """The children this reader may know of; names for who may open their cases."""
    lines = []
    for each in order.known_children:  # type: ignore[attr-defined]
        if each.told_on:
            told = f"Told on {display_date(each.told_on)}"
        else:
            told = f"Not told, agreed: {each.not_told_because}" if each.not_told_because else "Not told yet"
        if not each.opens:
            told = told.partition(":")[0]
            lines.append(ChildLine("A child whose case you cannot open", told))
            continue
        tell = reverse("intelligence:disruption-child", args=[each.pk]) if not each.told_on else ""
        case = reverse("cases:case", args=[each.case.reference])
        lines.append(ChildLine(f"{each.case.child.name}, {each.case.reference}", told, case, tell))
    return lines


def steps(order: Disruption) -> Steps:
    """What may be recorded now."""
    links = [(step_words(order, stage), step_url(order, stage)) for stage in next_stages(order)]
    if order.stage in BEGUN or not links:
        return Steps(None, links)
    return Steps(links[0], links[1:])


def step_words(order: Disruption, stage: Stage) -> str:
    """A step as a button says it."""
    own = order.stage == stage
    return (
        "Change its days or conditions"
        if own and stage in BEGUN
        else "Report progress"
        if own
        else STEPS[stage]
    )


def step_url(order: Disruption, stage: Stage) -> str:
    """The page on which the step is recorded."""
    slug = stage.value.lower().replace("_", "-")
    return reverse("intelligence:disruption-step", args=[order.pk, slug])


def history(order: Disruption) -> list[TimelineEntry]:
    """What was reported, newest first."""
    return [
        TimelineEntry(
            title=Stage(each.stage).label if each.stage else f"Effect: {each.get_effect_display()}",
            when=display_date(each.on),
            by=f"{each.by.full_name}, {each.agency.short_name}, written {display_datetime(each.at)}",
            body=each.text,
        )
        for each in reversed(order.updates.all())
    ]


def tactic_words(code: str) -> str:
    """The name of a tactic of the toolkit."""
    return label("disruption-tactic", code)


def breach_words(breach: Breach) -> str:
    """Who was told of a breach, and when."""
    return f"CSE Team Manager and police told on {display_datetime(breach.at)}."


def _when(order: Disruption, kind: TacticKind, standing: Stage) -> str:
    if order.waits:
        to_serve = "serve by" if Stage.SERVED in kind.stages else "in force by"
        words = {Stage.APPLIED: "hearing", Stage.GRANTED: to_serve}.get(standing, "by")
        return f"{words} {short_date(order.due_on)}"
    if standing in OVER or standing == Stage.EXPIRED:
        return f"on {short_date(order.over_since)}"
    return f"from {short_date(order.starts_on)}"


def _ends(order: Disruption, kind: TacticKind, standing: Stage) -> tuple[str, str]:
    if order.waits:
        small = {Stage.APPLIED: "if granted", Stage.GRANTED: "once served"}.get(standing, "")
        return (kind.length, small) if small and kind.length else ("", "")
    if standing not in BEGUN:
        return "", ""
    if order.ends_on is None:
        return "No end date", f"review {short_date(order.review_on)}" if order.review_on else ""
    days = (order.ends_on - timezone.localdate()).days
    words = counted(days, "day") if days < MONTHS_FROM else f"{round(days / DAYS_A_MONTH)} months"
    return words, short_date(order.ends_on)


def _short_moment(moment: dt.datetime) -> str:
    return f"{short_date(moment)}, {display_time(moment)}"
