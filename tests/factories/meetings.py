"""Meetings in the states tests need, made by the services themselves."""

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.accounts.services import add_person
from cse_portal.keys import new_key
from cse_portal.reference.working_days import add_working_days, last_working_day
from mase.meetings.choices import AgencyWord, AttendanceCode, ContributionKind, Stage
from mase.meetings.models.meeting import Meeting, MeetingSession
from mase.meetings.models.sections import ChildVoice, Contribution
from mase.meetings.selectors.checks import checklist, review_limit
from mase.meetings.selectors.record import record_of
from mase.meetings.services import decision, ending, reports, scheduling, sections, sessions
from mase.plans.choices import PlanP
from mase.plans.services import plan, safety_map
from tests.cast import Cast
from tests.factories.cases import assessed_as_quiet
from tests.factories.requests import in_one_request


def details(days: int = 3, **fields: Any) -> dict[str, Any]:
    """A meeting in the sandwell office some days ahead."""
    given = {
        "scheduled_for": timezone.now() + dt.timedelta(days=days),
        "purpose": "Agree a plan that keeps her safe.",
        "place": "Room 2, Civic Centre",
        "child_invited": False,
        "child_not_invited": "CHOSE_NOT_TO",
    }
    return {**given, **fields}


def membership(user: User) -> Membership:
    """The person's membership today."""
    return Membership.objects.current().get(user=user)


def second_manager(cast: Cast) -> User:
    """Another CSE Team Manager, who may chair as well."""
    return add_person(
        email="second.manager@cse.example", full_name="Noor Haddad", agency=cast.agency("cse-team"),
        role=Role.TEAM_MANAGER,
    )  # fmt: skip


