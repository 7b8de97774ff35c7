"""An order in words: its line of the register, its track of stages, and its page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
    short_date,
)
from intelligence.disruption.choices import BEGUN, OVER, Effect, Stage
from intelligence.disruption.models import Disruption, ProtectedChild
from intelligence.disruption.selectors import TacticKind, ends_soon, next_stages, tactic

TRACK = (Stage.REQUESTED, Stage.APPLIED, Stage.GRANTED, Stage.SERVED, Stage.IN_FORCE, Stage.EXPIRED)
REACHED = {Stage.DISCHARGED: Stage.EXPIRED, Stage.REFUSED: Stage.APPLIED, Stage.NOT_USED: Stage.REQUESTED}
SHOWN = {
    "breached": "Breached", "ending": "Ending in 28 days", "live": "All live", "requested": "Requested",
    "applied": "Applied", "granted": "To serve", "in_force": "In force",
}  # fmt: skip
SHOWN_APART = {"ended": "Ended this year", "refused": "Refused"}
STEPS = {
    Stage.APPLIED: "Record that it was applied for", Stage.GRANTED: "Record that it was granted",
    Stage.REFUSED: "Record that it was refused", Stage.SERVED: "Record that it was served",
    Stage.IN_FORCE: "Record that it is in force", Stage.DISCHARGED: "Record that it was discharged",
    Stage.NOT_USED: "Do not use it after all",
}  # fmt: skip
OFFENCE = {True: "An offence by itself", False: "Not an offence by itself", None: "Depends on the order"}
MONTHS_FROM = 60  # days; a longer time is said in months
DAYS_A_MONTH = 30.4


@dataclass(frozen=True)
class OrderRow:
    """One line of a list. `track` has each stage's name, and whether it is reached, to come or none of its kind."""

    order: Disruption
    kind: TacticKind
    ward: str
    stage: str
    when: str
    breached: bool
    track: list[tuple[str, str]]
    reached: int
    ends: str
    ends_small: str
    soon: bool
    effect_boxes: list[bool]
    children: int
    told: str


def tiles(counts: dict[str, int], shown: dict[str, str]) -> list[tuple[str, str, int]]:
    """These filters of the register, each with its words and what it counts."""
    return [(slug, words, counts[slug]) for slug, words in shown.items()]


def heading(show: str, number: int, ward: str = "") -> str:
    """What the list shows: 17 live orders in St Pauls, what needs doing first."""
    where = f" in {label('ward', ward)}" if ward else ""
    if show == "live":
        return f"{counted(number, 'live order')}{where}, what needs doing first"
    return f"{counted(number, 'order')}{where}: {({**SHOWN, **SHOWN_APART})[show].lower()}"


def rows(found: Iterable[Disruption]) -> list[OrderRow]:
    """The lines of a list."""
    return [row(each) for each in found]


def row(order: Disruption) -> OrderRow:
    """One line; of an order that has its breaches, and the children this reader may know of."""
    kind, standing, breaches = tactic(order.tactic), order.standing, list(order.breaches.all())
    breached = standing == Stage.IN_FORCE and bool(breaches)
    when = _when(order, kind, standing)
    if breached:
        when = f"{short_date(breaches[0].happened_at)}, {display_time(breaches[0].happened_at)}"
    children: Sequence[ProtectedChild] = order.known_children  # type: ignore[attr-defined]
    ends, ends_small = _ends(order, kind, standing)
    return OrderRow(
        order=order,
        kind=kind,
        ward=label("ward", order.ward) if order.ward else "No ward",
        stage="Breached" if breached else standing.label,
        when=when,
        breached=breached,
        track=track(order, kind, breached=breached),
        reached=TRACK.index(REACHED.get(standing, standing)) + 1,
        ends=ends,
        ends_small=ends_small,
        soon=ends_soon(order),
        effect_boxes=[] if order.effect is None else [each <= order.effect for each in Effect.values if each],
        children=len(children),
        told=told_words(children),
    )


def track(order: Disruption, kind: TacticKind, *, breached: bool) -> list[tuple[str, str]]:
    """The six stages of an order; those that its kind has not are skipped."""
    reached = TRACK.index(REACHED.get(order.standing, order.standing))
    cells = []
    for number, stage in enumerate(TRACK):
        has = stage in kind.path or stage in (Stage.IN_FORCE, Stage.EXPIRED)
        look = "" if number > reached else "bad" if breached and stage == Stage.IN_FORCE else "on"
        cells.append((stage.label, look if has else "skip"))
    return cells


def told_words(children: Sequence[ProtectedChild]) -> str:
    """Who of the children knows of the order."""
    told = sum(each.told_on is not None for each in children)
    agreed = sum(bool(each.not_told_because) for each in children)
    parts = {"told": told, "not told: agreed": agreed, "not yet": len(children) - told - agreed}
    said = {words: number for words, number in parts.items() if number}
    if len(said) > 1:
        return ", ".join(f"{number} {words}" for words, number in said.items())
    return "all told" if told > 1 else "".join(said)


def facts(order: Disruption) -> list[Row]:
    """What its page says."""
    kind = tactic(order.tactic)
    starts_later = order.starts_on != order.served_on
    lines = [
        ("Ends", display_date(order.ends_on) or ("No end date" if order.starts_on else "")),
        ("Reviewed", display_date(order.review_on)),
        ("Over since", display_date(order.over_since)),
        ("Next step by", display_date(order.due_on) if order.waits else ""),
        ("Effect", order.get_effect_display() if order.effect is not None else ""),
        ("Served", f"{display_date(order.served_on)} by {order.served_by}" if order.served_on else ""),
        ("Starts", display_date(order.starts_on) if starts_later else ""),
        ("Ward", label("ward", order.ward) if order.ward else ""),
        ("Law", kind.law),
        ("A breach is", OFFENCE[kind.offence]),
        ("Usual length", kind.length),
        ("Applicant", order.agency.name),
        ("What is to be done", order.text if order.conditions else ""),
        ("Asked for", f"{display_datetime(order.asked_at)} by {order.asked_by.full_name}"),
    ]
    return [Row(name, words) for name, words in lines if words]


def steps(order: Disruption) -> list[tuple[str, str]]:
    """What may be recorded now, each with its page; the usual next step first."""
    found = []
    for stage in next_stages(order):
        slug = stage.value.lower().replace("_", "-")
        url = reverse("intelligence:disruption-step", args=[order.pk, slug])
        found.append((step_words(order, stage), url))
    return found


def step_words(order: Disruption, stage: Stage) -> str:
    """A step as a button says it."""
    if order.stage != stage and stage in STEPS:
        return STEPS[stage]
    return "Change its days or conditions" if stage in BEGUN else "Report progress"


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
