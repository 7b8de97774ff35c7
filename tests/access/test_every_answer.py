"""60 people, 300 cases, every permission: the lists, the gate and PostgreSQL give one answer each time."""

import datetime as dt
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from cases.choices import ConcernOutcome, Section
from cases.models import Case
from cse_portal.access import gate, rules
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts import services
from cse_portal.accounts.choices import HEALTH_KINDS, Role
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.errors import NotAllowed
from cse_portal.keys import new_key
from intelligence.choices import Handling, LinkKind
from intelligence.models import Disruption, LocationOfConcern, PersonOfConcern, VehicleOfConcern
from intelligence.services import reports
from mase.models import CmogItem, CmogMeeting, Disagreement, Invitation, MaseMeeting
from tests.access import nested, on_pages
from tests.access.places import build
from tests.access.test_row_security import KINDS_OF_STEP, LISTED, acting_for, difference, take
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import decide, make_concern, make_draft
from tests.factories.intelligence import make_report
from tests.factories.meetings import make_meeting

PEOPLE, CASES, STEPS = 60, 300, 900
# Whose lists PostgreSQL must agree with beside those that the property test asks after every few acts.
BESIDES: tuple[type[Any], ...] = (
    PersonOfConcern, LocationOfConcern, VehicleOfConcern, Disruption, Disagreement,
    CmogMeeting, CmogItem,
)  # fmt: skip
# Asked of a case; a permission of another kind of record is asked of every such row, by tests/access/nested.py.
OF_A_CASE = [
    each
    for each in Permission
    if (rule := rules.find(each)) is not None
    and (each is Permission.CASE_VIEW or rule.seen_by is Permission.CASE_VIEW)
]


def crowd(cast: Cast) -> Cast:
    """Everybody of the cast and as many more as make 60, in every agency and role."""
    people, agencies, roles = dict(cast.people), list(cast.agencies.values()), list(ROLES)
    for number in range(PEOPLE - len(people)):
        people[f"person {number}"] = services.add_person(
            email=f"person{number}@example.org", full_name=f"Person {number}",
            agency=agencies[number % len(agencies)], role=roles[number % len(roles)],
            starts_on=cast.practitioner.memberships.get().starts_on,
        )  # fmt: skip
    return Cast(people, cast.agencies)


def turmoil(cast: Cast) -> list[Case]:
    """300 cases, concerns, meetings and reports, and 900 acts that change who sees what, always the same."""
    chance = random.Random(20170401)
    agencies = [cast.agency(code) for code in ("csc", "police", "health", "education")]
    cases = [
        make_case(cast, lead_agency=agencies[number % 4] if number % 4 else None) for number in range(CASES)
    ]
    build(cast)
    for number, case in enumerate(cases[:60]):
        make_meeting(cast, case)
        report = make_report(cast, case=case, handling=Handling.C if number % 2 else Handling.P)
        if number % 4 == 0:
            named = {
                LinkKind.PLACE: {"name": "Kestrel Court"},
                LinkKind.VEHICLE: {"registration": "KESTREL 1"},
            }
            for kind, fields in named.items():
                reports.add_nominal(report=report, kind=kind, fields=fields, by=cast.police, key=new_key())
        if number % 4 == 1:
            reports.name_reader(report=report, reader=cast.health, reason="Plans the visit", by=cast.police)
    for person in list(cast.people.values())[:5]:
        make_draft(person)
        make_concern(person)
    for number, person in enumerate([cast.health, cast.outsider, cast.police]):
        decide(make_concern(person), cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=cases[number])
    for _ in range(STEPS):
        step = (chance.randrange(KINDS_OF_STEP), chance.randrange(CASES), chance.randrange(PEOPLE))
        with suppress(NotAllowed):  # the privacy officer themselves may have been moved or let go by then
            take(cast, cases, step)
    return cases


Rule = Callable[[Standing, Case, frozenset[str]], bool]


def works(who: Standing, case: Case, held: frozenset[str]) -> bool:
    return "change_case" in held


def answers_for(who: Standing, case: Case, held: frozenset[str]) -> bool:
    leads = who.agency.pk == case.lead_agency_id or who.role == Role.TEAM_MANAGER
    return leads and "change_case" in held


def sees(who: Standing, case: Case, held: frozenset[str]) -> bool:
    return True


def invited(who: Standing, case: Case) -> bool:
    return any(
        who.user.pk in (each.person_id, each.deputy_id)
        or (each.person_id is None and each.agency_id == who.agency.pk)
        for each in Invitation.objects.filter(meeting__case=case)
    )


def holds(part: str) -> Rule:
    return lambda who, case, held: part in held


