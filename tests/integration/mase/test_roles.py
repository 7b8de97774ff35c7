"""What an invitation in a role opens besides the case: what the role needs, from reference data, and no more."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from cases.choices import Section
from cases.models import Case
from cases.selectors.access import who_has_access
from cases.services.access import restrict, share
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.errors import NotPermitted
from cse_portal.reference.selectors import codes
from mase.choices import AnswerKind, AttendanceCode
from mase.errors import AskedInAnotherRole, MinuteTakerByChair, MinuteTakerByName
from mase.models import MaseMeeting
from mase.selectors.presence import part_id
from mase.services import answers, attendance, ending, invitations, scheduling
from mase.services import sections as notes
from mase.services.answers import Answer
from mase.services.invitations import Invited
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case, parts_held
from tests.factories.meetings import details, end_meeting, make_meeting, membership

pytestmark = pytest.mark.django_db
HEALTH, MINUTES, INTELLIGENCE = (
    Section.HEALTH.value,
    Section.MINUTES.value,
    Section.INTELLIGENCE.value,
)


def asked(cast: Cast, meeting: MaseMeeting, person: User, role: str = "", by: User | None = None) -> None:
    people = [membership(person)]
    invitations.invite(meeting=meeting, agencies=[], people=people, role=role, by=by or cast.manager)


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def meeting(cast: Cast, case: Case) -> MaseMeeting:
    """Nobody but the chair and the lead professional is asked yet."""
    return make_meeting(cast, case, agencies=[])


def test_every_part_that_a_role_opens_is_one_there_is() -> None:
    opened = {part for role in codes("meeting-role") for part in role.extra.get("opens", [])}
    assert opened == {HEALTH, MINUTES, INTELLIGENCE}
    assert not any(role.extra.get("opens") for role in codes("meeting-role") if role.extra.get("family"))


def test_the_police_come_with_the_restricted_part_health_with_its_own_and_education_with_none(
    cast: Cast, case: Case, meeting: MaseMeeting
) -> None:
    for person in (cast.police, cast.health, cast.outsider):
        asked(cast, meeting, person)
    assert parts_held(case, cast.police) == [MINUTES, INTELLIGENCE]
    assert parts_held(case, cast.health) == [HEALTH]
    assert parts_held(case, cast.outsider) == []


def test_a_role_that_needs_less_opens_less(cast: Cast, case: Case, meeting: MaseMeeting) -> None:
    asked(cast, meeting, cast.health, role="ADV")
    assert parts_held(case, cast.health) == []
    assert meeting.invitations.get(person=cast.health).role == "ADV"


def test_nobody_gives_by_a_role_what_they_do_not_hold(cast: Cast, case: Case, meeting: MaseMeeting) -> None:
    # The manager runs the meeting and holds its restricted part; the health detail is not hers.
    asked(cast, meeting, cast.outsider, role="HLT", by=cast.manager)
    assert parts_held(case, cast.outsider) == []
    other = add_person(
        email="school.lead@example.org", full_name="Ines Marlowe", agency=cast.agency("education"),
        role=Role.PRACTITIONER, job_title="Deputy head", starts_on=timezone.localdate(),
    )  # fmt: skip
    asked(cast, meeting, other, role="POL", by=cast.manager)
    assert parts_held(case, other) == [MINUTES, INTELLIGENCE]


def test_the_parts_move_with_the_meeting_and_end_with_it(
    cast: Cast, case: Case, meeting: MaseMeeting
) -> None:
    asked(cast, meeting, cast.police)
    meeting.refresh_from_db()
    moved = scheduling.change(
        meeting=meeting,
        details=details(days=5),
        reason="Court",
        version=meeting.version,
        by=cast.practitioner,
    )
    assert parts_held(case, cast.police) == [MINUTES, INTELLIGENCE]
    rows = [each for each in who_has_access(case) if each.holder == cast.police]
    assert [(each.parts, each.expires_at is not None) for each in rows] == [
        ([Section.MINUTES, Section.INTELLIGENCE], True)
    ]
    scheduling.cancel(meeting=moved, reason="The child is in hospital", by=cast.manager)
    assert parts_held(case, cast.police) == []


def test_a_deputy_comes_with_what_the_role_needs(cast: Cast, case: Case, meeting: MaseMeeting) -> None:
    asked(cast, meeting, cast.health)
    second = add_person(
        email="second.nurse@example.org", full_name="Ngozi Bell", agency=cast.agency("health"),
        role=Role.PRACTITIONER, job_title="School nurse", starts_on=timezone.localdate(),
    )  # fmt: skip
    nurse = meeting.invitations.get(person=cast.health)
    answers.answer(invitation=nurse, given=Answer(AnswerKind.DEPUTY, deputy=second), by=cast.health)
    assert parts_held(case, second) == [HEALTH]
    assert parts_held(case, cast.health) == []


def test_after_the_meeting_the_part_is_still_there_for_the_minutes(cast: Cast, case: Case) -> None:
    end_meeting(cast, case, agencies=[cast.agency("health")], people=[cast.police])
    assert parts_held(case, cast.police) == [MINUTES, INTELLIGENCE]


def test_the_invite_page_says_what_a_role_opens_and_the_access_tab_shows_it(
    cast: Cast, case: Case, meeting: MaseMeeting
) -> None:
    client = Client()
    client.force_login(cast.manager)
    url = f"/meetings/{meeting.pk}/invite/"
    assert "Police (restricted part of meetings, intelligence)" in client.get(url).content.decode()
    client.post(url, {"person": str(membership(cast.police).pk), "role": "POL"})
    assert meeting.invitations.get(person=cast.police).role == "POL"
    assert (
        "restricted part of meetings and intelligence"
        in client.get(f"/cases/{case.reference}/access/").content.decode()
    )
    assert client.post(url, {"person": str(membership(cast.health).pk), "role": "CHAIR"}).status_code == 200
    assert not meeting.invitations.filter(person=cast.health).exists()


def test_the_booking_page_says_what_an_invitation_opens_to_each_role(cast: Cast, case: Case) -> None:
    page = signed_in(cast, "manager").get(f"/cases/{case.reference}/meetings/new/").content.decode()
    assert "can open this child’s case until the minutes are settled, but not what is kept apart" in page
    assert "Police: also restricted part of meetings and intelligence." in page.replace(
        "CSE team worker and ", ""
    )
    assert "Health and Nurse for looked-after children: also health detail." in page
    assert "Family see nothing in the portal." in page


def test_the_minute_taker_writes_what_is_said_and_runs_nothing(cast: Cast, case: Case) -> None:
    meeting = make_meeting(cast, case)
    asked(cast, meeting, cast.outsider, role="MIN")
    ending.start(meeting=meeting, by=cast.manager)
    taker, chair = signed_in(cast, "outsider"), signed_in(cast, "manager")
    item, police = meeting.agenda.get(code="education"), meeting.information.get(agency=cast.agency("police"))
    where = f"/meetings/{meeting.pk}/"
    theirs, agency = part_id("notes", item.pk), part_id("information", police.pk)
    page = taker.get(where).content.decode()
    assert f'name="{theirs}-notes"' in page
    assert f'name="{agency}-text"' in page
    assert f"{where}end/" not in page
    notes = {f"{theirs}-notes": "She is back at school.", f"{theirs}-version": item.version}
    assert taker.post(f"{where}parts/notes/{item.pk}/", notes).status_code == 302
    said = {f"{agency}-text": "Two visits.", f"{agency}-version": police.version}
    assert taker.post(f"{where}parts/information/{police.pk}/", said).status_code == 302
    page = chair.get(where).content.decode()
    assert "She is back at school." in page
    assert "Two visits." in page
    for address in ("end/", "family/", "agenda/"):
        assert taker.post(f"{where}{address}").status_code in (403, 404), address
    written = meeting.agenda.get(pk=item.pk)
    assert (written.notes, written.saved_by) == ("She is back at school.", cast.outsider)


def test_notes_for_professionals_only_are_the_minute_takers_if_that_part_is(cast: Cast, case: Case) -> None:
    meeting = make_meeting(cast, case)
    asked(cast, meeting, cast.outsider, role="MIN")
    ending.start(meeting=meeting, by=cast.manager)
    item = meeting.agenda.filter(restricted=True).first()
    with pytest.raises(NotPermitted):
        notes.save_notes(item=item, notes="A name.", edit=notes.Edit(item.version), by=cast.outsider)


def test_the_deputy_of_the_minute_taker_takes_over(cast: Cast, case: Case) -> None:
    meeting = make_meeting(cast, case)
    asked(cast, meeting, cast.outsider, role="MIN")
    colleague = add_person(
        email="school.office@example.org", full_name="Ines Marlowe", agency=cast.agency("education"),
        role=Role.PRACTITIONER, job_title="Secretary", starts_on=timezone.localdate(),
    )  # fmt: skip
    assert gate.can(cast.outsider, Permission.MEETING_NOTE, meeting)
    assert not gate.can(colleague, Permission.MEETING_NOTE, meeting)
    answers.answer(
        invitation=meeting.invitations.get(person=cast.outsider),
        given=Answer(kind=AnswerKind.DEPUTY, deputy=colleague), by=cast.outsider,
    )  # fmt: skip
    first, second = User.objects.get(pk=cast.outsider.pk), User.objects.get(pk=colleague.pk)
    assert gate.can(second, Permission.MEETING_NOTE, meeting)
    assert not gate.can(first, Permission.MEETING_NOTE, meeting)


def test_a_minute_taker_who_cannot_come_puts_the_pen_down_unless_they_come(cast: Cast, case: Case) -> None:
    meeting = make_meeting(cast, case)
    asked(cast, meeting, cast.outsider, role="MIN")
    theirs = meeting.invitations.get(person=cast.outsider)
    answers.answer(
        invitation=theirs, given=Answer(kind=AnswerKind.DECLINE, reason="On leave"), by=cast.outsider
    )
    assert not gate.can(User.objects.get(pk=cast.outsider.pk), Permission.MEETING_NOTE, meeting)
    ending.start(meeting=meeting, by=cast.manager)
    came = attendance.Came(AttendanceCode.ATTENDED)
    attendance.record_attendance(meeting=meeting, answers={theirs.pk: came}, by=cast.manager)
    assert gate.can(User.objects.get(pk=cast.outsider.pk), Permission.MEETING_NOTE, meeting)


def test_only_the_chair_says_who_takes_the_minutes_and_it_is_one_person_who_speaks_for_nobody(
    cast: Cast, case: Case
) -> None:
    meeting = make_meeting(cast, case, agencies=[cast.agency("police")])
    with pytest.raises(MinuteTakerByChair):
        asked(cast, meeting, cast.practitioner, role="MIN", by=cast.practitioner)
    with pytest.raises(MinuteTakerByName):
        invitations.invite(
            meeting=meeting, agencies=[cast.agency("education")], people=[], role="MIN", by=cast.manager
        )
    asked(cast, meeting, cast.outsider)
    with pytest.raises(AskedInAnotherRole):
        asked(cast, meeting, cast.outsider, role="MIN")
    page = signed_in(cast, "manager").post(
        f"/meetings/{meeting.pk}/invite/", {"person": membership(cast.outsider).pk, "role": "MIN"}
    )
    assert "is asked to this meeting already, in another role" in page.content.decode()
    assert not meeting.invitations.filter(role="MIN").exists()


def test_an_agency_asked_in_that_role_gives_none_of_its_people_the_pen(cast: Cast, case: Case) -> None:
    """However such a row came to be, and whoever of them says that they come."""
    meeting = make_meeting(cast, case, agencies=[cast.agency("police")])
    theirs = meeting.invitations.filter(agency=cast.agency("police"))
    theirs.update(role="MIN", deputy=cast.police)
    assert not gate.can(cast.police, Permission.MEETING_NOTE, meeting)


def booking(cast: Cast, case: Case, *rows: tuple[User, str]) -> dict[str, str]:
    """The booking form as it is posted, with these people in these roles."""
    when = timezone.localtime() + dt.timedelta(days=2)
    said = {
        "scheduled_for_day": when.day, "scheduled_for_month": when.month, "scheduled_for_year": when.year,
        "scheduled_for_time": "10:00", "place": "Room 2", "purpose": "To agree a plan", "chair": cast.manager.pk,
        "child_invited": "yes", "parent_invited": "yes", "people-TOTAL_FORMS": len(rows), "people-INITIAL_FORMS": 0,
    }  # fmt: skip
    for number, (person, role) in enumerate(rows):
        said |= {f"people-{number}-person": membership(person).pk, f"people-{number}-role": role}
    return {name: str(value) for name, value in said.items()}


def test_the_booking_asks_people_in_the_role_they_come_in(cast: Cast, case: Case) -> None:
    client, url = signed_in(cast, "manager"), f"/cases/{case.reference}/meetings/new/"
    assert "In which role?" in client.get(url).content.decode()
    page = client.post(url, booking(cast, case, (cast.outsider, "MIN"), (cast.health, "")))
    assert page.status_code == 302, page.content.decode()
    meeting = MaseMeeting.objects.get()
    roles = dict(meeting.invitations.filter(person__isnull=False).values_list("person", "role"))
    assert roles[cast.outsider.pk] == "MIN"
    assert roles[cast.health.pk] not in ("MIN", "")


def ticked(page: str, person: User) -> bool:
    """Whether this person's box on the booking page is ticked; an error where there is none."""
    boxes = re.findall(r'<input[^>]*name="holders"[^>]*>', page)
    (box,) = (each for each in boxes if f'value="{membership(person).pk}"' in each)
    return " checked" in box


