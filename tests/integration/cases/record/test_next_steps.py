"""One rule for the next step: the list, its counts and the record agree."""

import datetime as dt
from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from cases.missing.models import MissingEpisode
from cases.record.choices import CaseScope, RiskCategory
from cases.record.models.case import Case
from cases.record.selectors import CaseFilters, caseload, strip_counts
from cases.record.selectors.steps import steps_of
from tests.cast import Cast
from tests.factories.cases import make_case, make_child, share_with
from tests.factories.meetings import make_meeting
from tests.factories.missing import went_missing

As = Callable[[str], Client]


def steps(cast: Cast, case: Case, who: str = "manager") -> list[str]:
    found = steps_of(getattr(cast, who), [Case.objects.get(pk=case.pk)])
    return [each.kind.slug for each in found.get(case.pk, [])]


def test_the_missing_protocol_comes_first_and_then_the_oldest_dated_step(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    assert steps(cast, case) == ["book"]
    went_missing(cast, case, days=2)
    assert steps(cast, case) == ["interview", "book"]
    make_meeting(cast, case, days=2)
    assert steps(cast, case) == ["interview", "meeting"]
    went_missing(cast, case, hours=None)
    assert steps(cast, case) == ["missing", "interview", "meeting"]
    assert steps(cast, case, "outsider") == ["missing", "book"], "what hangs on a case is seen with it"


def test_a_booked_meeting_does_not_hide_that_the_last_day_has_passed(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    make_meeting(cast, case)
    Case.objects.filter(pk=case.pk).update(next_review_on=timezone.localdate() - dt.timedelta(days=2))
    assert steps(cast, case) == ["book", "meeting"]
    assert strip_counts(cast.manager, CaseFilters())["overdue"] == 1


def test_a_late_interview_makes_a_child_overdue_in_list_count_and_words(cast: Cast, as_: As) -> None:
    case = make_case(cast, category=RiskCategory.LOW)
    episode = went_missing(cast, case, days=6)
    assert episode == MissingEpisode.objects.get()
    assert [each.pk for each in caseload(cast.manager, CaseFilters(overdue=True)).rows] == [case.pk]
    assert strip_counts(cast.manager, CaseFilters())["overdue"] == 1
    page = as_("manager").get("/cases/?overdue=yes").content.decode()
    assert "Return home interview" in page
    assert "days overdue" in page


def test_a_case_has_no_next_step_only_where_nothing_has_a_date(cast: Cast) -> None:
    bare, booked = (make_case(cast, category=RiskCategory.MEDIUM) for _ in range(2))
    make_meeting(cast, booked)
    Case.objects.update(next_review_on=None)
    assert [each.pk for each in caseload(cast.manager, CaseFilters(without_step=True)).rows] == [bare.pk]


def test_the_counts_are_those_of_the_lists_behind_them(cast: Cast) -> None:
    for category in (RiskCategory.HIGH, RiskCategory.MEDIUM, RiskCategory.MEDIUM, RiskCategory.LOW):
        case = make_case(cast, category=category)
    went_missing(cast, case, hours=None)
    counted = {"high": 1, "medium": 2, "low": 1, "missing": 1, "overdue": 0, "without_step": 0}
    assert strip_counts(cast.manager, CaseFilters()) == counted
    assert strip_counts(cast.practitioner, CaseFilters(scope=CaseScope.MINE)) == counted
    assert not any(strip_counts(cast.outsider, CaseFilters()).values())
    first = caseload(cast.manager, CaseFilters()).rows[0]
    assert first.pk == case.pk, "the child who is missing comes first"


def test_a_worker_starts_with_the_cases_they_lead_and_the_team_with_all(cast: Cast, as_: As) -> None:
    mine = make_case(cast, child=make_child(given_name="Mina"))
    other = make_case(cast, lead_agency=cast.agency("health"), lead_professional=cast.health)
    share_with(other, cast.practitioner, by=cast.manager)

    def listed(browser: Client, query: str = "") -> set[str]:
        page = browser.get(f"/cases/{query}").content.decode()
        return {case.reference for case in (mine, other) if case.reference in page}

    both = {mine.reference, other.reference}
    assert listed(as_("practitioner")) == {mine.reference}
    assert listed(as_("practitioner"), "?page=1") == {mine.reference}
    assert listed(as_("practitioner"), "?scope=all") == both
    assert listed(as_("practitioner"), "?status=any") == both
    assert listed(as_("manager")) == both
    assert listed(as_("manager"), f"?lead={cast.health.pk}") == {other.reference}
