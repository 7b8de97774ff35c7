"""Who reads an action that a CMOG agreed about no child: a list, the gate and PostgreSQL each say exactly the same."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.keys import new_key
from intelligence.subjects.models import Subject
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.chairing import chairs_of
from mase.minutes.presenters.words import minutes_document
from mase.minutes.selectors.minutes import minutes_copy
from mase.plans.models.plan import PlanAction
from mase.plans.services import actions, verification
from mase.plans.services.readers import change_readers
from tests.access.test_addresses import signed_in, without_nonces
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.cmog import agree, end_cmog, item_of, make_cmog, send_out, start_cmog
from tests.factories.subject_access import second_reader
from tests.integration.mase.cmog.test_cmog import named_by_a_report

pytestmark = [pytest.mark.django_db, pytest.mark.long]
TEXTS = {
    "theme": "Train the hotels.", "place": "Patrol after school.", "person": "Check the van.",
    "restricted place": "Park an unmarked car.", "restricted person": "Look at his accounts.",
}  # fmt: skip


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, category=RiskCategory.MEDIUM)


@pytest.fixture
def named(cast: Cast, case: Case) -> tuple[Subject, Subject]:
    return named_by_a_report(cast, case)


@pytest.fixture
def held(cast: Cast, named: tuple[Subject, Subject]) -> tuple[Meeting, dict[str, PlanAction]]:
    """A CMOG that the duty nurse was asked to, and has ended; each action is for the nurse, but those about the person
    are for the police.
    """
    cast.people["coordinator"] = second_reader(cast)
    cast.people["midwife"] = accounts.add_person(
        email="midwife@example.org",
        full_name="Nadia Osei",
        agency=cast.agency("health"),
        role=Role.PRACTITIONER,
    )
    person, place = named
    meeting = start_cmog(cast, months=-1, people=[cast.duty])
    items = {
        "theme": item_of(meeting, code="themes"), "place": item_of(meeting, subject=place),
        "person": item_of(meeting, subject=person),
    }  # fmt: skip
    for name, text in TEXTS.items():
        owner = cast.police if "person" in name else cast.health
        with acting_for(cast.manager):
            agree(cast, items[name.split()[-1]], text=text, owner=owner, restricted="restricted" in name)
    end_cmog(cast, meeting)
    return meeting, {name: PlanAction.objects.get(text=text) for name, text in TEXTS.items()}


Held = tuple[Meeting, dict[str, PlanAction]]


def readers(cast: Cast, row: Any) -> set[str]:
    """Who reads it, the three asked; that they differ of anybody fails."""
    found, different = set(), []
    for name, person in cast.people.items():
        user = User.objects.get(pk=person.pk)
        with context.request():
            listed = PlanAction.objects.visible_to(user).filter(pk=row.pk).exists()
            allowed = gate.can(user, Permission.ACTION_VIEW, PlanAction.objects.get(pk=row.pk))
        with acting_for(user):
            returned = PlanAction.objects.filter(pk=row.pk).exists()
        if not listed == allowed == returned:
            different.append(f"{name}: listed {listed}, allowed {allowed}, returned {returned}")
        if listed:
            found.add(name)
    assert different == []
    return found


def test_who_sees_the_item_and_who_does_it_read_it_and_nobody_else(cast: Cast, held: Held) -> None:
    meeting, agreed = held
    found = {name: readers(cast, action) for name, action in agreed.items()}
    both_teams = {"manager", "coordinator", "police"}
    do_it = {"health", "midwife"}  # who does it, and who works there
    assert found["theme"] == both_teams | do_it | {"duty"}  # who was asked to the CMOG
    assert found["place"] == both_teams | do_it
    assert found["person"] == both_teams
    assert found["restricted place"] == both_teams | do_it
    assert found["restricted person"] == both_teams


@pytest.mark.parametrize("restricted", [False, True])
def test_a_guest_who_sees_the_item_reads_what_is_open_and_not_what_is_restricted(
    cast: Cast, case: Case, named: tuple[Subject, Subject], restricted: bool
) -> None:
    """The practitioner holds the intelligence of the case, so sees the place."""
    meeting = start_cmog(cast, people=[cast.practitioner])
    item = item_of(meeting, subject=named[1])
    assert gate.can(cast.practitioner, Permission.CMOG_ITEM_VIEW, item)
    action = agree(cast, item, owner=cast.health, restricted=restricted)
    end_cmog(cast, meeting)
    assert ("practitioner" in readers(cast, action)) == (not restricted)
    following = make_cmog(cast, months=1, people=[cast.practitioner])
    page = signed_in(cast, "practitioner").get(f"/cmog/{following.pk}/").content.decode()
    assert named[1].name in page  # it has come back
    assert (action.text in page) == (not restricted)
    assert ("An action agreed here at an earlier CMOG is not finished" in page) == (not restricted)


def test_an_outsider_is_answered_as_if_there_were_none(cast: Cast, held: Held) -> None:
    _, agreed = held
    client, unknown = signed_in(cast, "outsider"), new_key()
    for action, page in product(
        agreed.values(), ("", "progress/", "outcome/", "hand-on/", "confirm/", "readers/")
    ):
        answer = client.get(f"/actions/{action.pk}/{page}")
        assert answer.status_code == 404
        assert without_nonces(answer) == without_nonces(client.get(f"/actions/{unknown}/{page}"))
    for text in TEXTS.values():
        assert text not in client.get("/actions/?whose=all").content.decode()
        assert text not in client.get("/api/v1/actions/").content.decode()


# ---------------------------------------------------------------------------------------- shut out of what it is about


def test_in_the_chairs_place_those_judge_it_who_write_on_the_item(cast: Cast, held: Held, case: Case) -> None:
    """The chair is excluded from the child: no manager sees the item, and the work is not lost."""
    _, agreed = held
    action = agreed["person"]
    assert chairs_of(action) == [cast.manager]
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    coordinator = cast.people["coordinator"]
    assert readers(cast, action) == {"coordinator", "police"}
    assert {coordinator, cast.police} <= set(chairs_of(action)), (
        "and the unit's second officer, where there is one"
    )
    assert cast.manager not in chairs_of(action)
    with acting_for(cast.police):
        actions.complete(action=action, outcome="Checked.", effect="The van is known.", by=cast.police)
    with acting_for(cast.manager), pytest.raises((NotVisible, NotPermitted)):
        verification.confirm(action=action, by=cast.manager)
    with acting_for(coordinator):
        row = verification.confirm(action=action, by=coordinator)
    assert row.verified_by == coordinator


# ------------------------------------------------------------------------------------------ who changes what


def test_only_who_does_it_and_the_chair_report_on_it(cast: Cast, held: Held) -> None:
    _, agreed = held
    action = agreed["place"]
    able = {
        name for name, person in cast.people.items() if gate.can(person, Permission.ACTION_UPDATE, action)
    }
    assert able == {"health", "midwife", "manager"}


def test_the_chair_says_who_reads_it_and_why_is_on_no_page(cast: Cast, held: Held) -> None:
    _, agreed = held
    action = agreed["theme"]
    with acting_for(cast.health), pytest.raises((NotPermitted, NotVisible)):
        change_readers(action=action, restricted=True, reason="Why", by=cast.health)
    with acting_for(cast.manager):
        change_readers(action=action, restricted=True, reason="He has a cousin there.", by=cast.manager)
    assert readers(cast, action) == {"manager", "coordinator", "police", "health", "midwife"}
    page = signed_in(cast, "health").get(f"/actions/{action.pk}/").content.decode()
    assert "cousin" not in page
    assert "For professionals only from now on" in page
    with acting_for(cast.manager):
        change_readers(action=action, restricted=False, reason="He has moved.", by=cast.manager)
    readers_page = signed_in(cast, "manager").get(f"/actions/{action.pk}/readers/").content.decode()
    assert "the police intelligence unit where they see its CMOG item" in readers_page


# ------------------------------------------------------------------------------------------ the minutes


def said(found: Any, reader: User, *, sent: bool) -> str:
    document = minutes_document(found if sent else replace(found, sent={}, version=None), reader=reader)
    return " ".join(line for part in document["parts"] for slot in part[1] for line in slot.actions)


def test_the_minutes_hold_it_for_who_sees_the_item_and_for_nobody_else(cast: Cast, held: Held) -> None:
    meeting, agreed = held
    with acting_for(cast.manager):
        before = said(minutes_copy(cast.manager, meeting), cast.manager, sent=False)
    assert [text for text in TEXTS.values() if text not in before] == []
    send_out(cast, meeting)
    # What was sent stands as it was that day.
    PlanAction.objects.filter(pk=agreed["place"].pk).update(text="Other words.")
    for person, holds in (("police", set(TEXTS)), ("duty", {"theme"})):
        with acting_for(cast.people[person]):
            words = said(minutes_copy(cast.people[person], meeting), cast.people[person], sent=True)
        assert {name for name, text in TEXTS.items() if text in words} == holds
        pdf = signed_in(cast, person).get(f"/meetings/{meeting.pk}/minutes.pdf")
        assert pdf.status_code == 200
    assert signed_in(cast, "health").get(f"/meetings/{meeting.pk}/minutes.pdf").status_code == 404
