"""Booking, changing and cancelling a meeting, and whom it lets see the child's case."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.family.models import NetworkMember, YesNoUnknown
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services.access import NeedsNamedPeople, restrict
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.grants import holders_rows
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.accounts.services import end_membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.people.services import revoke_leavers_access
from mase.meetings.choices import MeetingState
from mase.meetings.errors import ALREADY_BOOKED, ALREADY_STARTED, WHY_LATE, MeetingRefused, SomeoneElseSaved
from mase.meetings.forms.scheduling import DetailsForm
from mase.meetings.models.meeting import Invitation
from mase.meetings.models.sections import ChildVoice
from mase.meetings.selectors.reports import owing
from mase.meetings.services import ending, scheduling, sections
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import bring, details, make_meeting, membership

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """No meeting is booked about the child yet."""
    return make_case(shared_cast)


@pytest.fixture(scope="module")
def serious(shared_cast: Cast) -> Case:
    """The same of a child in category 3."""
    return make_case(shared_cast, category=RiskCategory.HIGH)


def sees(user: User, case: Case) -> bool:
    return gate.can(user, Permission.CASE_VIEW, case)


def test_an_invited_agency_sees_the_case_until_the_minutes_are_settled(cast: Cast, serious: Case) -> None:
    case = serious
    assert not sees(cast.health, case)
    meeting = make_meeting(cast, case, agencies=[cast.agency("health")])
    assert sees(cast.health, case)
    assert not sees(cast.police, case)
    grant = holders_rows(case, Agency).get(source_id=meeting.pk, permission__codename="view_case")
    assert grant.expires_at.date() > meeting.scheduled_for.date()
    assert Invitation.objects.get(meeting=meeting, agency=cast.agency("health")).gave_access


def test_a_named_person_alone_is_let_in(cast: Cast, case: Case) -> None:
    make_meeting(cast, case, agencies=[], people=[cast.outsider])
    assert sees(cast.outsider, case)
    assert not sees(cast.health, case)


def test_who_sees_the_case_anyway_gets_no_grant(cast: Cast, case: Case) -> None:
    meeting = make_meeting(cast, case, agencies=[], people=[])
    assert not meeting.invitations.filter(gave_access=True).exists()
    assert {each.person for each in meeting.invitations.filter(agency__isnull=False)} == {
        cast.manager, cast.practitioner,
    }  # fmt: skip


def test_where_the_lead_professional_has_left_their_agency_is_asked(cast: Cast, case: Case) -> None:
    """It leads the case, and the page that books offers every agency but this one."""
    restricted, led = make_case(cast), make_case(cast)
    restrict(case=restricted, reason_code="FAMILY_MEMBER", people=[], lawful_basis="6_1_E", by=cast.manager)
    assert Invitation.objects.filter(meeting=make_meeting(cast, led), agency=case.lead_agency).get().person
    end_membership(membership=membership(cast.practitioner), on=timezone.localdate())
    meeting = make_meeting(cast, Case.objects.get(pk=case.pk))
    asked = meeting.invitations.get(agency=case.lead_agency)
    assert asked.person is None
    assert case.lead_agency in owing(meeting)
    named = make_meeting(cast, Case.objects.get(pk=restricted.pk), agencies=[], people=[cast.health])
    assert not named.invitations.filter(person=None, agency__isnull=False).exists(), (
        "a restricted case is opened to named people only"
    )


def test_a_lead_professional_who_works_elsewhere_now_is_not_asked_with_the_booking(
    cast: Cast, case: Case
) -> None:
    """Priya has moved to Education: no seat there comes of leading it on paper, and Social care itself is asked."""
    before = timezone.now() - dt.timedelta(days=30)
    holders_rows(case, User).filter(user=cast.practitioner).update(granted_at=before)
    end_membership(membership=membership(cast.practitioner), on=timezone.localdate())
    Membership.objects.create(
        user=cast.practitioner,
        agency=cast.agency("education"),
        role=Role.PRACTITIONER,
        starts_on=timezone.localdate(),
    )
    revoke_leavers_access()
    meeting = make_meeting(cast, Case.objects.get(pk=case.pk), agencies=[], people=[])
    asked = set(meeting.invitations.filter(agency__isnull=False).values_list("agency__code", "person"))
    chair = ("cse-team", cast.manager.pk)
    assert asked == {chair, ("csc", None)}
    assert not sees(User.objects.get(pk=cast.practitioner.pk), case)
    assert not holders_rows(case, User).filter(user=cast.practitioner).exists()


def test_a_restricted_case_is_opened_to_named_people_only(cast: Cast, case: Case) -> None:
    case = restrict(case=case, reason_code="FAMILY_MEMBER", people=[], lawful_basis="6_1_E", by=cast.manager)
    with pytest.raises(NeedsNamedPeople):
        make_meeting(cast, case, agencies=[cast.agency("health")])
    make_meeting(cast, case, agencies=[], people=[cast.health])
    assert sees(cast.health, case)


def test_one_meeting_ahead_and_posting_twice_books_once(cast: Cast, case: Case) -> None:
    key = new_key()
    booked = [
        scheduling.schedule(
            key=key, case=case, details=details(), chair=cast.manager, agencies=[], people=[], by=cast.manager
        )
        for _ in range(2)
    ]
    assert booked[0] == booked[1]
    with pytest.raises(MeetingRefused, match=ALREADY_BOOKED):
        make_meeting(cast, case)
    assert case.meetings.count() == 1


def test_a_late_meeting_says_why(cast: Cast, serious: Case) -> None:
    case = serious
    with pytest.raises(MeetingRefused, match=WHY_LATE):
        make_meeting(cast, case, days=30)
    assert make_meeting(cast, case, days=30, late_reason="CAPACITY").late_reason == "CAPACITY"
    other = make_case(cast)
    assert make_meeting(cast, other, days=1, late_reason="CAPACITY").late_reason == ""


def test_only_those_who_work_on_the_case_book(cast: Cast, case: Case) -> None:
    with pytest.raises(NotVisible):
        make_meeting(cast, case, by=cast.outsider)
    make_meeting(cast, case, by=cast.practitioner, agencies=[cast.agency("health")])
    with pytest.raises(NotPermitted):
        scheduling.cancel(meeting=case.meetings.get(), reason="No", by=cast.health)


def test_changing_tells_everyone_and_lengthens_access(cast: Cast, case: Case) -> None:
    meeting = make_meeting(cast, case, days=2, agencies=[cast.agency("health")])
    before = Notification.objects.filter(user=cast.health).count()
    new = details(days=5, place="Room 9")
    changed = scheduling.change(meeting=meeting, details=new, reason="Room taken", version=1, by=cast.manager)
    assert changed.place == "Room 9"
    assert Notification.objects.filter(user=cast.health).count() == before + 1
    with pytest.raises(SomeoneElseSaved):
        scheduling.change(meeting=meeting, details=details(), reason="Again", version=1, by=cast.manager)


def test_cancelling_takes_back_what_the_invitation_gave(cast: Cast, case: Case) -> None:
    meeting = make_meeting(cast, case, agencies=[cast.agency("health")])
    scheduling.cancel(meeting=meeting, reason="The child is in hospital", by=cast.manager)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED
    assert not sees(cast.health, case)
    assert sees(cast.practitioner, case)
    make_meeting(cast, case)


def test_a_meeting_that_has_started_is_not_cancelled(cast: Cast, case: Case) -> None:
    meeting = ending.start(meeting=make_meeting(cast, case), by=cast.manager)
    with pytest.raises(MeetingRefused, match=ALREADY_STARTED):
        scheduling.cancel(meeting=meeting, reason="Too late", by=cast.manager)


def test_what_was_brought_for_a_cancelled_meeting_comes_along_to_the_next(cast: Cast, serious: Case) -> None:
    case = serious
    old = make_meeting(cast, case)
    bring(old, cast.agency("health"), cast.health, new="She came twice.", worry="Her arm.")
    said = ChildVoice(obtained=True, words="I want to go home by bus.", heard_by="Priya Raman")
    sections.save_voice(voice=old.voice, said=said, version=1, by=cast.practitioner)
    sections.add_item(meeting=old, key=new_key(), title="Her new phone", restricted=False, by=cast.manager)
    sections.add_item(meeting=old, key=new_key(), title="Her cousin", restricted=True, by=cast.manager)
    scheduling.cancel(meeting=old, reason="Snow", by=cast.manager)
    page = signed_in(cast, "practitioner").get(f"/cases/{case.reference}/meetings/new/").content.decode()
    assert "What was brought for it comes along" in page
    new = make_meeting(cast, case, by=cast.practitioner)
    rows = new.contributions.filter(agency=cast.agency("health"), saved_by=cast.health)
    assert dict(rows.values_list("kind", "text")) == {"new": "She came twice.", "worry": "Her arm."}
    assert (new.voice.words, new.voice.heard_by) == ("I want to go home by bus.", "Priya Raman")
    with acting.for_the_system():
        added = {each.title: each.restricted for each in new.agenda.filter(code__startswith="added-")}
    assert added == {"Her new phone": False, "Her cousin": True}
    event = AuditEvent.objects.get(action=Action.MEETING_SCHEDULED, object_id=new.pk)
    assert event.detail["takes_over"] == str(old.pk)


@pytest.mark.parametrize(("due_in", "says"), [(-418, "Choose why"), (5, "It is in time")])
def test_in_time_is_offered_only_where_some_day_still_is(cast: Cast, due_in: int, says: str) -> None:
    due_on = timezone.localdate() + dt.timedelta(days=due_in)
    form = DetailsForm(due_on=due_on)
    assert dict(form.fields["late_reason"].choices)[""] == says  # type: ignore[attr-defined]


def test_a_booking_asks_when_and_where_and_folds_what_is_known(cast: Cast, case: Case) -> None:
    """Another answer than the usual one is a press away; a folded question with an error is open."""
    client = signed_in(cast, "manager")
    NetworkMember.objects.create(
        case=case, name="Jo", relation="FATHER", contact_safe=YesNoUnknown.NO, contact_reason="Violent",
        recorded_by=cast.practitioner, agency=cast.agency("csc"),
    )  # fmt: skip
    url = f"/cases/{case.reference}/meetings/new/"
    form = client.get(url).context["form"]
    asked = [each.name for each in form.visible_fields() if not getattr(each.field, "folded", False)]
    assert asked == ["scheduled_for", "place", "link", "child_not_invited", "parent_not_invited"]
    said = {name: form[name].chosen for name in ("chair", "child_invited", "parent_invited", "late_reason")}
    assert said == {
        "chair": cast.manager.full_name, "child_invited": "Yes", "parent_invited": "No", "late_reason": "It is in time",
    }  # fmt: skip
    assert form["purpose"].chosen == form.initial["purpose"] != ""
    assert form.initial["parent_not_invited"] == "NOT_SAFE"
    posted = client.post(url, {"child_invited": "no", "purpose": "A plan"}).context["form"]
    assert [each.name for each in posted.visible_fields() if getattr(each.field, "folded", False) and each.opens] == [
        "chair", "child_invited", "parent_invited",
    ]  # fmt: skip
