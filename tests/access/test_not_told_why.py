"""PostgreSQL by itself, as the application's role: whoever is shut out of something is, and reads nowhere why.

Nor does anybody read it of a colleague, or who looked at a child whom they have lost sight of. The statements are those
that somebody would inject in their own name.
"""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cases.choices import ConflictBasis, ConflictOutcome, RiskCategory
from cases.models import Case, ConcernConflict, ConflictFinding
from cases.policies import may_decide_concern
from cases.selectors.access import who_looked
from cases.selectors.exclusions import those_shut_to
from cases.services import access
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import granted_parts
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from intelligence.models import IntelligenceSubmission, StaffConflict
from intelligence.querysets import shut_out_of
from mase.models import PlanAction
from mase.selectors.actions import ALL, WITHOUT_OWNER, action_list
from tests.access.test_row_security import acting_for, difference, move
from tests.cast import Cast
from tests.factories import actions
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.cmog import agree, end_cmog, item_of, start_cmog
from tests.factories.concerns import make_concern
from tests.factories.intelligence import make_submission
from tests.factories.subject_access import second_reader
from tests.integration.mase.test_cmog import named_by_a_report

pytestmark = pytest.mark.django_db
LOST = "SELECT gate.owner_is_lost(%s, %s, now() - interval '1 year')"
KEYS = "SELECT gate.cases_shut_to(%s, %s), gate.concerns_close_to(%s, %s), gate.intelligence_close_to(%s)"


def told(by: User, statement: str, *words: Any) -> list[tuple[Any, ...]]:
    """What PostgreSQL answers in this person's name."""
    with acting_for(by), connection.cursor() as cursor:
        cursor.execute(statement, words)
        return list(cursor.fetchall())


def where(person: User) -> Standing:
    who = standing(User.objects.get(pk=person.pk))
    assert who is not None
    return who


def another_officer(cast: Cast) -> User:
    return accounts.add_person(
        email="ines.moor@example.org", full_name="Ines Moor", role=Role.PRIVACY_OFFICER,
        agency=cast.privacy.memberships.get().agency,
    )  # fmt: skip


# ---------------------------------------------------------------------------------------- what was found of oneself


@pytest.mark.parametrize("whole_agency", [False, True])
def test_whoever_is_shut_out_of_a_case_does_not_read_why(cast: Cast, whole_agency: bool) -> None:
    """Maya's colleague holds the case by name, and so the portal's own rules find what was given to him: they, too,
    find him shut out.
    """
    case, other = make_case(cast), make_case(cast)
    access.share(
        case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.manager, may_change=True
    )
    whom = {"agency": cast.agency("health")} if whole_agency else {"user": cast.health}
    access.exclude(case=case, reason="He is her uncle", by=cast.privacy, **whom)
    for statement in ("SELECT * FROM cases_exclusion", "SELECT * FROM cases_conflictfinding"):
        assert told(cast.health, statement) == []
    assert len(told(cast.practitioner, "SELECT * FROM cases_exclusion")) == 1, (
        "who works on it reads who is shut out"
    )
    with acting_for(cast.health), context.request():
        assert granted_parts(case, where(cast.health), codenames=("view_case", "change_case")) == {}
        assert those_shut_to(cast.health, [case.pk, other.pk]) == {case.pk}
        assert shut_out_of(where(cast.health)).cases == {case.pk}
    assert difference(cast) == []


@pytest.mark.parametrize("whole_agency", [False, True])
def test_whoever_may_be_too_close_to_a_concern_does_not_read_that_nor_why(
    cast: Cast, whole_agency: bool
) -> None:
    concern = make_concern(cast.manager)
    with acting_for(cast.manager), context.request():
        assert may_decide_concern(where(cast.manager), concern)
    whom = {"agency": cast.agency("cse-team")} if whole_agency else {"user": cast.manager}
    ConcernConflict.objects.create(
        concern=concern, reference=concern.reference, basis=ConflictBasis.MENTIONED, note="The family says so.",
        **whom,
    )  # fmt: skip
    assert told(cast.manager, "SELECT * FROM cases_concernconflict") == []
    assert len(told(cast.privacy, "SELECT * FROM cases_concernconflict")) == 1
    with acting_for(cast.manager), context.request():
        assert not may_decide_concern(where(cast.manager), concern), "they wrote it, and read it on"
    assert difference(cast) == []


def test_whoever_may_be_in_intelligence_does_not_read_that_nor_why(cast: Cast) -> None:
    sent = make_submission(cast, author=cast.police)
    may_be_in(sent, cast.police)
    assert told(cast.police, "SELECT * FROM intelligence_staffconflict") == []
    assert len(told(cast.privacy, "SELECT * FROM intelligence_staffconflict")) == 1
    with acting_for(cast.police), context.request():
        assert shut_out_of(where(cast.police)).about_them == {sent.pk}
    assert difference(cast) == []


def may_be_in(sent: IntelligenceSubmission, person: User, **more: Any) -> StaffConflict:
    found: StaffConflict = StaffConflict.objects.create(
        user=person, submission=sent, reference=sent.reference, basis=ConflictBasis.NAMED, **more
    )
    return found