def test_the_booking_offers_who_holds_the_case_by_name(cast: Cast, case: Case) -> None:
    """The nurse, who belongs at every table, is ticked; who lets the house is offered; who leads is asked anyway."""
    neighbour = add_person(
        email="housing@example.org", full_name="Ada Quill", agency=cast.agency("housing"), role=Role.PRACTITIONER
    )  # fmt: skip
    for holder in (cast.health, neighbour):
        share(case=case, to=holder, reason="Joint work", lawful_basis="6_1_E", by=cast.manager)
    client, url = signed_in(cast, "manager"), f"/cases/{case.reference}/meetings/new/"
    page = client.get(url).content.decode()
    assert (ticked(page, cast.health), ticked(page, neighbour)) == (True, False)
    assert case.lead_professional is not None
    assert f'value="{membership(case.lead_professional).pk}"' not in page.partition('name="people-')[0]
    sent = {
        **booking(cast, case, (neighbour, "ADV")),
        "holders": [membership(cast.health).pk, membership(neighbour).pk],
    }
    assert client.post(url, sent).status_code == 302
    roles = dict(MaseMeeting.objects.get().invitations.exclude(person=None).values_list("person", "role"))
    assert (roles[cast.health.pk], roles[neighbour.pk]) == ("HLT", "ADV")


