"""The restricted part of a meeting: what belongs to it, who reads it, and what is left where somebody may not."""

import pytest
from django.urls import reverse

from cases.record.choices import HarmStatus, RiskCategory, Section
from cases.record.models.access import CaseGroupObjectPermission, CaseUserObjectPermission
from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.audit import context
from cse_portal.errors import NotPermitted
from cse_portal.keys import new_key
from mase.meetings.choices import AttendanceCode, Audience
from mase.meetings.errors import INCOMPLETE, MeetingRefused
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.presenters.lists import pack
from mase.meetings.selectors.checks import missing
from mase.meetings.selectors.presence import part_id
from mase.meetings.selectors.record import open_record, record_for, sees_professionals_part
from mase.meetings.selectors.reports import pack_record
from mase.meetings.services import decision, ending, sections
from mase.meetings.services.sections import Came
from mase.minutes.presenters.minutes import document
from mase.minutes.selectors.minutes import draft_record
from mase.plans.choices import MapKind, PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.services import safety_map
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import FOUND, assessed_as_exploited, assessed_as_quiet, make_case
from tests.factories.meetings import every_point_met, read_meeting, read_room, start_meeting

pytestmark = pytest.mark.django_db
THERE, AWAY, DEPUTY = AttendanceCode.ATTENDED, AttendanceCode.ABSENT, AttendanceCode.DEPUTY


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> Meeting:
    return start_meeting(shared_cast, make_case(shared_cast))


def page_of(cast: Cast, person: str, meeting: Meeting) -> str:
    client = signed_in(cast, person)
    return read_meeting(client, meeting) + read_meeting(client, meeting, "item=safety-map")