def test_a_privacy_officer_reads_of_themselves_not_even_what_another_dismissed(cast: Cast) -> None:
    """It says who said it of them. What was found of others she reads as before."""
    another, case, concern = another_officer(cast), make_case(cast), make_concern(cast.health)
    sent = make_submission(cast)
    dismissed = {
        "outcome": ConflictOutcome.DISMISSED, "note": "Another Kit, says the school.", "decided_by": another,
        "decided_at": timezone.now(),
    }  # fmt: skip
    for person, decided in ((cast.privacy, dismissed), (cast.practitioner, {})):
        ConflictFinding.objects.create(case=case, user=person, basis=ConflictBasis.FULL_NAME, **decided)
        ConcernConflict.objects.create(
            concern=concern,
            reference=concern.reference,
            user=person,
            basis=ConflictBasis.MENTIONED,
            **decided,
        )
        may_be_in(sent, person, **decided)
    for table in ("cases_conflictfinding", "cases_concernconflict", "intelligence_staffconflict"):
        read = f"SELECT user_id FROM {table}"
        assert told(cast.privacy, read) == [(cast.practitioner.pk,)], table
        assert set(told(another, read)) == {(cast.privacy.pk,), (cast.practitioner.pk,)}, table
    assert difference(cast) == []


def test_the_keys_of_what_shuts_somebody_out_are_told_to_themselves_and_to_who_reads_it_of_them(
    cast: Cast,
) -> None:
    case, concern, sent = make_case(cast), make_concern(cast.outsider), make_submission(cast)
    access.exclude(case=case, user=cast.health, reason="He is her uncle", by=cast.privacy)
    ConcernConflict.objects.create(
        concern=concern, reference=concern.reference, user=cast.health, basis=ConflictBasis.MENTIONED
    )
    may_be_in(sent, cast.health)
    health = cast.agency("health").pk
    words = (cast.health.pk, health, cast.health.pk, health, cast.health.pk)
    all_of_it, nothing = ({case.pk}, {concern.pk}, {sent.pk}), (set(), set(), set())
    for person, theirs in (
        (cast.health, all_of_it), (cast.privacy, all_of_it), (cast.practitioner, ({case.pk}, set(), set())),
        (cast.outsider, nothing), (cast.police, nothing),
    ):  # fmt: skip
        assert keys_told(person, *words) == theirs, person
    access.exclude(case=case, user=cast.privacy, reason="An aunt", by=another_officer(cast))
    assert keys_told(cast.privacy, *words)[0] == set()


def keys_told(by: User, *words: Any) -> tuple[set[uuid.UUID], ...]:
    (found,) = told(by, KEYS, *words)
    return tuple(map(set, found))


# ---------------------------------------------------------------------------------------- why an owner cannot act


def lost(by: User, action: PlanAction) -> bool:
    working_as = [role.value for role, its in ROLES.items() if Permission.ACTION_VIEW in its.permissions]
    return bool(told(by, LOST, action.pk, working_as)[0][0])


def test_that_the_owner_of_a_childs_action_is_shut_out_is_told_to_who_hands_it_on(cast: Cast) -> None:
    case = make_case(cast)
    action = actions.issued(cast, case)
    assert not lost(cast.manager, action)
    access.exclude(case=case, user=cast.health, reason="He is her uncle", by=cast.privacy)
    for person in (cast.practitioner, cast.police, cast.outsider, cast.health, cast.privacy, cast.board):
        assert not lost(person, action), person
    assert lost(cast.manager, action)
    access.exclude(case=case, user=cast.manager, reason="An aunt", by=cast.privacy)
    assert not lost(cast.manager, action)


def test_that_the_owner_of_an_action_about_no_child_is_shut_out_is_told_to_who_judges_it(cast: Cast) -> None:
    """A second reader of the CSE team writes on the item, and judges it where no chair may; a lead hands on what
    their agency does.
    """
    coordinator, case = second_reader(cast), make_case(cast, category=RiskCategory.MEDIUM)
    _, place = named_by_a_report(cast, case)
    meeting = start_cmog(cast, people=[cast.practitioner])
    action = agree(cast, item_of(meeting, place=place), owner=cast.health)
    end_cmog(cast, meeting)
    leads = {
        name: accounts.add_person(
            email=f"lead.{name}@example.org", full_name=f"Lead of {name}", role=Role.AGENCY_LEAD,
            agency=cast.agency(name),
        )
        for name in ("health", "education")
    }  # fmt: skip
    access.exclude(case=case, user=cast.health, reason="He is her uncle", by=cast.privacy)
    for person in (cast.practitioner, cast.outsider, cast.health, cast.privacy, leads["education"]):
        assert not lost(person, action), person
    for person in (cast.manager, coordinator, cast.police, leads["health"]):
        assert lost(person, action), person
    for person in (coordinator, leads["health"]):
        StaffConflict.objects.create(
            user=person, place=place, reference=place.reference, basis=ConflictBasis.PLACE
        )
        assert not lost(person, action), person
    with acting_for(cast.manager):
        assert set(action_list(cast.manager, whose=ALL, show=WITHOUT_OWNER)) == {action}


# ---------------------------------------------------------------------------------------- who looked


def test_a_lead_who_has_lost_sight_of_the_case_is_not_told_who_looked(cast: Cast) -> None:
    """By moving to another agency, or as what they were given runs out: the case names them until it names another."""
    case = make_case(cast)
    assert case.lead_professional == cast.practitioner
    access.share(case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.manager)
    record(Action.CASE_VIEWED, by=cast.health, obj=case, case=case)
    since = ("SELECT * FROM gate.who_looked(%s, %s)", case.pk, case.opened_at)
    assert len(told(cast.practitioner, *since)) == 1
    with acting_for(cast.practitioner):
        assert [each.agency for each in who_looked(case, cast.practitioner)] == [cast.agency("health").name]
    case.user_grants.update(granted_at=timezone.now() - dt.timedelta(days=9))
    assert len(told(cast.practitioner, *since)) == 1
    move(cast.practitioner, cast.agency("education"))
    assert where(cast.practitioner).agency == cast.agency("education")
    assert Case.objects.get(pk=case.pk).lead_professional == cast.practitioner
    assert told(cast.practitioner, *since) == []
