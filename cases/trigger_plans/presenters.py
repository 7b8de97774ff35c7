"""A trigger plan as one sheet of paper, and how the versions of two writers differ."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cases.identity.models import ContactPoint
from cases.identity.presenters import contact_rows
from cases.record.presenters import UNKNOWN, Difference
from cases.trigger_plans.models import TriggerPlan
from cases.trigger_plans.services import Plan
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import Row, age_on, display_date

TAGS = {"safe": "Safe", "ask": "Ask", "of concern": "Of concern", "no contact": "No contact"}
DARK = ("Of concern", "No contact")
KNOWN_TO_POLICE = "Police know why"
POLICE = ("police", "police know", "police know why")
# The picture of the pattern: noon to noon, in units of the drawing.
LEFT, HOUR, LINE = 56, 7.5, 13


def sheet(
    plan: TriggerPlan, *, photo: str, times: Iterable[Any], contacts: Iterable[ContactPoint], hides_home: bool
) -> dict[str, Any]:
    """What the template prints."""
    child = plan.case.child
    home = (
        "Confidential: ask the lead professional"
        if hides_home
        else ", ".join(filter(None, (child.address, child.lives_with)))
    )
    about = [
        Row("Known as", child.called),
        Row("Looks", plan.looks), Row("Often wears", plan.often_wears), Row("Lives at", home),
        Row("Order", reference.label("legal-status-group", child.legal_status) if child.legal_status else ""),
        Row("Speaks", plan.speaks),
    ]  # fmt: skip
    return {
        "plan": plan,
        "child": child,
        "age": age_on(child.date_of_birth),
        "about": [each for each in about if each.value],
        "photo": photo,
        "grade": reference.label("police-risk-grade", plan.expected_grade),
        "steps": list(enumerate(lines(plan.do_first), 1)),
        "calls": [parts(each, 2) for each in lines(plan.calls)],
        "contacts": contact_rows(contacts),
        "people": [person(each) for each in lines(plan.people)],
        "places": [
            (f"{number} {where}", why, how)
            for number, (where, why, how) in enumerate(map(place, lines(plan.places)), 1)
        ],
        "lists": [
            ("Medical", lines(plan.medical)), ("What works", lines(plan.calms)),
            ("What makes it worse", lines(plan.makes_worse)),
        ],
        "bars": [_bar(line, each) for line, each in enumerate(times)],
        "found": lines(plan.when_found),
        "before": plan.number - 1,
        "copy_id": f"OFFICIAL-SENSITIVE · {child.name}, trigger plan, version {plan.number}",
    }  # fmt: skip


def lines(text: str) -> list[str]:
    """The entries of a list that was typed, one a line."""
    return [each.strip() for each in text.splitlines() if each.strip()]


def parts(line: str, number: int) -> list[str]:
    """The parts of an entry, which semicolons divide; as many as there are columns."""
    found = [each.strip() for each in line.split(";", number - 1)]
    return found + [""] * (number - len(found))


def person(line: str) -> tuple[str, bool, str]:
    """The tag of somebody they may be with, whether it is dark, and who it is."""
    tag, words = parts(line, 2)
    known = TAGS.get(tag.lower())
    return (known, known in DARK, words) if known and words else ("Ask", False, line)


def place(line: str) -> tuple[str, str, str]:
    """Where they are looked for, why, and how it is checked; of restricted intelligence it says that there is some."""
    where, why, how = parts(line, 3)
    return where, KNOWN_TO_POLICE if why.lower() in POLICE else why, how


def _bar(line: int, episode: Any) -> dict[str, Any]:
    """A time that they were missing, on a day that goes from noon to noon."""
    since = timezone.localtime(episode.missing_since)
    until = timezone.localtime(episode.returned_at) if episode.returned_at else timezone.localtime()
    noon = since.replace(hour=12, minute=0, second=0, microsecond=0)
    noon -= dt.timedelta(days=since < noon)
    begins = (since - noon).total_seconds() / 3600
    hours = (until - since).total_seconds() / 3600
    return {
        "label": f"{since:%a} {since.day} {since:%b}", "y": line * LINE, "x": LEFT + begins * HOUR,
        "width": max(2, min(hours, 24 - begins) * HOUR), "open": episode.returned_at is None,
        "words": f"{since:%A} {since.day} {since:%B}, {round(hours)} hours",
    }  # fmt: skip


def differences(form: Any, saved: TriggerPlan) -> list[Difference]:
    """Where the newest version, saved by somebody else meanwhile, says something else than what was typed."""
    typed: Plan = form.said
    return [
        Difference(str(form[name].label), _words(getattr(saved, name)), _words(value))
        for name, value in vars(typed).items()
        if getattr(saved, name) != value
    ]


def _words(value: Any) -> str:
    return (display_date(value) if isinstance(value, dt.date) else str(value or "")) or UNKNOWN
