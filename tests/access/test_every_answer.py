"""60 people, 300 cases, every permission: the lists, the gate and PostgreSQL give one answer each time."""

import datetime as dt
import random
import sys
import time
from contextlib import suppress

import pytest

from cases.models import Case
from cse_portal.access import gate, rules
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.standing import standing
from cse_portal.accounts import services
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.errors import NotAllowed
from intelligence.choices import Handling
from intelligence.services import reports
from mase.models import MaseMeeting
from tests.access.test_row_security import KINDS_OF_STEP, LISTED, acting_for, difference, take
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import make_concern, make_draft
from tests.factories.intelligence import make_report
from tests.factories.meetings import make_meeting

PEOPLE, CASES, STEPS = 60, 300, 900
# Asked of a case; a permission of another kind of record is asked of that, in `difference`.
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
    for number, case in enumerate(cases[:60]):
        make_meeting(cast, case)
        report = make_report(cast, case=case, handling=Handling.C if number % 2 else Handling.P)
        if number % 4 == 1:
            reports.name_reader(report=report, reader=cast.health, reason="Plans the visit", by=cast.police)
    for person in list(cast.people.values())[:5]:
        make_draft(person)
        make_concern(person)
    for _ in range(STEPS):
        step = (chance.randrange(KINDS_OF_STEP), chance.randrange(CASES), chance.randrange(PEOPLE))
        with suppress(NotAllowed):  # the privacy officer themselves may have been moved or let go by then
            take(cast, cases, step)
    return cases


def wrong_answers(user: User, cases: list[Case]) -> list[str]:
    """Where the gate's answer about a case is not what the list, the role and PostgreSQL make of it."""
    who, wrong = standing(user), []
    with acting_for(user):
        returned = set(Case.objects.values_list("pk", flat=True))
    for case in cases:
        for permission in OF_A_CASE:
            allowed = gate.can(user, permission, case)
            may = who is not None and permission in ROLES[who.role].permissions and case.pk in returned
            if allowed and not may or permission is Permission.CASE_VIEW and allowed != may:
                wrong.append(f"{user}: {permission.name} of {case}: {allowed}")
    return wrong


@pytest.mark.long
@pytest.mark.django_db
def test_the_lists_the_gate_and_postgresql_agree_for_60_people_and_300_cases(cast: Cast) -> None:
    everybody = crowd(cast)
    cases = turmoil(everybody)
    began, asked, seen = time.monotonic(), 0, 0
    for name, person in everybody.people.items():
        with context.request():
            user = User.objects.get(pk=person.pk)
            assert wrong_answers(user, cases) == []
            assert difference(Cast({name: user}, everybody.agencies)) == []
            seen += Case.objects.visible_to(user).count()
        asked += len(cases) * len(OF_A_CASE)
    took = dt.timedelta(seconds=round(time.monotonic() - began))
    sys.stdout.write(f"\n{asked:,} answers, {seen:,} cases seen, {len(LISTED)} kinds of record, in {took}\n")
    assert len(everybody.people) == PEOPLE
    assert MaseMeeting.objects.exists()
    assert seen > 1000  # a world in which nobody sees anything would prove nothing
