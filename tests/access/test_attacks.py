"""What somebody with an account may try, to read, infer or change another agency's child. Each was once possible."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from cases.chronology.models import ChronologyEntry, EntryKind
from cases.chronology.services import add_event
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.sharing.services import access, exclusions
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.accounts.services import end_membership
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify
from cse_portal.keys import new_key
from cse_portal.people import services as people
from cse_portal.people.services.invitations import link_of
from intelligence.desk import services as reports
from intelligence.desk.models import IntelligenceReport
from intelligence.subjects.models import Handling
from intelligence.submissions.models import IntelligenceSubmission
from mase.meetings.services import ending, scheduling
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.concerns import decide, make_concern
from tests.factories.intelligence import make_report
from tests.factories.meetings import details, make_meeting, start_meeting, write_all

As = Callable[[str], Client]
NUMBER = "9990000018"


def sees(user: User, case: Case) -> bool:
    """Whether this person, read anew, finds the case."""
    return Case.objects.visible_to(User.objects.get(pk=user.pk)).filter(pk=case.pk).exists()


def share(cast: Cast, case: Case, to: User, *, may_change: bool = False) -> None:
    access.share(
        case=case, to=to, reason="Works with the child", lawful_basis=LAWFUL_BASIS, may_change=may_change,
        by=cast.practitioner,
    )  # fmt: skip


def share_by(by: User, case: Case, to: User) -> None:
    access.share(case=case, to=to, reason="Works with the child", lawful_basis=LAWFUL_BASIS, by=by)


def move(user: User, cast: Cast, agency: str, role: Role = Role.PRACTITIONER) -> User:
    """They left their agency and started at another one today; what they hold was given before."""
    today = timezone.localdate()
    end_membership(membership=Membership.objects.current().get(user=user), on=today)
    Membership.objects.create(user=user, agency=cast.agency(agency), role=role, starts_on=today)
    return User.objects.get(pk=user.pk)


def yesterday(case: Case) -> None:
    """Everything given on this case was given a day before today."""
    day = timezone.now() - dt.timedelta(days=1)
    case.user_grants.update(granted_at=day)


# ------------------------------------------------------------------------------------------ what was given, and ends


@pytest.mark.parametrize("later", ["moved", "ended"])
def test_a_meeting_does_not_give_back_what_was_stopped(cast: Cast, later: str) -> None:
    case = make_case(cast)
    booked = make_meeting(cast, case, agencies=[], people=[cast.health])
    access.stop_sharing(case=case, frm=cast.health, reason="She knows the family", by=cast.practitioner)
    if later == "moved":
        scheduling.change(
            meeting=booked, details=details(4), reason="Room", version=booked.version, by=cast.manager
        )
    else:
        running = ending.start(meeting=booked, by=cast.manager)
        ending.end(meeting=write_all(cast, running), by=cast.manager, no_quorum_reason="Urgent")
    assert not sees(cast.health, case)


def test_a_meeting_about_a_case_restricted_since_ends_and_opens_it_to_no_agency(cast: Cast) -> None:
    case = make_case(cast)
    running = start_meeting(cast, case, agencies=[cast.agency("health")])
    access.restrict(
        case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    ending.end(meeting=write_all(cast, running), by=cast.manager, no_quorum_reason="Urgent")
    assert not sees(cast.health, case)


# ------------------------------------------------------------------------------------------ who moved, and who left


def test_whoever_moves_to_another_agency_leaves_their_cases_behind(cast: Cast) -> None:
    case = make_case(cast)
    share(cast, case, cast.health)
    yesterday(case)
    assert sees(cast.practitioner, case)
    for person in (cast.practitioner, cast.health):
        assert not sees(move(person, cast, "education"), case)
    assert not gate.can(User.objects.get(pk=cast.practitioner.pk), Permission.CASE_CHANGE, case)


def takes_another_post(user: User, lead: User, role: Role) -> User:
    """As the portal lets it be done: the lead ends the membership and invites them anew, and they follow the link."""
    post = Membership.objects.current().get(user=user)
    people.end_membership(membership=post, on=timezone.localdate(), by=lead)
    invited = people.invite(email=user.email, full_name=user.full_name, role=role, by=lead)
    people.accept(token=link_of(invited).rstrip("/").rsplit("/", 1)[1], password="three odd words together")
    return User.objects.get(pk=user.pk)


def test_whoever_takes_another_post_in_their_agency_keeps_its_cases_and_none_given_by_name(
    cast: Cast,
) -> None:
    """Nobody can know on their last day that they come back the next: what was theirs by name is given anew."""
    theirs = make_case(cast)
    by_name = make_case(cast, lead_agency=cast.agency("police"), lead_professional=cast.police)
    share_by(cast.manager, by_name, cast.practitioner)
    assert sees(cast.practitioner, theirs)
    assert sees(cast.practitioner, by_name)
    back = takes_another_post(cast.practitioner, cast.lead, Role.DUTY_OFFICER)
    assert (sees(back, theirs), sees(back, by_name)) == (True, False)
    share_by(cast.manager, by_name, back)
    assert sees(back, by_name)


def test_a_concern_stays_with_the_agency_it_was_written_for(cast: Cast) -> None:
    sent = make_concern(cast.health)
    mover = move(cast.health, cast, "education")
    assert not Concern.objects.visible_to(mover).filter(pk=sent.pk).exists()
    assert not gate.can(mover, Permission.CONCERN_ADD, sent)


def test_a_report_with_conditions_stays_behind_when_its_reader_moves(cast: Cast) -> None:
    report = make_report(cast, handling=Handling.C)
    reports.name_reader(report=report, reader=cast.health, reason="Plans the visit", by=cast.police)
    report.readers.update(named_at=timezone.now() - dt.timedelta(days=1))
    assert IntelligenceReport.objects.visible_to(cast.health).filter(pk=report.pk).exists()
    mover = move(cast.health, cast, "education")
    assert not IntelligenceReport.objects.visible_to(mover).filter(pk=report.pk).exists()


def test_a_leaver_reads_no_notification(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    notify(user=cast.leaver, text=f"Case {case.reference} has been shared with you.", url="/")
    assert case.reference in as_("leaver").get("/notifications/").content.decode()
    end_membership(membership=Membership.objects.get(user=cast.leaver), on=timezone.localdate())
    assert case.reference not in as_("leaver").get("/notifications/").content.decode()


# ------------------------------------------------------------------------------------------ who is excluded


def told(user: User) -> set[str]:
    return set(Notification.objects.of(user).values_list("text", flat=True))


def test_what_is_added_to_a_concern_is_not_told_to_a_decider_who_is_excluded(cast: Cast) -> None:
    case = make_case(cast)
    concern = make_concern(cast.health)
    decide(concern, cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=case)
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    Notification.objects.all().delete()
    concern = Concern.objects.get(pk=concern.pk)
    concerns.add_addendum(concern=concern, text="She was seen again.", by=cast.health, key=new_key())
    assert told(cast.manager) == set()


def test_an_excluded_officer_reads_nothing_of_the_raw_submission_either(cast: Cast) -> None:
    case = make_case(cast, lead_agency=cast.agency("police"), lead_professional=cast.police)
    report = make_report(cast, case=case)
    seen = IntelligenceSubmission.objects.filter(pk=report.submission_id)
    assert seen.visible_to(cast.police).exists()
    exclusions.exclude(case=case, user=cast.police, reason="Related to her", by=cast.privacy)
    assert not seen.visible_to(cast.police).exists()
    assert seen.visible_to(cast.practitioner).exists(), "its author wrote it"


# ------------------------------------------------------------------------------------------ numbers as a question


def hidden_case(cast: Cast) -> Case:
    """Of the police alone; a team that opened it is excluded since."""
    case = make_case(
        cast, child=make_child(nhs_number=NUMBER, upn="A123456789012"), lead_agency=cast.agency("police"),
        lead_professional=cast.police,
    )  # fmt: skip
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    return case


def test_writing_a_number_down_does_not_answer_whether_another_child_carries_it(cast: Cast, as_: As) -> None:
    hidden_case(cast)
    case = make_case(cast)
    child = case.child
    data = {
        "given_name": child.given_name, "family_name": child.family_name, "version": child.version,
        "nhs_number": NUMBER, "sex": "2", "aliases-TOTAL_FORMS": 1, "aliases-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert as_("practitioner").post(f"/cases/{case.reference}/edit/", data).status_code == 302
    child.refresh_from_db()
    assert child.nhs_number == NUMBER


# ------------------------------------------------------------------------------------------ another's key


def test_another_rows_key_neither_finds_it_nor_breaks_the_page(cast: Cast, as_: As) -> None:
    theirs, mine = make_case(cast), make_case(cast)
    entry = add_event(
        case=theirs, kind=EntryKind.EVENT, happened_on=timezone.localdate(), text="Hers.", by=cast.practitioner,
        key=new_key(),
    )  # fmt: skip
    day = timezone.localdate()
    data = {
        "kind": "event", "text": "Mine.", "form_token": str(entry.pk),
        "happened_on_day": day.day, "happened_on_month": day.month, "happened_on_year": day.year,
    }  # fmt: skip
    assert as_("practitioner").post(f"/cases/{mine.reference}/chronology/new/", data).status_code == 302
    assert ChronologyEntry.objects.filter(case=mine, text="Mine.").count() == 1
    assert ChronologyEntry.objects.get(pk=entry.pk).text == "Hers."
