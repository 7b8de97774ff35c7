"""The banner of a case and the list of cases in words."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from cases.record.choices import CaseScope
from cases.record.models.case import Case
from cases.record.selectors import COUNTED_TO, PAGE_SIZE, CaseFilters, Caseload
from cases.record.selectors.steps import MISSING, NextStep
from cse_portal.access.permissions import Permission
from cse_portal.reference.selectors import label
from cse_portal.reference.working_days import add_months
from cse_portal.ui.presenters import (
    CaseBanner,
    Paging,
    age_on,
    counted,
    display_date,
    display_time,
    joined,
    short_date,
)

# Which reference list words each coded field of a child.
LISTS = {
    "sex": "sex", "ethnicity": "ethnicity", "disabilities": "disability", "ward": "ward",
    "legal_status": "legal-status-group", "exploitation_models": "exploitation-model",
}  # fmt: skip
UNKNOWN = "Not known"


@dataclass(frozen=True)
class Difference:
    """One fact that reads otherwise in the record than on the page: both are shown."""

    label: str
    saved: str
    typed: str


def spaced(number: str) -> str:
    """An NHS number as it is read out: 999 000 0018."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if len(number) == 10 else number


def shortened(text: str, length: int = 280) -> str:
    """The beginning of a long text, ending at a word."""
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]} …"


def banner(case: Case) -> CaseBanner:
    """What stands above every page of a case. One found by `case_for` says more: a meeting's page, which the family and
    the room may see, has the name, age, reference and lead alone.
    """
    child, lead = case.child, case.lead_professional
    facts = [("", case.reference), ("Lead", lead.full_name if lead else "none yet")]
    if hasattr(case, "times_missing"):
        born = f"born {display_date(child.date_of_birth)}" if child.date_of_birth else ""
        in_care = label("legal-status-group", IN_CARE) if child.legal_status == IN_CARE else ""
        times = case.times_missing
        facts = [
            ("Known as" if child.called else "", child.called),
            ("", born),
            facts[0],
            ("Lives with" if child.lives_with else "", child.lives_with or in_care),
            facts[1],
            ("Missing", f"{counted(times, 'time')} in 90 days" if times else ""),
        ]
    return CaseBanner(
        name=child.name,
        reference=case.reference,
        url=reverse("cases:case", args=[case.reference]),
        age=age_on(child.date_of_birth),
        category=case.category,
        restricted=case.is_restricted,
        closed=not case.is_open,
        missing_since=case.missing_since,
        missing_for=hours_words(case.missing_since) if case.missing_since else "",
        missing_url=reverse("cases:missing", args=[case.reference]),
        indicated=points_to(case),
        facts=[fact for fact in facts if fact[1]],
    )


def points_to(case: Case) -> int | None:
    """What the newest assessment points to, where that is higher than the confirmed category."""
    found: int = getattr(case, "indicated", None) or 0
    return found if found > case.category else None


@dataclass(frozen=True)
class StepRow:
    """A dated step as it is read: what, when, how late, and what to press."""

    words: str
    detail: str
    day: str
    time: str
    late: str
    verb: str
    url: str
    permission: Permission


def step_row(step: NextStep, case: Case) -> StepRow:
    """A step of this case in words."""
    kind, due = step.kind, step.due_at
    return StepRow(
        words=shortened(kind.words(step.note), 70),
        detail=kind.detail,
        day="Now" if kind.slug == MISSING else day_words(due),
        time=f"for {hours_words(due)}"
        if kind.slug == MISSING
        else display_time(due)
        if kind.by_the_hour
        else "",
        late=late_words(step),
        verb=kind.verb,
        url=kind.url(case, step.key),
        permission=kind.permission,
    )


def day_words(moment: dt.datetime) -> str:
    """Today, Tomorrow, 18 Nov; with the year where it is another one."""
    day, today = timezone.localdate(moment), timezone.localdate()
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((day - today).days)
    return near or (f"{day.day} {day:%b}" if day.year == today.year else short_date(day))


