"""A list, a copy or a page that showed several children is found from each of them."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.concerns.choices import ConcernOutcome
from cases.exports import services as exports
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal import acting
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import Finding
from cse_portal.audit.recorder import record
from reporting.oversight import services as oversight
from reporting.oversight.selectors import detection
from reporting.oversight.selectors.oversight import events_of_case
from tests.cast import Cast
from tests.database import superuser
from tests.factories.actions import issued
from tests.factories.audit import at, look
from tests.factories.cases import make_case, make_child
from tests.factories.cmog import item_of, start_cmog
from tests.factories.concerns import decide, make_concern, opening
from tests.factories.disagreements import raised
from tests.factories.exports import ready_export
from tests.factories.meetings import make_meeting

YESTERDAY = timezone.localdate() - dt.timedelta(days=1)
As = Callable[[User], Client]


@pytest.fixture
def as_(cast: Cast) -> As:
    """Somebody's browser."""

    def sign_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


def on_record(cast: Cast, case: Case) -> set[str]:
    """The acts that the privacy officer finds on a child's page of the audit."""
    with acting.acting(user_context(cast.privacy).actor):  # type: ignore[union-attr]
        return {event.action for event in events_of_case(cast.privacy, case.reference)[1]}


def test_a_copy_is_found_from_every_child_in_it(cast: Cast) -> None:
    copied, other = make_case(cast), make_case(cast)
    export = ready_export(cast.manager)
    later = make_case(cast)
    exports.download(export=export, by=cast.manager)
    for case in (copied, other):
        assert {Action.PEOPLE_EXPORTED, Action.EXPORT_DOWNLOADED} <= on_record(cast, case)
    assert Action.PEOPLE_EXPORTED not in on_record(cast, later)


def test_a_list_or_a_search_is_found_from_every_child_it_showed(cast: Cast, as_: As) -> None:
    shown, other = make_case(cast, child=make_child(given_name="Amelia")), make_case(cast)
    client = as_(cast.practitioner)
    client.get("/cases/?text=Amelia")
    assert Action.CASES_SEARCHED in on_record(cast, shown)
    assert Action.CASES_SEARCHED not in on_record(cast, other)
    client.get("/api/v1/cases/")
    assert Action.CASES_LISTED in on_record(cast, other)


def test_lists_of_meetings_actions_and_disagreements_are_found_from_the_child(cast: Cast, as_: As) -> None:
    case, met = make_case(cast), make_case(cast)
    make_meeting(cast, met)
    issued(cast, case)
    raised(cast, case)
    for name, person in (
        ("meetings", cast.manager),
        ("actions", cast.health),
        ("disagreements", cast.manager),
    ):
        assert as_(person).get(reverse(f"mase:{name}")).status_code == 200
    assert Action.MEETINGS_LISTED in on_record(cast, met)
    assert {Action.ACTIONS_LISTED, Action.DISAGREEMENTS_LISTED} <= on_record(cast, case)


