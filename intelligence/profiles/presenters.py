"""A subject of concern in words and pictures."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from cse_portal.reference.selectors import label
from cse_portal.ui.charts import svg
from cse_portal.ui.charts.svg import Point
from cse_portal.ui.presenters import Row, age_on, counted, display_date, short_date
from intelligence.disruption import presenters as disruption_words
from intelligence.links.presenters import tied_to
from intelligence.links.selectors.graph import CHILD
from intelligence.profiles.forms import WHO
from intelligence.profiles.models import Fact
from intelligence.profiles.selectors import YEAR, Mention, Profile
from intelligence.subjects.models import Subject
from intelligence.subjects.presenters import standing_words

LISTS = {"ethnicity_seen": "ethnicity-perceived", "ethnicity_own": "ethnicity"}
WORDS = {"report": "intelligence report", "concern": "concern", "visit": "visit"}
WIDE, LINE, GAP = 1200, 50, 17  # of the strip of mentions
RECENT, ROOM = 49, 25  # days; those that a month's name takes


@dataclass(frozen=True)
class FactWords:
    """One line of what is known."""

    fact: Fact
    url: str
    grade: str
    last: str
    faded: str


@dataclass(frozen=True)
class SubjectLine:
    """One line of the list of subjects."""

    subject: Subject
    url: str
    standing: str
    other: str
    late: bool


def subject_lines(subjects: Iterable[Subject]) -> list[SubjectLine]:
    """Lines of the list."""
    today = timezone.localdate()
    return [
        SubjectLine(
            subject=each,
            url=reverse("intelligence:subject", args=[each.reference]),
            standing=standing_words(each),
            other=", ".join(filter(None, (each.other_names, each.address))),
            late=each.review_on is not None and each.review_on <= today,
        )
        for each in subjects
    ]


def page(found: Profile) -> dict[str, Any]:
    """What the page of a subject says."""
    subject = found.subject
    late = subject.review_on is not None and subject.review_on <= timezone.localdate()
    new = sum(each.first_on > subject.standing_since for each in found.facts)
    tied = tied_to(found.ties, subject, beside_reports=True)
    said = {each.key: words for each, words in tied}
    return {
        "title": subject.name if " " in subject.name or not subject.is_person else f"“{subject.name}”",
        "standing": standing_words(subject),
        "since": "" if subject.is_child else _since(subject),
        "about": about(subject),
        "facts": [fact_words(each) for each in found.facts],
        "removed": [fact_words(each) for each in found.removed],
        "who": who(subject),
        "lacks_who": subject.lacks_who,
        "review_late": late,
        "is_unconfirmed": late and subject.review_on != timezone.localdate(),
        "new_facts": counted(new, "fact"),
        "has_new_facts": new > 0,
        "children": [
            (case, age_on(case.child.date_of_birth), said.get(case.pk, [])) for case in found.children
        ],
        "things": [(each, words) for each, words in tied if each.kind != CHILD],
        "disruption": disruption_words.rows(found.disruption),
        "in_force": sum(each.is_open for each in found.disruption),
    }


def _since(subject: Subject) -> str:
    rests_on = f": {subject.standing_source}" if subject.standing_source else ""
    return f"since {display_date(subject.standing_since)}{rests_on}"


def about(subject: Subject) -> str:
    """Who or what it is, on one line."""
    details = subject.details
    sex = label("sex", details["sex"]).lower() if details.get("sex") else ""
    age = subject.age
    born = (
        f"born {display_date(subject.date_of_birth)}, {age}"
        if subject.date_of_birth
        else f"about {age}"
        if age
        else ""
    )
    kind = label("location-type", details["place_type"]) if details.get("place_type") else ""
    ward = label("ward", subject.ward) if subject.ward else ""
    parts = [
        f"Also {subject.other_names}" if subject.other_names else "", sex, born, kind, subject.address,
        subject.identifier if subject.identifier not in subject.name else "", ward, details.get("opening_times"),
        details.get("platform"), subject.reference,
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


def fact_words(fact: Fact) -> FactWords:
    """A fact with its source, and that it has faded."""
    url = reverse("intelligence:report", args=[fact.report.reference]) if fact.report else ""
    faded = (
        f"Not confirmed since {display_date(fact.confirmed_on)}: proposed for removal."
        if fact.has_faded
        else ""
    )
    return FactWords(fact, url, " ".join(fact.grade), short_date(fact.confirmed_on), faded)


def who(subject: Subject) -> list[Row]:
    """Who a person is, each line with its value or why it is not known."""
    if not subject.is_person:
        return []
    answers, age = subject.details.get("who", {}), subject.age
    rows = [Row(words, _answer(name, answers.get(name, {}))) for name, words in WHO.items()]
    exact = "" if subject.date_of_birth else ", about"
    said = f"Yes{exact} {age}" if subject.is_child else f"No{exact} {age}"
    return [*rows, Row("Under 18", said if age is not None else "Not known: neither birth date nor age")]


def _answer(name: str, answer: dict[str, str]) -> str:
    if "why" in answer:
        return label("not-known-reason", answer["why"])
    value = answer.get("value", "")
    return (label(LISTS[name], value) if name in LISTS else value) or "Not answered yet"


def mentions_words(mentions: list[Mention]) -> str:
    """How often in a year, and how often lately."""
    since = timezone.localdate() - dt.timedelta(days=RECENT)
    recent = sum(each.on >= since for each in mentions)
    lately = f", {recent} of them in the last 7 weeks" if recent else ""
    return f"{counted(len(mentions), 'mention')} in a year{lately}"


def legend(mentions: list[Mention]) -> list[tuple[str, str]]:
    """How many of each kind, with its mark."""
    numbers = {kind: sum(each.kind == kind for each in mentions) for kind in WORDS}
    return [(kind, counted(number, WORDS[kind])) for kind, number in numbers.items() if number]


def strip(mentions: list[Mention], standing_since: dt.date) -> SafeString:
    """A year as a line, a mark a mention: a circle a concern, a square a report, a triangle a visit."""
    today = timezone.localdate()
    first_day = today - dt.timedelta(days=YEAR)

    def across(day: dt.date) -> float:
        return 10 + max((day - first_day).days, 0) / YEAR * WIDE

    parts = [svg.line(Point(10, LINE), Point(WIDE + 10, LINE), svg.INK, stroke_width=2)]
    since = across(standing_since)
    parts.insert(0, svg.rectangle(Point(since, 12), WIDE + 10 - since, LINE - 12, "#eef3f5"))
    month = first_day.replace(day=1)
    while month <= today:
        if month >= first_day and month.month % 2 == 0 and (today - month).days > ROOM:
            parts.append(svg.line(Point(across(month), LINE), Point(across(month), LINE + 6), svg.MUTED))
            parts.append(
                svg.text(f"{month:%b %Y}", Point(across(month) + 4, LINE + 20), size=14, fill=svg.MUTED)
            )
        month = (month + dt.timedelta(days=32)).replace(day=1)
    heights: dict[int, int] = {}
    for each in mentions:
        place = int(across(each.on) // GAP)
        level = heights[place] = heights.get(place, -1) + 1
        if level < LINE // GAP:
            parts.append(_mark(each.kind, Point(across(each.on), LINE - 11 - level * GAP)))
    words = "No mention in a year."
    if mentions:
        words = f"First {display_date(mentions[0].on)}, last {display_date(mentions[-1].on)}."
    return svg.picture("Mentions over a year", words, (WIDE + 20, LINE + 28), parts)


def _mark(kind: str, at: Point) -> SafeString:
    if kind == "report":
        return svg.rectangle(Point(at.x - 6, at.y - 6), 12, 12, svg.INK)
    if kind == "visit":
        return svg.element("path", d=f"M{at.x - 7:.1f} {at.y + 6:.1f}l7-13 7 13z", fill="#942514")
    return svg.element("circle", cx=at.x, cy=at.y, r=6, fill=svg.PALETTE[0])