def hours_words(since: dt.datetime) -> str:
    """14 hours, 5 days: how long since then."""
    hours = int((timezone.now() - since).total_seconds() // 3600)
    return counted(hours, "hour") if hours < 72 else counted(hours // 24, "day")


def late_words(step: NextStep) -> str:
    """41 days overdue; nothing where it is in time."""
    if not step.is_late:
        return ""
    days = (timezone.localdate() - timezone.localdate(step.due_at)).days
    return f"{counted(days, 'day')} overdue" if days else "Overdue"


@dataclass(frozen=True)
class CaseRow:
    """One line of the list."""

    name: str
    url: str
    reference: str
    age: int | None
    also_known_as: str
    category: int
    missing: str
    in_care: bool
    nearly_18: str
    restricted: bool
    closed: bool
    lead_agency: str
    lead_professional: str
    next_review_on: dt.date | None
    step: StepRow | None


IN_CARE = "LAC"


def case_rows(
    cases: Iterable[Case], steps: Mapping[uuid.UUID, Sequence[NextStep]] = MappingProxyType({})
) -> list[CaseRow]:
    """The lines of a page; the cases come `with_identity()` and `with_aliases()`."""
    return [
        CaseRow(
            name=case.child.name,
            url=reverse("cases:case", args=[case.reference]),
            reference=case.reference,
            age=age_on(case.child.date_of_birth),
            also_known_as=joined(case.also_known_as),  # type: ignore[attr-defined]
            category=case.category,
            missing=f"Missing {hours_words(case.missing_since)}" if case.missing_since else "",
            in_care=case.child.legal_status == IN_CARE,
            nearly_18=nearly_18(case.child.date_of_birth),
            restricted=case.is_restricted,
            closed=not case.is_open,
            lead_agency=case.lead_agency.short_name,
            lead_professional=case.lead_professional.full_name if case.lead_professional else "No lead yet",
            next_review_on=case.next_review_on if case.is_open else None,
            step=next((step_row(each, case) for each in steps.get(case.pk, ())), None),
        )
        for case in cases
    ]


def nearly_18(born: dt.date | None) -> str:
    """The birthday that is less than half a year off, in words."""
    if born is None:
        return ""
    birthday = add_months(born, 18 * 12)
    days = (birthday - timezone.localdate()).days
    return f"18 on {birthday.day} {birthday:%B}" if 0 < days <= 183 else ""


STRIP_WORDS = {
    "high": ("Category 3", "High – significant", "category=3"),
    "medium": ("Category 2", "Medium – serious", "category=2"),
    "low": ("Category 1", "Low – at risk", "category=1"),
    "missing": ("Missing now", "Reported missing", "missing=yes"),
    "overdue": ("Overdue", "Next step is late", "overdue=yes"),
    "without_step": ("No next step", "Nothing has a date", "without_step=yes"),
}


@dataclass(frozen=True)
class Count:
    """One count of the strip, which filters the list; pressed again, it shows all."""

    slug: str
    number: str | int
    label: str
    hint: str
    url: str
    current: bool


def strip(counts: Mapping[str, int], filters: CaseFilters) -> list[Count]:
    """The counts above the list. A count of nought leads nowhere new, and is there all the same."""
    kept = {"scope": filters.scope, "lead": filters.lead.pk if filters.lead else ""}
    base = urlencode({name: value for name, value in kept.items() if value} or {"scope": CaseScope.ALL})
    on = {
        "high": filters.categories == (3,),
        "medium": filters.categories == (2,),
        "low": filters.categories == (1,),
        "missing": filters.missing,
        "overdue": filters.overdue,
        "without_step": filters.without_step,
    }
    return [
        Count(
            slug,
            f"{COUNTED_TO:,}+" if counts[slug] > COUNTED_TO else counts[slug],
            label,
            hint,
            f"?{base}" if on[slug] else f"?{base}&{asked}",
            on[slug],
        )
        for slug, (label, hint, asked) in STRIP_WORDS.items()
    ]


def count_words(found: Caseload) -> str:
    """How many children the filters leave."""
    return counted_words(found.count, "child,children")


def counted_words(count: int, noun: str = "case") -> str:
    """A count that stopped at the cap says so."""
    return f"More than {counted(COUNTED_TO, noun)}" if count > COUNTED_TO else counted(count, noun)


def paging(found: Caseload) -> Paging:
    """The page, whether another follows, and the last one if it was counted."""
    last = 0 if found.capped else -(-found.count // PAGE_SIZE)
    return Paging(found.number, found.has_next, count_words(found), last)