def again(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related("case").get(pk=meeting.pk)


# ------------------------------------------------------------------------------------------ other children


def test_what_is_said_of_other_children_is_not_shown_with_the_family_there_nor_in_their_minutes(
    cast: Cast, meeting: Meeting
) -> None:
    item, said = meeting.agenda.get(code="siblings"), "Beth Otherchild is collected by the same car."
    sections.save_notes(item=item, notes=said, version=item.version, by=cast.manager)
    assert said in read_meeting(signed_in(cast, "manager"), meeting, "item=siblings")
    assert said not in page_of(cast, "health", meeting)
    sections.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    assert "Siblings" not in page_of(cast, "manager", meeting)
    factory.end(cast, meeting)
    for audience, there in ((Audience.PROFESSIONALS, False), (Audience.FULL, True)):
        drawn = document(draft_record(meeting, audience))
        assert any(said in each["words"] for each in drawn["rest"]) is there


# ------------------------------------------------------------------------------------------ the family comes in


def seat_of_parent(meeting: Meeting) -> Invitation:
    return meeting.invitations.get(role="PAR")


def mark(cast: Cast, meeting: Meeting, seat: Invitation, code: AttendanceCode) -> Meeting:
    sections.record_attendance(meeting=meeting, answers={seat.pk: Came(code)}, by=cast.manager)
    return again(meeting)


def test_a_parent_who_is_marked_as_there_is_in_the_room(cast: Cast, meeting: Meeting) -> None:
    assert sees_professionals_part(cast.police, meeting)
    now = mark(cast, meeting, seat_of_parent(meeting), DEPUTY)
    assert now.family_in_room
    assert not sees_professionals_part(cast.police, now)
    assert not any(item.restricted for item in record_for(cast.manager, now).agenda)


def test_the_page_says_that_marking_the_family_hides_the_restricted_part(
    cast: Cast, meeting: Meeting
) -> None:
    part = part_id("attendance", meeting.pk)
    field = f"{part}-code_{seat_of_parent(meeting).pk.hex}"
    url = reverse("mase:section", args=[meeting.pk, "attendance", meeting.pk])
    client, sent = signed_in(cast, "manager"), {field: THERE.value}
    answer = client.post(url, sent, headers={"HX-Request": "true"}, follow=True).content.decode()
    assert "A child or parent is marked as there" in answer
    assert "People and places of concern" not in answer


# ------------------------------------------------------------------------------------------ what is agreed there

RAID, GATE, CAR, KNOWN = (
    "Search the flat on Friday.",
    "Meet her at the gate.",
    "His silver car.",
    "A man is watched.",
)


def post(cast: Cast, meeting: Meeting, part: str, **given: str) -> str:
    """The chair saves a part, without a script."""
    name = part_id(part, meeting.pk)
    url = reverse("mase:section", args=[meeting.pk, part, meeting.pk])
    sent = {f"{name}-{field}": value for field, value in given.items()}
    return signed_in(cast, "manager").post(url, sent, follow=True).content.decode()


def post_action(cast: Cast, meeting: Meeting, p: str, text: str, **given: str) -> PlanAction:
    said = {"p": p, "text": text, "who": f"{cast.agency('police').pk}:", "weeks": "2", **given}
    assert "Saved." in post(cast, meeting, "action", **said)
    return PlanAction.objects.get(meeting=meeting, text=text)


@pytest.fixture(scope="module")
def agreed(shared_cast: Cast) -> Meeting:
    """One action and one line of the map for everybody, one of each for professionals only, and the checklist."""
    cast, meeting = shared_cast, start_meeting(shared_cast, make_case(shared_cast))
    factory.agreed(cast, meeting, text=GATE)
    factory.agreed(cast, meeting, text=RAID, agency=cast.agency("police"), p=PlanP.PURSUE, restricted=True)
    for text, apart in (("Trusts her tutor.", False), (CAR, True)):
        safety_map.add_entry(
            meeting=meeting, key=new_key(), kind=MapKind.HARM, text=text, restricted=apart, by=cast.manager
        )
    points = every_point_met(meeting)
    points["INTELLIGENCE"] = decision.Point(False, KNOWN)
    decision.check_step_down(meeting=meeting, answers=points, by=cast.manager)
    return again(meeting)


def test_pursue_and_prosecute_are_for_professionals_unless_the_chair_says_otherwise(
    cast: Cast, meeting: Meeting
) -> None:
    for p, locked, restricted in (
        ("PROTECT", "", False),
        ("PROTECT", "on", True),
        ("PURSUE", "", True),
        ("PROSECUTE", "on", True),
    ):
        made = post_action(cast, meeting, p, f"{p} {locked}.", **({"locked": locked} if locked else {}))
        assert made.restricted is restricted, (p, locked)
    post(cast, meeting, "map", kind="harm", text=CAR, restricted="on")
    post(cast, meeting, "map", kind="harm", text="She is tired.")
    assert dict(meeting.map_entries.values_list("text", "restricted")) == {CAR: True, "She is tired.": False}


def test_a_chair_without_the_restricted_part_writes_in_the_open(cast: Cast, meeting: Meeting) -> None:
    CaseUserObjectPermission.objects.filter(permission__codename=Section.MINUTES, user=cast.manager).delete()
    CaseGroupObjectPermission.objects.filter(
        permission__codename=Section.MINUTES, group=cast.agency("cse-team").group
    ).delete()
    assert not gate.can(cast.manager, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    assert 'title="Professionals only"' not in page_of(cast, "manager", meeting)
    assert not post_action(cast, meeting, "PURSUE", GATE, locked="on").restricted
    with pytest.raises(NotPermitted):
        factory.agreed(cast, meeting, text=RAID, agency=cast.agency("police"), restricted=True)
    with pytest.raises(NotPermitted):
        safety_map.add_entry(
            meeting=meeting, key=new_key(), kind=MapKind.HARM, text=CAR, restricted=True, by=cast.manager
        )


def test_what_is_agreed_for_professionals_is_on_the_pages_of_those_alone(cast: Cast, agreed: Meeting) -> None:
    lower_it(cast, agreed)
    assessed_as_exploited(cast, agreed.case)
    for person in ("manager", "police", "practitioner"):
        page = read_meeting(signed_in(cast, person), agreed, "stage=decide", "item=safety-map")
        assert all(words in page for words in (RAID, GATE, CAR, KNOWN)), person
    page = page_of(cast, "health", agreed)
    assert GATE in page
    assert not any(words in page for words in (RAID, CAR, KNOWN))
    sections.set_family_in_room(meeting=agreed, present=True, by=cast.manager)
    for person in ("manager", "police", "practitioner", "health"):
        page = page_of(cast, person, agreed)
        assert GATE in page, person
        assert not any(words in page for words in (RAID, CAR, KNOWN, *FOUND)), person


def test_the_agency_that_does_it_reads_its_own_action_and_no_other(cast: Cast, agreed: Meeting) -> None:
    own = factory.agreed(cast, agreed, text="Keep the clinic's notes.", p=PlanP.PROSECUTE, restricted=True)
    page = page_of(cast, "health", agreed)
    assert own.text.replace("'", "&#x27;") in page
    assert RAID not in page
    mark(cast, agreed, agreed.invitations.get(agency=cast.agency("health")), THERE)
    client = signed_in(cast, "manager")
    assert "clinic" not in read_room(client, agreed)


def test_where_the_chair_has_not_the_part_police_answer_for_themselves(cast: Cast, agreed: Meeting) -> None:
    """No category falls without the police's word; the chair reads that it is wanted and from whom, not what."""
    CaseUserObjectPermission.objects.filter(permission__codename=Section.MINUTES, user=cast.manager).delete()
    CaseGroupObjectPermission.objects.filter(
        permission__codename=Section.MINUTES, group=cast.agency("cse-team").group
    ).delete()
    agreed.step_down_points.filter(code="INTELLIGENCE").delete()
    stands_higher(agreed)
    factory.end_later(cast, agreed, category=RiskCategory.LOW)
    [left] = missing(open_record(cast.manager, again(agreed)))
    assert left.words == (
        "The step-down checklist: 1 point not answered. It is for professionals only: the agency that confirms it"
        " answers on its own page of this meeting."
    )
    with pytest.raises(MeetingRefused, match=INCOMPLETE):
        ending.end(meeting=again(agreed), by=cast.manager, no_quorum_reason="Reports were sent")
    shown = (
        page_of(cast, "manager", agreed)
        + signed_in(cast, "manager").get(f"/meetings/{agreed.pk}/end/").content.decode()
    )
    assert left.words in shown
    label = "no live intelligence links"
    assert label not in shown
    assert label in read_meeting(signed_in(cast, "police"), agreed, "stage=decide")
    part = part_id("step-down-apart", agreed.pk)
    url = reverse("mase:section", args=[agreed.pk, "step-down-apart", agreed.pk])
    sent = {f"{part}-met_INTELLIGENCE": "no", f"{part}-why_INTELLIGENCE": KNOWN, f"{part}-met_GOALS": "no"}
    sent |= {f"{part}-met_PASSED_ON": "yes"}
    assert signed_in(cast, "health").post(url, sent).status_code in (403, 404)
    assert "Saved." in signed_in(cast, "police").post(url, sent, follow=True).content.decode()
    assert agreed.step_down_points.get(code="GOALS").met, "they answer no other point"
    assert KNOWN in read_meeting(signed_in(cast, "police"), agreed, "stage=decide")
    for person in ("manager", "health"):
        assert KNOWN not in page_of(cast, person, agreed)
    with pytest.raises(NotPermitted):
        decision.check_step_down(meeting=agreed, answers=every_point_met(agreed), by=cast.health)
    ending.end(meeting=again(agreed), by=cast.manager, no_quorum_reason="Reports were sent")


def test_minutes_papers_chronology_and_api_leave_it_out(cast: Cast, agreed: Meeting) -> None:
    stands_higher(agreed)
    factory.end(cast, agreed, category=RiskCategory.LOW)
    drawn = {each: repr(document(draft_record(again(agreed), each))) for each in Audience}
    for words in (RAID, CAR, KNOWN):
        assert words not in drawn[Audience.PROFESSIONALS]
        assert words in drawn[Audience.FULL]
    entries = "\n".join(agreed.case.chronology.values_list("text", flat=True))
    assert "1 action agreed" in entries
    assert "Plan issued: 1 action for Health." in entries
    told = {
        person: str(signed_in(cast, person).get(f"/api/v1/meetings/{agreed.pk}/").json())
        for person in ("police", "health")
    }
    assert RAID in told["police"]
    assert GATE in told["health"]
    assert RAID not in told["health"]
    review = start_meeting(cast, agreed.case)
    for person, reads in ((cast.police, True), (cast.health, False)):
        with context.request():
            papers = repr(pack(pack_record(person, again(review))))
        assert GATE in papers
        assert (RAID in papers) is reads
    sections.set_family_in_room(meeting=review, present=True, by=cast.manager)
    with context.request():
        assert RAID not in repr(pack(pack_record(cast.police, again(review))))


def test_postgresql_keeps_them_apart_as_the_gate_does(cast: Cast, agreed: Meeting) -> None:
    stands_higher(agreed)
    own = factory.agreed(cast, agreed, text="Keep the notes.", p=PlanP.PROSECUTE, restricted=True)
    factory.end(cast, agreed, category=RiskCategory.LOW)
    restricted = {RAID, own.text}
    for person, reads in (("police", restricted), ("practitioner", restricted), ("health", {own.text})):
        user = cast.people[person]
        who = user_context(user)
        assert who is not None
        with context.request(), acting.acting(who.actor):
            rows = set(PlanAction.objects.filter(case=agreed.case, restricted=True))
            assert {each.text for each in rows} == reads, person
            assert set(PlanAction.objects.visible_to(user).filter(case=agreed.case, restricted=True)) == rows
            assert all(gate.can(user, Permission.ACTION_VIEW, each) for each in rows)
            seen = "INTELLIGENCE" in set(agreed.step_down_points.values_list("code", flat=True))
            assert seen is (person != "health")
            assert agreed.map_entries.filter(text=CAR).exists() is (person != "health")


def test_it_comes_with_the_next_plan_as_it_is(cast: Cast, agreed: Meeting) -> None:
    stands_higher(agreed)
    factory.end(cast, agreed, category=RiskCategory.LOW)
    review = factory.running(cast, agreed.case)
    factory.end(cast, review, category=RiskCategory.LOW)
    assert dict(PlanAction.objects.filter(meeting=review).values_list("text", "restricted")) == {
        GATE: False, RAID: True,
    }  # fmt: skip


def stands_higher(meeting: Meeting) -> None:
    """The child's category is one above what is decided, so that it falls."""
    Meeting.objects.filter(pk=meeting.pk).update(category_at_entry=RiskCategory.MEDIUM)
    Case.objects.filter(pk=meeting.case_id).update(category=RiskCategory.MEDIUM)


def lower_it(cast: Cast, meeting: Meeting) -> None:
    """The category falls, so that the checklist is on the page."""
    stands_higher(meeting)
    assessed_as_quiet(cast, meeting.case)
    decided = decision.Decided(RiskCategory.LOW, HarmStatus.H1, "Nothing new was seen.")
    decision.save_decision(meeting=again(meeting), decided=decided, version=0, by=cast.manager)
