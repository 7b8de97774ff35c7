"""Whoever is too close to a child reads no concern about them: not as triage, not as the author's colleague."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.choices import ConcernOutcome, ConcernStep, ConflictBasis, ConflictOutcome, MentionKind, Relation
from cases.models import (
    Case,
    Concern,
    ConcernConflict,
    ConcernMention,
    ConflictFinding,
    Declaration,
    Exclusion,
)
from cases.selectors.concerns import StepAnswers
from cases.services import access, conflicts
from cases.services import concerns as concern_services
from cases.services.judging import judge
from cases.services.shutting_out import NOBODY_DECIDES, TOLD
from cases.tasks import find_conflicts
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from intelligence.services.conflicts import find_for as found_for
from reporting.selectors.oversight import events_of_person
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import answers, decide, make_concern, opening
from tests.factories.requests import in_one_request

pytestmark = pytest.mark.django_db
CHILD = {"given_name": "Robin", "family_name": "Hale", "date_of_birth": dt.date(2012, 5, 6)}
YES, NO = (True, True), (False, False)


@pytest.fixture
def coordinator(cast: Cast) -> User:
    """A second person in triage, beside the manager."""
    return add_person(
        email="rhys.kestrel@example.org", full_name="Rhys Kestrel", agency=cast.agency("cse-team"),
        role=Role.COORDINATOR, job_title="Coordinator", starts_on=timezone.localdate(),
    )  # fmt: skip


def declare(by: User, **known: Any) -> Declaration:
    said: dict[str, Any] = {
        "relation": Relation.FAMILY, "given_name": "Robin", "family_name": "Hale", "date_of_birth": None,
        "address": "", "postcode": "",
    }  # fmt: skip
    return conflicts.declare(**said | known, by=by)


@in_one_request
def concern_naming(by: User, **mention: str) -> Concern:
    said = answers(**CHILD)
    mentions = [{"kind": MentionKind.PERSON.value, "name": "", "details": ""} | mention]
    said[ConcernStep.MENTIONS] = StepAnswers(mentions=mentions)
    return concern_services.log(answers=said, by=by, key=new_key())


def reads(person: User, concern: Concern) -> tuple[bool, bool]:
    """Whether the lists have it for this person, and whether PostgreSQL shows it to them."""
    fresh = User.objects.get(pk=person.pk)
    who = standing(fresh)
    assert who is not None
    listed = Concern.objects.visible_to(fresh).filter(pk=concern.pk).exists()
    assert gate.can(fresh, Permission.CONCERN_VIEW, concern) == listed
    with acting.acting(who.actor):
        return listed, Concern.objects.filter(pk=concern.pk).exists()


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_parent_in_triage_never_reads_a_new_concern_about_their_child(
    cast: Cast, coordinator: User
) -> None:
    declare(coordinator)
    declare(
        coordinator, relation=Relation.MYSELF, given_name="Rhys", family_name="Kestrel", postcode="ZE3 9JZ"
    )
    concern = make_concern(cast.health, **CHILD, immediate_danger=True)
    assert (reads(coordinator, concern), reads(cast.manager, concern), reads(cast.health, concern)) == (
        NO, YES, YES,
    )  # fmt: skip
    client = browser(coordinator)
    assert client.get(reverse("cases:triage-concern", args=[concern.reference])).status_code == 404
    assert concern.reference not in client.get(reverse("cases:triage")).content.decode()
    assert not gate.can(User.objects.get(pk=coordinator.pk), Permission.CONCERN_DECIDE, concern)


def test_nobody_rings_them_about_it(cast: Cast, coordinator: User) -> None:
    declare(coordinator)
    make_concern(cast.health, **CHILD, immediate_danger=True, immediate_danger_action="Rang 999")
    assert not Notification.objects.filter(user=coordinator).exists()
    assert Notification.objects.filter(user=cast.manager, text__contains="waits for a decision").exists()


def test_a_relative_in_the_authors_agency_is_shut_out_and_the_author_is_not(cast: Cast) -> None:
    colleague = add_person(
        email="a.colleague@example.org", full_name="Mina Oak", agency=cast.agency("health"),
        role=Role.PRACTITIONER, job_title="Nurse", starts_on=timezone.localdate(),
    )  # fmt: skip
    concern = make_concern(cast.health, **CHILD)
    agency_reads = reads(colleague, concern)
    for person in (colleague, cast.health):
        declare(person)
    assert agency_reads == YES
    assert (reads(colleague, concern), reads(cast.health, concern)) == (NO, YES)


@pytest.mark.parametrize(
    ("known", "said", "basis"),
    [
        (
            {"relation": Relation.MYSELF, "given_name": "", "postcode": "B70 9LD"},
            {"given_name": "Sky", "family_name": "Hale", "postcode": "B70 9LD"},
            ConflictBasis.NAME_AND_POSTCODE,
        ),
        (
            {"relation": Relation.MYSELF, "family_name": "Kestrel", "address": "14 Elm Row", "postcode": "B70 9LD"},
            {"given_name": "Sky", "family_name": "Oakley", "address": "14, Elm Row", "postcode": "B70 9LD"},
            ConflictBasis.ADDRESS,
        ),
        (
            {"given_name": "Robin", "date_of_birth": dt.date(2012, 6, 5)},
            CHILD,
            ConflictBasis.NAME_AND_BIRTH,
        ),
        ({}, {"given_name": "", "family_name": "", "known_as": "Robin Hale"}, ConflictBasis.FULL_NAME),
    ],
)  # fmt: skip
def test_whoever_declared_somebody_like_the_child_is_found_whichever_came_first(
    cast: Cast, coordinator: User, known: dict[str, Any], said: dict[str, Any], basis: ConflictBasis
) -> None:
    before = make_concern(cast.health, **{"date_of_birth": None} | said)
    assert reads(coordinator, before) == YES
    declare(coordinator, **known)
    after = make_concern(cast.health, **{"date_of_birth": None} | said)
    assert (reads(coordinator, before), reads(coordinator, after)) == (NO, NO)
    assert set(ConcernConflict.objects.values_list("user", "basis")) == {(coordinator.pk, basis.value)}


@pytest.mark.parametrize(
    "mention",
    [
        {"name": "Rhys Kestrel"},
        {"name": "Rhys Kestrell (his uncle)"},
        {"kind": "place", "name": "The house", "details": "14 Elm Row, B709LD, at night"},
    ],
)
def test_whoever_works_here_and_is_named_in_it_never_reads_it(
    cast: Cast, coordinator: User, mention: dict[str, str]
) -> None:
    declare(
        coordinator, relation=Relation.MYSELF, given_name="Rhys", family_name="Kestrel", address="14 Elm Row",
        postcode="B70 9LD",
    )  # fmt: skip
    concern = concern_naming(cast.health, **mention)
    assert (reads(coordinator, concern), reads(cast.manager, concern)) == (NO, YES)


def test_whoever_is_excluded_from_a_child_reads_no_new_concern_about_them(
    cast: Cast, coordinator: User
) -> None:
    case = make_case(cast, child=make_child(**CHILD, nhs_number="9434765919"))
    before = make_concern(cast.health, given_name="Someone", family_name="Else", date_of_birth=None,
                          nhs_number="9434765919")  # fmt: skip
    access.exclude(case=case, user=coordinator, reason="An aunt", by=cast.privacy)
    access.exclude(case=case, agency=cast.agency("education"), reason="A governor", by=cast.privacy)
    after, other = make_concern(cast.health, **CHILD), make_concern(cast.health, family_name="Oakley",
                                                                    given_name="Ash")  # fmt: skip
    assert (reads(coordinator, before), reads(coordinator, after), reads(coordinator, other)) == (NO, NO, YES)
    by_school = make_concern(cast.outsider, **CHILD)
    colleague = add_person(
        email="a.teacher@example.org", full_name="Mina Oak", agency=cast.agency("education"),
        role=Role.PRACTITIONER, job_title="Teacher", starts_on=timezone.localdate(),
    )  # fmt: skip
    assert (reads(colleague, by_school), reads(cast.outsider, by_school)) == (NO, YES)


def test_what_was_missed_is_found_at_night(cast: Cast, coordinator: User) -> None:
    concern = concern_naming(cast.outsider, name="Ivo Marsh")
    case = make_case(cast, child=make_child(**CHILD))
    Exclusion.objects.create(case=case, user=coordinator, reason="An aunt", decided_by=cast.privacy)
    for person, given_name, family_name in ((cast.police, "Robin", "Hale"), (cast.health, "Ivo", "Marsh")):
        Declaration.objects.create(
            user=person, relation=Relation.FAMILY, given_name=given_name, family_name=family_name
        )
    assert find_conflicts() > 0
    found = set(ConcernConflict.objects.filter(concern=concern).values_list("user", "basis"))
    assert found == {
        (cast.health.pk, ConflictBasis.MENTIONED), (coordinator.pk, ConflictBasis.LIKE_CASE),
        (cast.police.pk, ConflictBasis.FULL_NAME), (cast.police.pk, ConflictBasis.LIKE_CASE),
    }  # fmt: skip
    assert find_conflicts() == 0


def test_nobody_in_triage_decides_on_what_they_wrote_while_a_colleague_can(
    cast: Cast, coordinator: User
) -> None:
    """About whomever: a no about their own people alone would tell them."""
    declare(coordinator)
    answers = []
    client = Client()
    client.force_login(coordinator)
    for said in (CHILD, {"given_name": "Somebody", "family_name": "Else"}):
        concern = make_concern(coordinator, **said)
        assert reads(coordinator, concern) == YES, "they wrote it"
        assert not gate.can(User.objects.get(pk=coordinator.pk), Permission.CONCERN_DECIDE, concern)
        assert gate.can(cast.manager, Permission.CONCERN_DECIDE, concern)
        page = client.get(reverse("cases:triage-concern", args=[concern.reference]), follow=True)
        assert page.redirect_chain == [(reverse("cases:concern", args=[concern.reference]), 302)]
        answers.append([page.status_code, "A colleague in triage decides on it" in page.content.decode()])
    assert answers == [[200, True]] * 2


def test_who_is_alone_in_triage_decides_on_what_they_wrote_but_not_about_their_own(cast: Cast) -> None:
    declare(cast.manager)
    own, other = (make_concern(cast.manager, **said) for said in (CHILD, {"given_name": "Somebody"}))
    assert not gate.can(cast.manager, Permission.CONCERN_DECIDE, own)
    assert gate.can(cast.manager, Permission.CONCERN_DECIDE, other)


def test_a_draft_shuts_nobody_out(cast: Cast) -> None:
    declare(cast.manager)
    concern_services.start(by=cast.health, key=new_key())
    assert not ConcernConflict.objects.exists()


def test_the_privacy_officer_decides_by_its_reference_alone(cast: Cast, coordinator: User) -> None:
    declare(coordinator)
    concern = make_concern(cast.health, **CHILD)
    conflict = ConcernConflict.objects.get()
    assert Notification.objects.filter(user=cast.privacy, text=TOLD).exists()
    assert not Notification.objects.filter(user=coordinator).exists()
    officer = signed_in(cast, "privacy")
    page = officer.get(reverse("cases:exclusions")).content.decode()
    assert concern.reference in page
    assert "Rhys Kestrel" in page
    url = reverse("cases:concern-conflict", args=[conflict.pk])
    shown = officer.get(url).content.decode()
    assert concern.reference in shown
    for words in (page, shown):
        assert "Robin" not in words
        assert "Hale" not in words
    said = {"outcome": ConflictOutcome.EXCLUDED.value, "note": "He is the father."}
    assert officer.post(url, said).status_code == 302
    assert reads(coordinator, concern) == NO
    officer.post(url, {"outcome": ConflictOutcome.DISMISSED.value, "note": "Another family."})
    assert reads(coordinator, concern) == YES
    assert find_conflicts() == 0
    assert reads(coordinator, concern) == YES
    events = AuditEvent.objects.filter(action__in=(Action.CONFLICT_FOUND, Action.CONFLICT_DECIDED))
    assert events.filter(action=Action.CONFLICT_DECIDED).count() == 2


def test_a_privacy_officer_who_may_be_too_close_reads_nothing_of_it_in_the_audit(
    cast: Cast, coordinator: User
) -> None:
    another = add_person(
        email="ines.moor@example.org", full_name="Ines Moor", agency=cast.privacy.memberships.get().agency,
        role=Role.PRIVACY_OFFICER, job_title="Privacy officer", starts_on=timezone.localdate(),
    )  # fmt: skip
    concern = make_concern(cast.health, **CHILD)
    declare(coordinator)
    concern_services.add_addendum(concern=concern, text="Seen again.", by=cast.health, key=new_key())
    theirs = ConcernConflict.objects.get(user=coordinator)
    judge(theirs, outcome=ConflictOutcome.EXCLUDED, note="He is the father.", by=cast.privacy)
    address = reverse("reporting:audit-person", args=[cast.privacy.pk])
    client = Client()
    client.force_login(another)
    assert "He is the father." in client.get(address).content.decode()
    assert events_of_person(another, cast.health).filter(action=Action.CONCERN_ADDENDUM_ADDED).exists()
    ConcernConflict.objects.create(
        concern=concern, user=another, reference=concern.reference, basis=ConflictBasis.MENTIONED
    )
    assert "He is the father." not in client.get(address).content.decode()
    assert not events_of_person(another, cast.health).filter(action=Action.CONCERN_ADDENDUM_ADDED).exists()
    assert not events_of_person(another, cast.health).filter(object_id=concern.pk).exists()
    who = standing(User.objects.get(pk=another.pk))
    assert who is not None
    with acting.acting(who.actor):
        assert not AuditEvent.objects.filter(actor=cast.health, object_id=concern.pk).exists()
        assert not Change.objects.filter(of_table="cases_concern").exists()
        assert not AuditEvent.objects.filter(action=Action.CONFLICT_DECIDED).exists()


def test_a_privacy_officer_who_may_be_too_close_decides_about_nobody_in_it(
    cast: Cast, coordinator: User
) -> None:
    concern = make_concern(cast.health, **CHILD)
    declare(coordinator)
    ConcernConflict.objects.create(
        concern=concern, user=cast.privacy, reference=concern.reference, basis=ConflictBasis.MENTIONED
    )
    theirs = ConcernConflict.objects.get(user=coordinator)
    client = signed_in(cast, "privacy")
    assert concern.reference not in client.get(reverse("cases:exclusions")).content.decode()
    assert client.get(reverse("cases:concern-conflict", args=[theirs.pk])).status_code == 404
    who = standing(User.objects.get(pk=cast.privacy.pk))
    assert who is not None
    with acting.acting(who.actor):
        assert not ConcernConflict.objects.filter(pk=theirs.pk).exists()
        assert ConcernConflict.objects.update(outcome=ConflictOutcome.DISMISSED, decided_by=cast.privacy) == 0


def test_where_the_only_privacy_officer_is_too_close_to_it_the_administrator_hears_that_nobody_decides(
    cast: Cast, coordinator: User
) -> None:
    """Until another is appointed, who finds all of it: neither conflict is decided by whoever it is about."""
    for person in (cast.privacy, coordinator):
        declare(person)
    concern = make_concern(cast.health, **CHILD)
    waiting = set(ConcernConflict.objects.filter(concern=concern))
    assert {each.user for each in waiting} == {cast.privacy, coordinator}
    assert not Notification.objects.filter(text=TOLD).exists()
    lines = Notification.objects.filter(text=NOBODY_DECIDES)
    assert {(line.user, line.case_id, line.about_id) for line in lines} == {(cast.administrator, None, None)}
    another = add_person(
        email="ines.moor@example.org", full_name="Ines Moor", agency=cast.privacy.memberships.get().agency,
        role=Role.PRIVACY_OFFICER, job_title="Privacy officer", starts_on=timezone.localdate(),
    )  # fmt: skip
    pages = (reverse("cases:concern-conflict", args=[each.pk]) for each in waiting)
    client = browser(another)
    assert [client.get(page).status_code for page in pages] == [200, 200]


def test_nobody_dismisses_what_shuts_them_out(cast: Cast, coordinator: User) -> None:
    declare(coordinator)
    make_concern(cast.health, **CHILD)
    who = standing(User.objects.get(pk=coordinator.pk))
    assert who is not None
    with acting.acting(who.actor):
        assert (
            ConcernConflict.objects.filter(user=coordinator).update(
                outcome=ConflictOutcome.DISMISSED, decided_by=cast.privacy
            )
            == 0
        )


def test_who_is_named_in_a_concern_is_shut_out_of_the_case_that_is_opened_from_it(
    cast: Cast, coordinator: User
) -> None:
    concern = concern_naming(cast.health, name="Rhys Kestrel")
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    concern.refresh_from_db()
    assert concern.case is not None
    assert not gate.can(User.objects.get(pk=coordinator.pk), Permission.CASE_VIEW, concern.case)
    assert gate.can(cast.manager, Permission.CASE_VIEW, concern.case)
    assert reads(coordinator, concern) == NO


# ------------------------------------------------------------------------------------------ who is only mentioned


@pytest.mark.parametrize(
    ("part", "answer"),
    [("professional", YES), ("witness", YES), ("family", NO), ("suspected", NO), ("", NO)],
)
def test_a_colleague_who_is_named_for_their_work_or_saw_it_is_shut_out_of_nothing(
    cast: Cast, coordinator: User, part: str, answer: tuple[bool, bool]
) -> None:
    concern = concern_naming(cast.health, name="Rhys Kestrel", part=part)
    assert reads(coordinator, concern) == answer
    find_conflicts()
    assert reads(coordinator, concern) == answer


def test_only_a_person_plays_a_part(cast: Cast) -> None:
    concern = make_concern(cast.health)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConcernMention.objects.create(concern=concern, kind=MentionKind.PLACE, part="witness", name="Arcade")


def shut_out_of_the_case(case: Case, person: User) -> bool:
    return not gate.can(User.objects.get(pk=person.pk), Permission.CASE_VIEW, case)


@pytest.mark.parametrize(("part", "spared"), [("", True), ("family", True), ("suspected", False)])
@pytest.mark.parametrize("outcome", ConflictOutcome)
def test_naming_her_social_worker_shuts_the_lead_out_of_no_case_until_the_officer_says_so(
    cast: Cast, outcome: ConflictOutcome, part: str, spared: bool
) -> None:
    """Unless the concern says that she may be harming the child."""
    case = make_case(cast)
    concern = concern_naming(cast.health, name="Priya Raman", part=part)
    decide(concern, cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=case)
    assert shut_out_of_the_case(case, cast.practitioner) is not spared
    finding = ConflictFinding.objects.get(case=case, user=cast.practitioner)
    page = signed_in(cast, "privacy").get(reverse("cases:conflict-decide", args=[finding.pk]))
    assert ("Not shut out" in page.content.decode()) is spared
    conflicts.decide(finding=finding, outcome=outcome, note="Asked", by=cast.privacy)
    assert shut_out_of_the_case(case, cast.practitioner) is (outcome == ConflictOutcome.EXCLUDED)


def test_a_lead_who_was_spared_is_shut_out_once_a_concern_says_that_she_may_be_harming_the_child(
    cast: Cast,
) -> None:
    case = make_case(cast)
    for part, shut in (("", False), ("suspected", True)):
        concern = concern_naming(cast.health, name="Priya Raman", part=part)
        decide(concern, cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=case)
        assert shut_out_of_the_case(case, cast.practitioner) is shut
    assert ConflictFinding.objects.filter(case=case, user=cast.practitioner).count() == 1


@pytest.mark.parametrize(("part", "shut"), [("", False), ("suspected", True)])
def test_who_leads_the_childs_other_case_is_spared_in_that_only_where_nobody_suspects_them(
    cast: Cast, part: str, shut: bool
) -> None:
    """Priya leads the one; the concern goes to another, which the school leads."""
    child = {"given_name": "Robin", "family_name": "Hale", "date_of_birth": CHILD["date_of_birth"]}
    hers = make_case(cast, child=make_child(**child))
    other = make_case(cast, child=make_child(**child))
    Case.objects.filter(pk=other.pk).update(
        lead_agency=cast.agency("education"), lead_professional=cast.outsider
    )
    concern = concern_naming(cast.health, name="Priya Raman", part=part)
    decide(concern, cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=Case.objects.get(pk=other.pk))
    assert ConflictFinding.objects.filter(case=hers, user=cast.practitioner).exists()
    assert shut_out_of_the_case(hers, cast.practitioner) is shut


def test_a_lead_of_whom_more_is_found_than_their_name_is_shut_out(cast: Cast) -> None:
    case = make_case(cast)
    declare(cast.practitioner)
    concern = concern_naming(cast.health, name="Priya Raman")
    decide(concern, cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=case)
    assert shut_out_of_the_case(case, cast.practitioner)


# ------------------------------------------------------------------------------------------ who is found only later


def opened_from(cast: Cast, concern: Concern) -> Case:
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    return Case.objects.get(concerns=concern)


def test_who_declares_a_suspects_brother_later_is_shut_out_of_the_case_too(
    cast: Cast, coordinator: User
) -> None:
    case = opened_from(cast, concern_naming(cast.health, name="Ivo Marsh", part="suspected"))
    assert not shut_out_of_the_case(case, coordinator)
    declare(coordinator, given_name="Ivo", family_name="Marsh")
    assert shut_out_of_the_case(case, coordinator)
    assert not shut_out_of_the_case(case, cast.manager)
    finding = ConflictFinding.objects.get(case=case, user=coordinator)
    assert finding.basis == ConflictBasis.MENTIONED
    assert not Notification.objects.filter(user=coordinator).exists()
    told = Notification.objects.filter(user=cast.privacy, case_id=case.pk)
    assert told.get().text == "A possible conflict of interest waits for your decision."
    assert find_conflicts() == 0


def test_whose_home_it_names_and_says_so_later_is_shut_out_of_the_case_too(
    cast: Cast, coordinator: User
) -> None:
    concern = concern_naming(cast.health, kind="place", name="The house", details="14 Elm Row, B70 9LD")
    case = opened_from(cast, concern)
    declare(
        coordinator, relation=Relation.MYSELF, given_name="Rhys", family_name="Kestrel", address="14 Elm Row",
        postcode="B70 9LD",
    )  # fmt: skip
    assert shut_out_of_the_case(case, coordinator)


@pytest.mark.parametrize("outcome", ConflictOutcome)
def test_who_starts_work_later_and_has_a_suspects_name_is_shut_out_of_the_case_too(
    cast: Cast, outcome: ConflictOutcome
) -> None:
    case = opened_from(cast, concern_naming(cast.health, name="Ivo Marsh", part="suspected"))
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis="6_1_E", by=cast.manager
    )
    starter = add_person(
        email="ivo.marsh@example.org", full_name="Ivo Marsh", agency=cast.agency("police"),
        role=Role.POLICE_INTELLIGENCE, job_title="Officer", starts_on=timezone.localdate(),
    )  # fmt: skip
    found_for(starter.pk)
    assert shut_out_of_the_case(case, starter)
    assert not shut_out_of_the_case(case, cast.police)
    finding = ConflictFinding.objects.get(case=case, user=starter)
    conflicts.decide(finding=finding, outcome=outcome, note="Asked", by=cast.privacy)
    find_conflicts()
    assert shut_out_of_the_case(case, starter) is (outcome == ConflictOutcome.EXCLUDED)


def test_an_agency_that_is_shut_out_of_another_case_later_is_shut_out_of_a_concerns_case_too(
    cast: Cast,
) -> None:
    """The concern describes Robin; its case was opened under the name they write now, and no number."""
    concern = make_concern(cast.health, **CHILD)
    case = opened_from(cast, concern)
    access.share(
        case=case, to=cast.agency("education"), reason="School", lawful_basis="6_1_E", by=cast.manager
    )
    case.child.given_name, case.child.family_name = "Ash", "Oakley"
    case.child.date_of_birth = dt.date(2010, 1, 2)
    case.child.save()
    first = make_case(cast, child=make_child(**CHILD))
    school = cast.agency("education")
    exclusion = access.exclude(case=first, agency=school, reason="A governor", by=cast.privacy)
    assert ConcernConflict.objects.get(concern=concern).agency == school
    assert shut_out_of_the_case(case, cast.outsider)
    assert find_conflicts() == 0
    lift(cast, exclusion)
    assert not Exclusion.objects.filter(case=case).exists()


def test_what_stands_on_a_concern_and_was_never_found_of_its_case_is_found_at_night(
    cast: Cast, coordinator: User
) -> None:
    concern = concern_naming(cast.health, name="Ivo Marsh", part="suspected")
    case = opened_from(cast, concern)
    ConcernConflict.objects.create(
        concern=concern, user=coordinator, reference=concern.reference, basis=ConflictBasis.MENTIONED
    )
    assert not shut_out_of_the_case(case, coordinator)
    assert find_conflicts() == 1
    assert shut_out_of_the_case(case, coordinator)
    finding = ConflictFinding.objects.get(case=case, user=coordinator)
    conflicts.decide(finding=finding, outcome=ConflictOutcome.DISMISSED, note="No", by=cast.privacy)
    assert find_conflicts() == 0
    assert not shut_out_of_the_case(case, coordinator), "what was decided stays decided"


def told_that_nobody_reads(person: User) -> list[str]:
    rows = Notification.objects.filter(user=person, text__contains="nobody in triage may read")
    return list(rows.values_list("text", flat=True))


def test_where_nobody_in_triage_may_read_it_the_privacy_officers_are_told_at_once(
    cast: Cast, coordinator: User
) -> None:
    declare(coordinator)
    first = make_concern(cast.health, **CHILD, immediate_danger=True, immediate_danger_action="Rang 999")
    assert told_that_nobody_reads(cast.privacy) == []
    declare(cast.manager)
    said = f"Immediate danger: nobody in triage may read concern {first.reference}. Decide at once who may."
    assert told_that_nobody_reads(cast.privacy) == [said]
    second = make_concern(cast.health, **CHILD)
    assert len(told_that_nobody_reads(cast.privacy)) == 2
    assert any(second.reference in text for text in told_that_nobody_reads(cast.privacy))
    assert (
        not Notification.objects.filter(user__in=(coordinator, cast.manager))
        .exclude(text__contains="waits for a decision")
        .exists()
    )
    find_conflicts()
    assert len(told_that_nobody_reads(cast.privacy)) == 2


def test_a_privacy_officer_who_may_be_too_close_is_not_told_of_it(cast: Cast, coordinator: User) -> None:
    case = make_case(cast, child=make_child(**CHILD))
    access.exclude(case=case, user=cast.privacy, reason="His uncle", by=cast.privacy)
    for person in (coordinator, cast.manager):
        declare(person)
    make_concern(cast.health, **CHILD, immediate_danger=True, immediate_danger_action="Rang 999")
    assert told_that_nobody_reads(cast.privacy) == []


# ------------------------------------------------------------------------------------------ when it is over


def excluded(cast: Cast, case: Case, person: User) -> Exclusion:
    return access.exclude(case=case, user=person, reason="An aunt", by=cast.privacy)


def lift(cast: Cast, exclusion: Exclusion) -> None:
    access.lift_exclusion(exclusion=exclusion, reason="Another family", by=cast.privacy)


def test_whoever_is_shut_out_of_a_case_no_more_reads_again_what_was_only_like_it(
    cast: Cast, coordinator: User
) -> None:
    case = make_case(cast, child=make_child(**CHILD))
    exclusion = excluded(cast, case, coordinator)
    concern = make_concern(cast.health, **CHILD)
    assert reads(coordinator, concern) == NO
    lift(cast, exclusion)
    assert reads(coordinator, concern) == YES
    assert find_conflicts() == 0
    excluded(cast, case, coordinator)
    assert reads(coordinator, concern) == NO, "found again"


def test_what_was_only_like_it_waits_while_another_such_case_shuts_them_out_or_somebody_decided_it(
    cast: Cast, coordinator: User
) -> None:
    first, second = (
        make_case(cast, child=make_child(**CHILD, nhs_number=number)) for number in ("9434765919", "")
    )
    exclusions = [excluded(cast, each, coordinator) for each in (first, second)]
    # The second's is a decision of its own, as where it was taken before anybody knew that it is one child.
    exclusions[1].decided_at = timezone.now()
    exclusions[1].save()
    waits, decided = make_concern(cast.health, **CHILD), make_concern(cast.health, **CHILD)
    judge(
        ConcernConflict.objects.get(concern=decided, user=coordinator), outcome=ConflictOutcome.EXCLUDED,
        note="Her aunt", by=cast.privacy,
    )  # fmt: skip
    lift(cast, exclusions[0])
    assert (reads(coordinator, waits), reads(coordinator, decided)) == (NO, NO)
    lift(cast, exclusions[1])
    assert (reads(coordinator, waits), reads(coordinator, decided)) == (YES, NO)


def test_a_case_opened_from_what_was_only_like_it_is_theirs_again(cast: Cast, coordinator: User) -> None:
    """The concern is like its own case, and that shut them out for the concern: neither is ground for the other."""
    first = make_case(cast, child=make_child(**CHILD))
    exclusion = excluded(cast, first, coordinator)
    concern = make_concern(cast.health, **CHILD)
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    concern.refresh_from_db()
    assert concern.case is not None
    later = make_concern(cast.health, **CHILD)
    assert not gate.can(User.objects.get(pk=coordinator.pk), Permission.CASE_VIEW, concern.case)
    lift(cast, exclusion)
    assert gate.can(User.objects.get(pk=coordinator.pk), Permission.CASE_VIEW, concern.case)
    assert (reads(coordinator, concern), reads(coordinator, later)) == (YES, YES)
    assert find_conflicts() == 0
    assert not ConflictFinding.objects.filter(user=coordinator, outcome="").exists()


def test_a_dismissed_finding_lets_them_read_what_was_only_like_that_case(
    cast: Cast, coordinator: User
) -> None:
    case = make_case(cast, child=make_child(**CHILD))
    declare(coordinator, given_name="Robin", family_name="Hale")
    concern = make_concern(cast.health, **CHILD, known_as="Robin")
    ConcernConflict.objects.exclude(basis=ConflictBasis.LIKE_CASE).update(
        outcome=ConflictOutcome.DISMISSED, decided_by=cast.privacy, decided_at=timezone.now()
    )
    assert reads(coordinator, concern) == NO
    conflicts.decide(
        finding=ConflictFinding.objects.get(case=case), outcome=ConflictOutcome.DISMISSED, note="Another",
        by=cast.privacy,
    )  # fmt: skip
    assert reads(coordinator, concern) == YES


def test_a_dismissal_blinds_nobody_to_what_is_declared_later(cast: Cast, coordinator: User) -> None:
    declare(coordinator)
    concern = make_concern(cast.health, **CHILD)
    conflict = ConcernConflict.objects.get(basis=ConflictBasis.FULL_NAME)
    judge(conflict, outcome=ConflictOutcome.DISMISSED, note="Another Robin", by=cast.privacy)
    assert reads(coordinator, concern) == YES
    declare(coordinator, relation=Relation.CLOSE)
    assert reads(coordinator, concern) == NO
    judge(conflict, outcome=ConflictOutcome.DISMISSED, note="Not this one either", by=cast.privacy)
    assert find_conflicts() == 0
    assert reads(coordinator, concern) == YES