def colleague(agency: Agency, name: str, role: Role = Role.PRACTITIONER, job: str = "") -> User:
    """Somebody else who works there."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    return add_person(email=email, full_name=name, agency=agency, role=role, job_title=job)


@in_one_request
def make_meeting(
    cast: Cast,
    case: Case,
    *,
    agencies: list[Agency] | None = None,
    people: list[User] | None = None,
    by: User | None = None,
    **fields: Any,
) -> Meeting:
    """Booked by the manager, who chairs it; health and the police are invited unless told otherwise."""
    asked = [cast.agency("health"), cast.agency("police")] if agencies is None else agencies
    return scheduling.schedule(
        key=new_key(), case=case, details=details(**fields), chair=cast.manager, agencies=asked,
        people=[membership(person) for person in people or []], by=by or cast.manager,
    )  # fmt: skip


@in_one_request
def make_session(cast: Cast, days: int = 3, **fields: Any) -> MeetingSession:
    """At half past nine some working days ahead, with four slots."""
    day = add_working_days(timezone.localdate(), days)
    at = timezone.make_aware(dt.datetime.combine(day, dt.time(9, 30)))
    given = {"starts_at": at, "chair": cast.manager, "place": "Room 2", "slots": 4, **fields}
    return sessions.plan(session=MeetingSession(**given), by=cast.manager)


@in_one_request
def start_meeting(cast: Cast, case: Case, **fields: Any) -> Meeting:
    """A meeting that is going on."""
    meeting = make_meeting(cast, case, **fields)
    return ending.start(meeting=meeting, by=cast.manager)


@in_one_request
def everyone_attends(meeting: Meeting, by: User) -> None:
    """All invitations are answered with Y; the person who came of the family has left the room again."""
    here = sections.Came(AttendanceCode.ATTENDED)
    answers = {each.pk: here for each in meeting.invitations.all()}
    sections.record_attendance(meeting=meeting, answers=answers, by=by)
    sections.set_family_in_room(meeting=meeting, present=False, by=by)


@in_one_request
def everyone_agrees(meeting: Meeting, by: User) -> None:
    """Each agency round the table agrees with the decision."""
    silent = record_of(Meeting.objects.get(pk=meeting.pk), restricted=False).silent
    decision.record_word(meeting=meeting, agencies=silent, word=AgencyWord.AGREES, by=by)


def every_point_met(meeting: Meeting) -> dict[str, decision.Point | None]:
    """The step-down checklist answered whole by the chair, as the record stands; what police confirm is to come."""
    record = record_of(Meeting.objects.get(pk=meeting.pk), restricted=True)
    why = "The meeting went through it."
    return {each.code: decision.Point(not (each.is_denied or each.owner), why) for each in checklist(record)}


def bring(
    meeting: Meeting, agency: Agency, by: User, *, family: bool = False, **texts: str
) -> dict[str, Contribution]:
    """What an agency brings, by the names of its boxes; its boxes as they are then."""
    rows = meeting.contributions.filter(agency=agency).select_related("meeting__case", "agency")
    there = {each.kind: each.version for each in rows}
    boxes = {
        ContributionKind(kind): reports.Box(text, family, there.get(kind, 0)) for kind, text in texts.items()
    }
    reports.contribute(meeting=meeting, agency=agency, boxes=boxes, by=by)
    return {each.kind: each for each in rows.all()}


def latest_review(category: int) -> dt.date:
    """The last working day inside the clock of the next review."""
    return last_working_day(review_limit(category))


@in_one_request
def write_all(
    cast: Cast,
    meeting: Meeting,
    *,
    category: RiskCategory = RiskCategory.HIGH,
    owner: User | None = None,
    agree: bool = True,
) -> Meeting:
    """Everything a meeting must leave behind, one danger and one action beside it; `agree`: every agency does."""
    by = cast.manager
    if category < (case := Case.objects.get(pk=meeting.case_id)).category:
        assessed_as_quiet(cast, case)
    voice = ChildVoice(
        obtained=True, words="I want him to stop coming to school.", heard_by="Priya Raman",
        heard_on=timezone.localdate(), tool="THREE_HOUSES", seen_alone=True,
        what_changed="Somebody meets her at the gate.", parent_not_sought="Her mother is in hospital.",
    )  # fmt: skip
    sections.save_voice(voice=meeting.voice, said=voice, version=1, by=by)
    danger = safety_map.Danger(
        "Everyone fears that she is driven away from school again.", "She goes home by bus."
    )
    row = safety_map.add_danger(meeting=meeting, key=new_key(), danger=danger, by=by)
    decided = decision.Decided(category, HarmStatus.H2, "Two agencies saw the same car.", ["M3"])
    decision.save_decision(meeting=meeting, decided=decided, version=0, by=by)
    agreed = plan.Agreed(
        PlanP.PROTECT, "Meet her at the gate every day.", cast.agency("csc"),
        timezone.localdate() + dt.timedelta(days=7), owner or cast.practitioner, row,
        measure_of_success="She says that somebody was there.",
    )  # fmt: skip
    plan.add_action(meeting=meeting, key=new_key(), agreed=agreed, by=by)
    decision.set_review(meeting=meeting, review_on=latest_review(category), by=by)
    everyone_attends(meeting, by)
    if agree:
        everyone_agrees(meeting, by)
    return Meeting.objects.get(pk=meeting.pk)


@in_one_request
def end_meeting(cast: Cast, case: Case, **fields: Any) -> Meeting:
    """A meeting held and ended."""
    meeting = write_all(cast, start_meeting(cast, case, **fields))
    return ending.end(meeting=meeting, by=cast.manager)


def read_meeting(client: Client, meeting: Meeting, *places: str) -> str:
    """What somebody reads of a meeting: at these places; else at its stages, at items that have notes, and about it."""
    told = []
    noted = meeting.agenda.exclude(notes="").values_list("code", flat=True)
    everywhere = ["item=about", *(f"stage={each}" for each in Stage), *(f"item={each}" for each in noted)]
    for place in places or everywhere:
        page = client.get(f"/meetings/{meeting.pk}/?{place}")
        assert page.status_code == 200, place
        told.append(page.content.decode())
    return "\n".join(told)


def read_room(client: Client, meeting: Meeting) -> str:
    """What the room reads, slide after slide, and what it is asked every few seconds."""
    told = []
    for stage in Stage:
        Meeting.objects.filter(pk=meeting.pk).update(stage=stage)
        told.append(client.get(f"/meetings/{meeting.pk}/room/").content.decode())
    return "\n".join([*told, client.get(f"/meetings/{meeting.pk}/live/?room=1").content.decode()])
