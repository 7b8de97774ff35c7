"""What is due for a child before they turn 18, from the date of birth and what has been recorded.

Each day is the day by the clock rules, counted in months from the birth. Someone born on 29 February turns 18 on
1 March where there is no 29th; what is due by then is due on 28 February, a day before and never after.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from cases.record.models.case import Case
from cases.record.models.child import Child
from cse_portal.reference.models import ClockRule
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import add_months
from cse_portal.ui.presenters import age_on, display_date, due_words
from mase.clocks.models import ClockNotice, ClockStep
from mase.transition.models import TransitionEntry, TransitionPart, TransitionStep

AGENDA_CODE = "turning-18"
LONGEST_MONTH_DIFFERENCE = dt.timedelta(days=3)


@dataclass(frozen=True)
class Step:
    """One step, by when, and the day it was taken; `part` is what, once recorded, shows that: none of the first."""

    part: TransitionPart | None
    label: str
    due_on: dt.date
    done_on: dt.date | None

    def is_due(self, on: dt.date) -> bool:
        """Not taken, and its day has come."""
        return self.done_on is None and self.due_on <= on

    @property
    def plain(self) -> str:
        """By 3 May 2026; done 1 May 2026: true on any later day too."""
        return f"done {display_date(self.done_on)}" if self.done_on else f"by {display_date(self.due_on)}"

    @property
    def words(self) -> str:
        """By 3 May 2026, 4 days overdue; done 1 May 2026."""
        return f"{self.plain}, {due_words(self.due_on)}" if self.is_due(timezone.localdate()) else self.plain


@dataclass(frozen=True)
class Turning18:
    """A child on the way to 18: no steps where nobody knows the date of birth."""

    case: Case
    steps: list[Step]
    entries: list[TransitionEntry]

    @property
    def newest(self) -> dict[TransitionPart, TransitionEntry]:
        """What holds now, by part."""
        return {TransitionPart(each.part): each for each in self.entries}

    @property
    def birth(self) -> str:
        """From which day the steps are counted, and how sure that is."""
        child = self.case.child
        if child.date_of_birth is None:
            return (
                "The date of birth is not known, so no day can be given. Find out, and record it on the case."
            )
        words = f"Born {display_date(child.date_of_birth)}, now {age_on(child.date_of_birth)}."
        if child.date_of_birth_estimated:
            words += (
                " The date of birth is estimated: they may be 18 sooner, so do not wait for the last day."
            )
        return words


def turning_18(case: Case) -> Turning18:
    """For the person who was shown the case."""
    entries = list(
        TransitionEntry.objects.filter(case=case)
        .select_related("recorded_by", "agency")
        .order_by("recorded_at")
    )
    notices = ClockNotice.objects.filter(case=case, step=ClockStep.ADULT).order_by("at")
    flagged = notices.values_list("at", flat=True).first()
    seen = [
        timezone.localdate(moment) for moment in (flagged, *(each.recorded_at for each in entries)) if moment
    ]
    return Turning18(case, _steps(case.child, entries, min(seen, default=None)), entries)


def first_step_on(child: Child) -> dt.date | None:
    """From which day on becoming an adult is to be thought of: the earliest of the clocks; None without a birthday."""
    if child.date_of_birth is None:
        return None
    return min(_rule(step).due(child.date_of_birth) for step in TransitionStep)


def begins_by(child: Child, day: dt.date) -> bool:
    """Whether the child is old enough on a day for the first step: the agenda of a meeting then has the item."""
    first = first_step_on(child)
    return first is not None and first <= day


def near_18() -> QuerySet[Case]:
    """Open cases of children at or near the age of the first step, for the daily job, which looks at each closely."""
    first = _rule(TransitionStep.FLAG)
    latest = add_months(timezone.localdate(), -first.amount) + LONGEST_MONTH_DIFFERENCE
    rows = Case.objects.open().filter(child__date_of_birth__lte=latest)
    return rows.select_related("child", "lead_agency", "lead_professional").order_by("pk")


def _steps(child: Child, entries: list[TransitionEntry], flagged_on: dt.date | None) -> list[Step]:
    if child.date_of_birth is None:
        return []
    done = {each.part: each.happened_on for each in entries}
    found = []
    for step in TransitionStep:
        rule, part = _rule(step), TransitionPart.__members__.get(step.name)
        found.append(
            Step(part, rule.label, rule.due(child.date_of_birth), done.get(part) if part else flagged_on)
        )
    return found


def _rule(step: TransitionStep) -> ClockRule:
    return clock_rule(f"TRANSITION_{step.value}")