# Who may do what in a case they see, written by hand: of what PostgreSQL says they were given.
RULES: dict[Permission, Rule] = {
    Permission.CASE_VIEW: sees,
    Permission.DISAGREEMENT_RAISE: lambda who, case, held: works(who, case, held) or invited(who, case),
    **dict.fromkeys(
        (
            Permission.CASE_ACCESS_VIEW, Permission.CASE_CHANGE, Permission.ASSESSMENT_RECORD,
            Permission.CHRONOLOGY_ADD, Permission.DOCUMENT_ADD, Permission.CASE_RESTRICT, Permission.CASE_CLOSE,
            Permission.CASE_REOPEN, Permission.SUBJECT_ACCESS_PREPARE, Permission.SUBJECT_ACCESS_CHECK,
            Permission.SUBJECT_ACCESS_RELEASE, Permission.MEETING_SCHEDULE,
        ),
        works,
    ),
    Permission.CASE_SHARE: answers_for,
    Permission.CATEGORY_CONFIRM: lambda who, case, held: works(who, case, held) and who.agency.kind == "cse_team",
    Permission.ADDRESS_RECORD: lambda who, case, held: {Section.ADDRESS, "change_case"} <= held,
    Permission.HEALTH_RECORD: lambda who, case, held: (
        Section.HEALTH in held and who.agency.kind in HEALTH_KINDS
    ),
    **{part.opened_by: holds(part.value) for part in Section},
}  # fmt: skip


def given(user: User) -> dict[Any, frozenset[str]]:
    """What PostgreSQL lets them do in each case it returns to them."""
    held = {}
    with acting_for(user), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, array(SELECT n.name FROM unnest(%s) AS n (name) WHERE gate.holds(c.id, n.name))"
            " FROM cases_case c",
            [["change_case", *Section.values]],
        )
        for pk, names in cursor.fetchall():
            held[pk] = frozenset(names)
    return held


def wrong_answers(user: User, cases: list[Case]) -> list[str]:
    """Where the gate's answer about a case is not what the role, PostgreSQL and the rule by hand make of it."""
    who, held, wrong = standing(user), given(user), []
    for case in cases:
        for permission in OF_A_CASE:
            expected = (
                who is not None
                and permission in ROLES[who.role].permissions
                and case.pk in held
                and RULES[permission](who, case, held[case.pk])
            )
            if gate.can(user, permission, case) != expected:
                wrong.append(f"{user}: {permission.name} of {case}: not {expected}")
    return wrong


# Asked of neither: functions need no row, and these are of one's own or of what only a floor above can tell.
ELSEWHERE = {Permission.MINUTES_VIEW}  # the recipients of each: test_recipients


def test_every_permission_over_a_row_is_asked_of_such_rows() -> None:
    over_rows = {each for each in Permission if (rule := rules.find(each)) is not None and rule.needs_object}
    assert over_rows == {*OF_A_CASE, *nested.SEEN_BY.values(), *nested.RULES, *ELSEWHERE}


@pytest.mark.django_db
def test_the_gate_says_of_every_row_what_the_rule_by_hand_says(cast: Cast) -> None:
    """The cast alone; the long run below asks the same for sixty people."""
    build(cast)
    make_draft(cast.health)
    make_concern(cast.outsider)
    asked = 0
    for person in cast.people.values():
        with context.request():
            user = User.objects.get(pk=person.pk)
            wrong, how_many = nested.wrong_answers(user, given(user))
            assert wrong == []
            assert nested.seen_otherwise(user) == []
            assert on_pages.answered_otherwise(user, OF_A_CASE) == []
            asked += how_many
    assert asked > 300
    assert [model.__name__ for model in nested.SEEN_BY if not model.objects.exists()] == []


@pytest.mark.long
@pytest.mark.django_db
def test_the_lists_the_gate_and_postgresql_agree_for_60_people_and_300_cases(cast: Cast) -> None:
    everybody = crowd(cast)
    cases = turmoil(everybody)
    began, asked, nested_asked, seen, beside = time.monotonic(), 0, 0, 0, Counter[str]()
    for name, person in everybody.people.items():
        with context.request():
            user = User.objects.get(pk=person.pk)
            assert wrong_answers(user, cases) == []
            wrong, of_rows = nested.wrong_answers(user, given(user))
            assert wrong == []
            assert on_pages.answered_otherwise(user, OF_A_CASE) == []
            assert difference(Cast({name: user}, everybody.agencies), also=BESIDES) == []
            seen += Case.objects.visible_to(user).count()
            beside.update({model.__name__: model.objects.visible_to(user).count() for model in BESIDES})
        asked += len(cases) * len(OF_A_CASE)
        nested_asked += of_rows
    took = dt.timedelta(seconds=round(time.monotonic() - began))
    kinds = len(LISTED) + len(BESIDES)
    answers = f"{asked:,} answers of cases, {nested_asked:,} of other rows"
    sys.stdout.write(f"\n{answers}, {seen:,} cases seen, {kinds} kinds of record, in {took}\n")
    assert len(everybody.people) == PEOPLE
    assert MaseMeeting.objects.exists()
    # A world in which nobody sees anything would prove nothing.
    assert seen > 1000
    assert not [model.__name__ for model in BESIDES if not beside[model.__name__]]
