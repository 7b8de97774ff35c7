"""Closing a case: a meeting ahead is cancelled with it, and while one runs the case stays open."""

import pytest
from django.utils import timezone

from cases.choices import CaseStatus, RiskCategory
from cases.models import Case
from cases.services.episodes import Check, close_case, reopen_case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.models import Notification
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_datetime
from mase.choices import MeetingKind, MeetingState
from mase.errors import MeetingStillRuns
from mase.models import MaseMeeting
from mase.selectors.clocks_due import steps_due
from mase.selectors.reports import to_chase
from mase.services import decision, ending
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import end_meeting, every_point_met, make_meeting, start_meeting, write_all

pytestmark = pytest.mark.django_db


def close(cast: Cast, case: Case) -> Case:
    checklist = [Check(entry.code, done=True) for entry in reference.codes("step-down")]
    fresh = Case.objects.get(pk=case.pk)
    return close_case(case=fresh, code="C3", reason="The family moved", checklist=checklist, by=cast.manager)


def test_the_review_booked_for_it_is_cancelled_and_everybody_asked_is_told(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    end_meeting(cast, case)
    review = make_meeting(cast, Case.objects.get(pk=case.pk), people=[cast.outsider])
    close(cast, case)
    row = MaseMeeting.objects.get(pk=review.pk)
    assert (row.state, row.cancelled_reason) == (MeetingState.CANCELLED, "The case was closed")
    assert row.cancelled_by == cast.manager
    words = f"The meeting on {display_datetime(review.scheduled_for)} is cancelled."
    told = set(Notification.objects.filter(text=words).values_list("user", flat=True))
    assert {cast.outsider.pk, cast.practitioner.pk, cast.police.pk} <= told
    assert not gate.can(cast.outsider, Permission.CASE_VIEW, case)
    assert list(to_chase(timezone.now())) == []
    assert [each for each in steps_due() if each.meeting == review] == []
    case.refresh_from_db()
    reopen_case(case=case, reason="Contact has begun again", lawful_basis="6_1_E", by=cast.manager)
    assert make_meeting(cast, Case.objects.get(pk=case.pk)).kind == MeetingKind.INITIAL


def test_while_a_meeting_runs_the_page_says_to_end_it_first(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    running = start_meeting(cast, case)
    with pytest.raises(MeetingStillRuns):
        close(cast, case)
    answers = {f"check_{entry.code}": "yes" for entry in reference.codes("step-down")}
    sent = {"code": "C3", "reason": "The family moved", "confirmed": "on", **answers}
    page = signed_in(cast, "manager").post(f"/cases/{case.reference}/close/", sent).content.decode()
    assert "End the meeting first." in page
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN
    assert MaseMeeting.objects.get(pk=running.pk).state == MeetingState.IN_PROGRESS


def test_the_checklist_begins_with_what_the_meeting_answered(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    meeting = write_all(cast, start_meeting(cast, case), category=RiskCategory.MEDIUM)
    points = every_point_met() | {"VOICE": decision.Point(False, "She is away until Monday.")}
    decision.check_step_down(meeting=meeting, answers=points, by=cast.manager)
    ending.end(meeting=MaseMeeting.objects.get(pk=meeting.pk), by=cast.manager)
    form = signed_in(cast, "manager").get(f"/cases/{case.reference}/close/").context["form"]
    assert form["check_GOALS"].value() == "yes"
    assert (form["check_VOICE"].value(), form["why_VOICE"].value()) == ("no", "She is away until Monday.")