def test_a_cmog_is_found_from_every_child_on_its_page(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    Case.objects.filter(pk=case.pk).update(category=3)
    meeting = start_cmog(cast)
    assert item_of(meeting, case=case)
    as_(cast.manager).get(reverse("mase:cmog", args=[meeting.pk]))
    assert Action.MEETING_VIEWED in on_record(cast, case)


def test_a_privacy_officer_who_is_shut_out_finds_no_list_that_showed_the_case(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    as_(cast.practitioner).get("/cases/")
    exclusions.exclude(case=case, user=cast.privacy, reason="Knows the family", by=cast.privacy)
    for person in (cast.privacy, cast.practitioner, cast.manager):
        with acting.acting(user_context(person).actor), connection.cursor() as cursor:  # type: ignore[union-attr]
            cursor.execute("SELECT gate.events_of_case(%s)", [case.pk])
            assert cursor.fetchall() == []


def test_the_lead_professional_is_told_of_copies_and_not_of_lists(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    client, address = as_(cast.practitioner), reverse("cases:access", args=[case.reference])
    as_(cast.manager).get("/cases/")
    assert "CSE Team Manager" not in looks_on(client, address)
    ready_export(cast.manager)
    assert "CSE Team Manager" in looks_on(client, address)


def looks_on(client: Client, address: str) -> str:
    """The part of the page that tells who looked."""
    return str(client.get(address).content.decode().partition("Who looked, by agency")[2])


def test_whoever_copies_many_children_is_brought_up_and_whoever_copies_their_own_name(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detection, "MANY_CHILDREN", 20)
    with time_machine.travel(at(YESTERDAY, 9)):
        namesake = make_case(cast, child=make_child(family_name="Chandler"))
        for _ in range(20):
            make_case(cast)
    with time_machine.travel(at(YESTERDAY, 11)):
        ready_export(cast.manager)
    oversight.look_over(day=YESTERDAY)
    about = {(each.rule, each.actor, each.case_id) for each in Finding.objects.all()}
    assert ("many-children", cast.manager, None) in about
    assert ("own-surname", cast.manager, namesake.pk) in about


def test_a_child_is_looked_up_by_index_in_what_lists_showed(cast: Cast) -> None:
    question = (
        "SELECT id FROM audit_auditevent WHERE detail ? 'cases' AND detail -> 'cases' @> "
        "jsonb_build_array('0198c0de-0000-7000-8000-000000000000'::uuid)"
    )
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN {question}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "audit_event_cases" in plan


# ---------------------------------------------------------------------------------------------- lists, to the rules


def brought_up(rule: str) -> list[tuple[User | None, str]]:
    """What a rule says of yesterday."""
    oversight.look_over(day=YESTERDAY)
    return [(each.actor, each.why) for each in Finding.objects.filter(rule=rule)]


def cases_of_another(cast: Cast, number: int) -> list[Case]:
    """Cases that the practitioner sees and does not lead."""
    return [make_case(cast, lead_professional=cast.leaver) for _ in range(number)]


def test_a_caseload_read_through_the_api_or_page_by_page_is_brought_up(cast: Cast, as_: As) -> None:
    with time_machine.travel(at(YESTERDAY, 9)):
        cases_of_another(cast, 31)
    with time_machine.travel(at(YESTERDAY, 11)):
        api, pages = as_(cast.practitioner), as_(cast.manager)
        for page in (1, 2):
            assert api.get(f"/api/v1/cases/?page={page}").status_code == 200
            assert pages.get(f"/cases/?page={page}").status_code == 200
        as_(cast.health).get("/cases/")
    why = "Was shown 31 children in a day who were new to them."
    assert sorted(brought_up("many-children"), key=str) == sorted(
        [(cast.practitioner, why), (cast.manager, why)], key=str
    )


def test_whoever_searches_for_their_own_name_is_brought_up_and_whoever_is_listed_it_is_not(
    cast: Cast, as_: As
) -> None:
    with time_machine.travel(at(YESTERDAY, 9)):
        namesake = make_case(cast, child=make_child(family_name="Chandler"))
    with time_machine.travel(at(YESTERDAY, 11)):
        as_(cast.manager).get("/cases/")
    assert brought_up("own-surname") == []
    with time_machine.travel(at(YESTERDAY, 12)):
        as_(cast.manager).get("/cases/?text=Chandler")
    assert [who for who, _ in brought_up("own-surname")] == [cast.manager]
    assert Finding.objects.get(rule="own-surname").case_id == namesake.pk


def test_lists_and_searches_at_night_are_brought_up_but_for_what_one_leads(cast: Cast, as_: As) -> None:
    with time_machine.travel(at(YESTERDAY, 9)):
        own, opened, other = make_case(cast), *cases_of_another(cast, 2)
    with time_machine.travel(at(YESTERDAY, 23)):
        as_(cast.manager).get("/cases/?text=Testley")
        as_(cast.practitioner).get("/cases/?scope=mine")
        with transaction.atomic():
            record(Action.CASES_LISTED, by=cast.health, cases=[own.pk, opened.pk, other.pk])
            look(cast.health, opened)
    assert dict(brought_up("at-night")) == {
        cast.manager: "Listed 3 children between 10pm and 6am.",
        cast.health: "Opened 1 record and listed 2 children between 10pm and 6am.",
    }


def test_who_read_a_concern_is_found_from_the_case_it_became(cast: Cast, as_: As) -> None:
    """Before triage there is no child's page to find it from; afterwards it is found there, list and page."""
    concern = make_concern(cast.practitioner)
    as_(cast.manager).get("/triage/")
    as_(cast.manager).get(f"/concerns/{concern.reference}/")
    other = make_case(cast)
    case = decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast)).concern.case
    assert case is not None
    assert {Action.CONCERN_VIEWED, Action.CONCERNS_LISTED} <= on_record(cast, case)
    assert Action.CONCERN_VIEWED not in on_record(cast, other)
