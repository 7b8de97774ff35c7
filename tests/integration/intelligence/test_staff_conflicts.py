"""An officer who may be whom intelligence is about finds neither it nor what it leads to, though no child is linked."""

import datetime as dt
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.choices import ConflictBasis, ConflictOutcome, Relation
from cases.models import Case
from cases.services import access
from cases.services import conflicts as declared
from cases.services.judging import judge
from cases.services.shutting_out import NOBODY_DECIDES
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change, Reason
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.people.services import invitations as people
from intelligence.choices import LinkKind, SubmissionStep
from intelligence.models import (
    IntelligenceReport,
    IntelligenceSubmission,
    Link,
    PersonOfConcern,
    StaffConflict,
    VehicleOfConcern,
)
from intelligence.selectors.conflicts import staff_conflicts
from intelligence.selectors.drafts import StepAnswers
from intelligence.services import conflicts, disruption, drafts, reports, viewing, working
from intelligence.tasks import find_conflicts
from mase.services import actions, cmog_items, cmog_reading, verification
from reporting.selectors.oversight import events_of_person
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.audit import words_on_record
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.cmog import agree, end_cmog, item_of, start_cmog
from tests.factories.intelligence import answers, grade, make_report, make_submission
from tests.integration.mase.test_cmog import named_by_a_report

pytestmark = pytest.mark.django_db
NAME = {"given_name": "Rhys", "family_name": "Kestrel"}


@pytest.fixture
def officer(cast: Cast) -> User:
    """A second officer of the unit, of whom the practitioner writes."""
    return add_person(
        email="rhys.kestrel@example.org", full_name="Rhys Kestrel", agency=cast.agency("police"),
        role=Role.POLICE_INTELLIGENCE, job_title="Officer", starts_on=timezone.localdate(),
    )  # fmt: skip


def told_of(cast: Cast, *, role: str = "SUSPECT", urgency: str = "ROUTINE") -> IntelligenceSubmission:
    """A submission that names the officer."""
    people = StepAnswers(rows={"subjects": [{**NAME, "role": role}]})
    page = answers()
    learned = next(each for step, each in page.items() if step.value == "learned")
    about = StepAnswers(fields=learned.fields | {"urgency": urgency}, rows=learned.rows)
    return make_submission(cast, people=people, learned=about)


def known_in(cast: Cast, report: IntelligenceReport) -> PersonOfConcern:
    fields = {**NAME, "standing": "ALLEGED"}
    link = reports.add_nominal(
        report=report, kind=LinkKind.PERSON, fields=fields, by=cast.police, key=new_key()
    )
    assert link.person is not None
    return link.person


def share_with_the_police(cast: Cast, case: Case) -> None:
    access.share(
        case=case, to=cast.agency("police"), reason="Works with the child", lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )  # fmt: skip


def finds(person: User, row: Model) -> tuple[bool, bool]:
    """Whether the lists of the portal have it for this person, and whether PostgreSQL shows it to them."""
    fresh = User.objects.get(pk=person.pk)
    who = standing(fresh)
    assert who is not None
    listed = type(row)._default_manager.visible_to(fresh).filter(pk=row.pk).exists()  # type: ignore[attr-defined]
    with acting.acting(who.actor):
        return listed, type(row)._default_manager.filter(pk=row.pk).exists()