def test_for_a_restricted_case_the_booking_offers_those_named(cast: Cast, case: Case) -> None:
    """Who may see it are the only ones who can be asked, and nobody has to remember them."""
    share(case=case, to=cast.health, reason="Joint work", lawful_basis="6_1_E", by=cast.manager)
    restrict(
        case=case, reason_code="FAMILY_MEMBER", people=[cast.health], lawful_basis="6_1_E", by=cast.manager
    )
    page = signed_in(cast, "manager").get(f"/cases/{case.reference}/meetings/new/").content.decode()
    assert ticked(page, cast.health)
    assert not ticked(page, cast.manager), "who chairs is asked as the chair"
    assert 'name="agencies"' not in page


def test_an_agency_that_is_ticked_asks_its_people(cast: Cast, case: Case) -> None:
    for holder in (cast.agency("health"), cast.health):
        share(case=case, to=holder, reason="Joint work", lawful_basis="6_1_E", by=cast.manager)
    page = signed_in(cast, "manager").get(f"/cases/{case.reference}/meetings/new/").content.decode()
    assert not ticked(page, cast.health)


def test_of_a_booking_that_is_refused_for_a_role_nothing_stands(cast: Cast, case: Case) -> None:
    client, url = signed_in(cast, "practitioner"), f"/cases/{case.reference}/meetings/new/"
    page = client.post(url, booking(cast, case, (cast.health, ""), (cast.outsider, "MIN")))
    assert "Only the chair says who takes the minutes" in page.content.decode()
    assert not MaseMeeting.objects.exists()


def test_of_two_who_are_asked_at_once_none_is_where_one_may_not_be(cast: Cast, case: Case) -> None:
    meeting = make_meeting(cast, case)
    asked(cast, meeting, cast.outsider)
    before = meeting.invitations.count()
    both = [Invited([cast.agency("police")], []), Invited([], [membership(cast.outsider)], "MIN")]
    with pytest.raises(AskedInAnotherRole):
        invitations.invite_all(meeting=meeting, asked=both, by=cast.manager)
    assert meeting.invitations.count() == before
