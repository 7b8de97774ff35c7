"""The lines of a list behind a number, where each is a reference, what is said of it, and when it was."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from cases.concerns.models import Concern, ConcernDecision
from cases.court.models import CourtRecord
from cases.record.models.case import Case, Episode
from cases.support.models import SupportReferral
from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import display_date
from cse_portal.ui.searching import concealed
from intelligence.disruption.models import Disruption
from intelligence.outcomes.models import CourtOutcome
from intelligence.subjects.models import Subject
from reporting.prevention.models import PreventionActivity
from reporting.quality.models import CaseAudit
from reporting.workforce.models import Attendance
from reporting.workforce.selectors.people import Person


@dataclass(frozen=True)
class LineRow:
    """A thing by its reference, what is said of it, and when it was."""

    reference: str
    url: str
    about: str
    when: str


def line_row(thing: Any) -> LineRow:
    """A thing that is found by its reference, or by a name."""
    match thing:
        case Concern():
            sent = display_date(thing.submitted_at)
            return LineRow(thing.reference, _concern(thing), thing.author_agency.name, sent)
        case ConcernDecision():
            concern, decided = thing.concern, display_date(thing.decided_at)
            return LineRow(concern.reference, _concern(concern), thing.get_outcome_display(), decided)
        case Episode():
            worked = f"{display_date(thing.opened_at)} to {display_date(thing.closed_at) or 'today'}"
            return _of_case(thing.case, "case", "", worked)
        case CourtRecord():
            return _of_case(thing.case, "court", "", thing.words)
        case SupportReferral():
            return _of_case(thing.case, "support", thing.words, display_date(thing.asked_on))
        case PreventionActivity():
            url, what = f"{reverse('reporting:prevention')}?ward={thing.in_ward}", thing.get_kind_display()
            return LineRow(thing.place, url, f"{what}, {thing.agency.name}", display_date(thing.on))
        case Subject():
            url = reverse("intelligence:subject", args=[thing.reference])
            return LineRow(thing.reference, url, thing.name, display_date(thing.added_at))
        case CourtOutcome():
            url = reverse("intelligence:subject", args=[thing.subject.reference])
            return LineRow(thing.subject.reference, url, thing.label, display_date(thing.decided_on))
        case Disruption():
            url = reverse("intelligence:disruption", args=[thing.pk])
            tactic = label("disruption-tactic", thing.tactic)
            return LineRow(tactic, url, thing.subject.name, display_date(thing.asked_at))
        case _:
            return _of_work(thing)


def _of_work(thing: Any) -> LineRow:
    match thing:
        case CaseAudit():
            said, day = f"{thing.grade_words}. Led by {thing.lead_agency}", display_date(thing.completed_at)
            return replace(_of_case(thing.case, "case", said, day), url=thing.get_absolute_url())
        case Attendance():
            who = str(thing.user or thing.staff)
            return LineRow(who, _named(who), f"{thing.course}, {thing.agency}", display_date(thing.on))
        case Person():
            until = display_date(thing.expires_on) or thing.status.label
            return LineRow(thing.name, _named(thing.name), f"{thing.role_words}, {thing.agency}", until)
        case _:
            url = reverse("intelligence:submission", args=[thing.reference])
            return LineRow(thing.reference, url, thing.author_agency.name, display_date(thing.submitted_at))


def _of_case(case: Case, page: str, said: str, when: str) -> LineRow:
    about = f"{case.child.name}. {said}" if said else case.child.name
    return LineRow(case.reference, reverse(f"cases:{page}", args=[case.reference]), about, when)


def _named(name: str) -> str:
    """The list of who is trained, searched for this name."""
    return f"{reverse('reporting:training-people')}?{urlencode({'text': concealed(name)})}"


def _concern(concern: Concern) -> str:
    return reverse("cases:concern", args=[concern.reference])