def signed_in_as(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


YES, NO = (True, True), (False, False)


def test_an_officer_never_reads_a_submission_that_names_them(cast: Cast, officer: User) -> None:
    sent = told_of(cast)
    assert (finds(officer, sent), finds(cast.police, sent), finds(cast.practitioner, sent)) == (NO, YES, YES)
    assert (
        signed_in_as(officer).get(reverse("intelligence:submission", args=[sent.reference])).status_code
        == 404
    )
    assert sent.reference not in signed_in_as(officer).get(reverse("intelligence:inbox")).content.decode()
    graded = grade(cast, working.receive(submission=sent, by=cast.police))
    report = IntelligenceReport.objects.get(submission=graded)
    assert (finds(officer, report), finds(cast.police, report)) == (NO, YES)


def test_nobody_rings_them_about_it(cast: Cast, officer: User) -> None:
    told_of(cast, urgency="PRIORITY")
    assert not Notification.objects.filter(user=officer).exists()
    assert Notification.objects.filter(user=cast.police, text__contains="Priority").exists()


@pytest.mark.parametrize("role", ["CHILD_AT_RISK", "WITNESS"])
def test_a_witness_is_not_suspected(cast: Cast, officer: User, role: str) -> None:
    assert finds(officer, told_of(cast, role=role)) == YES


def test_a_draft_shuts_nobody_out(cast: Cast, officer: User) -> None:
    draft = drafts.start(by=cast.practitioner)
    people = StepAnswers(rows={"subjects": [{**NAME, "role": "SUSPECT"}]})
    drafts.save_step(submission=draft, step=SubmissionStep.PEOPLE, answers=people, by=cast.practitioner)
    assert find_conflicts() == 0


def test_a_person_of_concern_does_not_find_themselves_nor_what_stands_beside_them(
    cast: Cast, officer: User, django_capture_on_commit_callbacks: Any
) -> None:
    report, other = make_report(cast), make_report(cast)
    vehicle = reports.add_nominal(
        report=report,
        kind=LinkKind.VEHICLE,
        fields={"registration": "ZZ99 ZZZ"},
        by=cast.police,
        key=new_key(),
    ).vehicle
    assert isinstance(vehicle, VehicleOfConcern)
    assert finds(officer, report) == YES
    with django_capture_on_commit_callbacks(execute=True):
        person = known_in(cast, report)
    for row in (person, vehicle, report, report.submission):
        assert (finds(officer, row), finds(cast.police, row)) == (NO, YES), row
    assert finds(officer, other) == YES
    assert (
        signed_in_as(officer).get(reverse("intelligence:report", args=[report.reference])).status_code == 404
    )


def test_another_report_of_the_same_submission_is_shut_too(cast: Cast, officer: User) -> None:
    report = make_report(cast)
    other = IntelligenceReport.objects.create(
        reference="IR-2026-00001",
        submission=report.submission,
        handling="C",
        issued_by=cast.police,
        instructions="For planning only",
    )
    known_in(cast, report)
    find_conflicts()
    assert (finds(officer, other), finds(cast.police, other)) == (NO, YES)


def test_a_case_that_the_report_is_linked_to_is_shut_though_nobody_made_a_person_of_it(cast: Cast) -> None:
    User.objects.filter(pk=cast.practitioner.pk).update(full_name="Rhys Kestrel")
    sent, case = told_of(cast), make_case(cast)
    access.share(
        case=case,
        to=cast.agency("police"),
        reason="Works with the child",
        lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )
    graded = grade(cast, working.receive(submission=sent, by=cast.police))
    report = IntelligenceReport.objects.get(submission=graded)
    reports.link_case(report=report, reference=case.reference, by=cast.police)
    find_conflicts()
    assert not gate.can(User.objects.get(pk=cast.practitioner.pk), Permission.CASE_VIEW, case)


def test_whoever_was_dismissed_is_not_shut_out_of_the_next_child(cast: Cast, officer: User) -> None:
    person = known_in(cast, make_report(cast))
    find_conflicts()
    for each in StaffConflict.objects.all():
        judge(each, outcome=ConflictOutcome.DISMISSED, note="Another Rhys", by=cast.privacy)
    case = make_case(cast)
    access.share(
        case=case,
        to=cast.agency("police"),
        reason="Works with the child",
        lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )
    reports.link_nominal(
        report=make_report(cast, case=case), kind=LinkKind.PERSON, nominal_id=person.pk, by=cast.police
    )
    assert find_conflicts() == 0


def test_nobody_grades_what_they_wrote_about_themselves(cast: Cast, officer: User) -> None:
    people = StepAnswers(rows={"subjects": [{**NAME, "role": "SUSPECT"}]})
    own = make_submission(cast, author=officer, people=people)
    assert finds(officer, own) == YES, "they wrote it"
    assert not gate.can(User.objects.get(pk=officer.pk), Permission.SUBMISSION_WORK, own)
    assert gate.can(cast.police, Permission.SUBMISSION_WORK, own)


def test_a_privacy_officer_who_may_be_named_decides_about_nobody_in_it(cast: Cast, officer: User) -> None:
    sent = told_of(cast)
    StaffConflict.objects.create(
        user=cast.privacy, submission=sent, reference=sent.reference, basis=ConflictBasis.NAMED
    )
    client = signed_in(cast, "privacy")
    theirs = StaffConflict.objects.get(user=officer)
    assert sent.reference not in client.get(reverse("intelligence:conflicts")).content.decode()
    assert client.get(reverse("intelligence:conflict", args=[theirs.pk])).status_code == 404
    who = standing(User.objects.get(pk=cast.privacy.pk))
    assert who is not None
    with acting.acting(who.actor):
        assert not StaffConflict.objects.filter(pk=theirs.pk).exists()


def test_nor_are_they_told_of_whom_the_same_report_leads_to(cast: Cast, officer: User) -> None:
    """The only privacy officer may be in the submission: of another whom its report names the administrator hears."""
    report = make_report(cast)
    StaffConflict.objects.create(
        user=cast.privacy, submission=report.submission, reference=report.submission.reference,
        basis=ConflictBasis.NAMED,
    )  # fmt: skip
    Notification.objects.all().delete()
    known_in(cast, report)
    find_conflicts()
    found = StaffConflict.objects.filter(user=officer)
    assert found.exists()
    lines = Notification.objects.filter(text__in=(conflicts.TOLD, NOBODY_DECIDES))
    assert {(line.user, line.text) for line in lines} == {(cast.administrator, NOBODY_DECIDES)}
    assert not staff_conflicts(User.objects.get(pk=cast.privacy.pk)).exists(), "also where the system asks"


def test_nor_does_the_audit_tell_them_what_another_decided_or_read_of_it(
    cast: Cast, officer: User, django_capture_on_commit_callbacks: Any
) -> None:
    another = add_person(
        email="ines.moor@example.org", full_name="Ines Moor", agency=cast.privacy.memberships.get().agency,
        role=Role.PRIVACY_OFFICER, job_title="Privacy officer", starts_on=timezone.localdate(),
    )  # fmt: skip
    sent = told_of(cast)
    with django_capture_on_commit_callbacks(execute=True):
        report = make_report(cast)
        person = known_in(cast, report)
    disruption.agree(
        target=person, tactic=disruption.Tactic("CAWN", "Serve a notice.", cast.agency("police")), by=cast.police,
        key=new_key(),
    )  # fmt: skip
    viewing.record_reports(shown=[report.pk], by=cast.police)
    for each in StaffConflict.objects.filter(user=officer):
        judge(each, outcome=ConflictOutcome.EXCLUDED, note="The words of the decision", by=cast.privacy)
    acts = (
        Action.CONFLICT_DECIDED, Action.DISRUPTION_AGREED, Action.REPORTS_LISTED, Action.NOMINAL_ADDED,
        Action.REPORT_ISSUED, Action.SUBMISSION_GRADED, Action.SUBMISSION_SUBMITTED,
    )  # fmt: skip
    assert set(acts) <= told_by_the_audit(another, cast)
    for target in ({"submission": sent}, {"submission": report.submission}, {"person": person}):
        reference = next(iter(target.values())).reference
        StaffConflict.objects.create(user=another, **target, reference=reference, basis=ConflictBasis.NAMED)
    assert not set(acts) & told_by_the_audit(another, cast)
    page = signed_in_as(another).get(reverse("reporting:audit-person", args=[cast.privacy.pk]))
    assert page.status_code == 200
    assert "The words of the decision" not in page.content.decode()
    who = standing(User.objects.get(pk=another.pk))
    assert who is not None
    with acting.acting(who.actor):
        assert not Reason.objects.filter(event__action=Action.CONFLICT_DECIDED).exists()
        assert not Change.objects.filter(of_table__startswith="intelligence_").exists()
    StaffConflict.objects.filter(user=another).update(
        outcome=ConflictOutcome.DISMISSED, decided_by=cast.privacy, decided_at=timezone.now()
    )
    assert set(acts) <= told_by_the_audit(another, cast)


def test_nor_does_the_audit_tell_them_what_a_cmog_said_and_agreed_about_them(cast: Cast) -> None:
    """Who read its item, the lists of its actions, and what the chair said of them."""
    another = add_person(
        email="ines.moor@example.org", full_name="Ines Moor", agency=cast.privacy.memberships.get().agency,
        role=Role.PRIVACY_OFFICER, job_title="Privacy officer", starts_on=timezone.localdate(),
    )  # fmt: skip
    person, _ = named_by_a_report(cast, make_case(cast))
    meeting = start_cmog(cast)
    item = item_of(meeting, person=person)
    done, again, not_needed, removed = (agree(cast, item, owner=cast.police) for _ in range(4))
    cmog_items.remove_action(action=removed, item=item, by=cast.manager)
    end_cmog(cast, meeting)
    for action in (done, again):
        actions.complete(action=action, outcome="It is off the road.", effect="Calm.", by=cast.police)
    verification.confirm(action=done, by=cast.manager)
    verification.send_back(action=again, reason="Say when.", by=cast.manager)
    verification.cancel(action=not_needed, reason="It was sold.", by=cast.manager)
    client = signed_in(cast, "manager")
    for address in (f"/cmog/{meeting.pk}/", f"/cmog/items/{item.pk}/", "/actions/?whose=all"):
        assert client.get(address).status_code == 200
    cmog_reading.record_minutes(meeting=meeting, shown=[item], copy="1", sha256="", by=cast.manager)
    acts = {
        Action.ACTION_VERIFIED, Action.ACTION_SENT_BACK, Action.ACTION_COMPLETED, Action.ACTION_CHANGED,
        Action.CMOG_VIEWED, Action.ACTIONS_LISTED, Action.CMOG_MINUTES_DOWNLOADED,
    }  # fmt: skip
    assert acts <= told_by_the_audit(another, cast)
    StaffConflict.objects.create(
        user=another, person=person, reference=person.reference, basis=ConflictBasis.NAMED
    )
    assert not acts & told_by_the_audit(another, cast)


def told_by_the_audit(reader: User, cast: Cast) -> set[str]:
    """What the privacy officer's pages say was done by these people; PostgreSQL itself says no more, and no less."""
    who = standing(User.objects.get(pk=reader.pk))
    assert who is not None
    people = (cast.privacy, cast.police, cast.practitioner, cast.manager)
    told = {event.pk: event.action for each in people for event in events_of_person(reader, each)}
    with acting.acting(who.actor):
        assert set(AuditEvent.objects.filter(actor__in=people).values_list("pk", flat=True)) == set(told)
    return set(told.values())


def test_who_comes_to_work_here_is_found_at_night(cast: Cast) -> None:
    sent, person = told_of(cast), known_in(cast, make_report(cast))
    officer = add_person(
        email="rhys.kestrel@example.org", full_name="Rhys Kestrel", agency=cast.agency("police"),
        role=Role.POLICE_INTELLIGENCE, job_title="Officer", starts_on=timezone.localdate(),
    )  # fmt: skip
    assert finds(officer, sent) == YES
    assert find_conflicts() == 2
    assert (finds(officer, sent), finds(officer, person)) == (NO, NO)
    assert find_conflicts() == 0


def test_who_accepts_an_invitation_is_shut_out_from_that_moment(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    sent = told_of(cast)
    with django_capture_on_commit_callbacks(execute=True):
        invitation = people.invite(
            email="rhys.kestrel@example.org", full_name="Rhys Kestrel", role=Role.PRACTITIONER, job_title="",
            starts_on=timezone.localdate(), ends_on=None, by=cast.lead,
        )  # fmt: skip
        officer = people.accept(
            token=people.link_of(invitation).rsplit("/", 2)[-2], password="four plain words here"
        )
    assert [(each.user, each.submission) for each in StaffConflict.objects.all()] == [(officer, sent)]


def test_whom_somebody_declares_is_looked_for_at_once(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    sent = make_submission(cast)
    with django_capture_on_commit_callbacks(execute=True):
        declared.declare(
            relation=Relation.HOUSEHOLD, given_name="Rowan", family_name="Kestrel", date_of_birth=None, address="",
            postcode="", by=cast.police,
        )  # fmt: skip
    assert finds(cast.police, sent) == NO


@pytest.mark.parametrize(
    "person",
    [
        NAME | {"date_of_birth": dt.date(1988, 3, 9)},
        {"family_name": "Rhys Kestrel"},
        {"given_name": "Rhys Owain Kestrel"},
    ],
)
def test_neither_a_day_of_birth_of_ones_own_nor_a_name_in_one_field_clears_anybody(
    cast: Cast, officer: User, person: dict[str, Any]
) -> None:
    declared.declare(
        relation=Relation.MYSELF, given_name="Rhys", family_name="Kestrel", date_of_birth=dt.date(1970, 1, 1),
        address="", postcode="", by=officer,
    )  # fmt: skip
    report = make_report(cast)
    known = PersonOfConcern.objects.create(
        reference="POC-1", standing="ALLEGED", added_by=cast.police, **person
    )
    Link.objects.create(report=report, person=known, linked_by=cast.police)
    assert find_conflicts() == 1
    assert finds(officer, known) == NO


def test_the_privacy_officer_decides_by_the_reference_alone(cast: Cast, officer: User) -> None:
    sent = told_of(cast)
    conflict = StaffConflict.objects.get()
    assert (conflict.user, conflict.basis, conflict.reference) == (
        officer,
        ConflictBasis.NAMED,
        sent.reference,
    )
    assert {each.user for each in Notification.objects.filter(text=conflicts.TOLD)} == {cast.privacy}
    client = signed_in(cast, "privacy")
    page = client.get(reverse("intelligence:conflicts")).content.decode()
    for words in (sent.reference, "Rhys Kestrel", "Waits for your decision", "Do not speak to them"):
        assert words in page
    url = reverse("intelligence:conflict", args=[conflict.pk])
    assert "Say how you know" in client.post(url, {"outcome": "dismissed"}).content.decode()
    said = {"outcome": "dismissed", "note": "Another Rhys, born in 1950"}
    assert client.post(url, said).url == reverse("intelligence:conflicts")
    assert finds(officer, sent) == YES
    assert AuditEvent.objects.filter(action=Action.CONFLICT_DECIDED, actor=cast.privacy).count() == 1
    assert said["note"] in words_on_record()
    assert find_conflicts() == 0
    # They change their mind, and it counts at once.
    assert client.post(url, {"outcome": "excluded", "note": "It is the same man"}).status_code == 302
    assert finds(officer, sent) == NO


def test_nobody_else_decides_and_nobody_decides_about_themselves(cast: Cast, officer: User) -> None:
    told_of(cast)
    conflict = StaffConflict.objects.get()
    url = reverse("intelligence:conflict", args=[conflict.pk])
    for name in ("police", "manager", "administrator", "lead"):
        assert signed_in(cast, name).get(url).status_code in (403, 404), name
    StaffConflict.objects.filter(pk=conflict.pk).update(user=cast.privacy)
    client = signed_in(cast, "privacy")
    assert client.get(url).status_code == 404
    assert "Nobody who works here" in client.get(reverse("intelligence:conflicts")).content.decode()
    who = standing(User.objects.get(pk=cast.privacy.pk))
    assert who is not None
    with acting.acting(who.actor):
        assert StaffConflict.objects.filter(pk=conflict.pk).update(outcome=ConflictOutcome.DISMISSED) == 0


def test_a_declared_relative_shuts_out_too(cast: Cast, officer: User) -> None:
    declared.declare(
        relation=Relation.FAMILY, given_name="Rowan", family_name="Kestrel", date_of_birth=dt.date(1991, 5, 4),
        address="", postcode="", by=officer,
    )  # fmt: skip
    sent = make_submission(cast)
    assert (finds(officer, sent), finds(cast.police, sent)) == (NO, YES)


def test_a_dismissal_blinds_nobody_to_whom_they_declare_later(cast: Cast, officer: User) -> None:
    sent = told_of(cast)
    judge(
        StaffConflict.objects.get(), outcome=ConflictOutcome.DISMISSED, note="Another Rhys", by=cast.privacy
    )
    assert finds(officer, sent) == YES
    assert find_conflicts() == 0
    said = {"date_of_birth": None, "address": "", "postcode": ""}
    declared.declare(relation=Relation.FAMILY, **NAME, **said, by=officer)
    assert find_conflicts() == 1
    assert finds(officer, sent) == NO
