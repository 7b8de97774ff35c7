"""The strategy's action plan: set out, owned, reported on with evidence, read by the board."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from mase.cmog.selectors.cmog import days_to_offer
from mase.cmog.services import cmog, items
from mase.cmog.services.items import NAMES_SOMEBODY
from mase.meetings.choices import MeetingKind
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused, SomeoneElseSaved
from mase.meetings.services import ending
from mase.minutes import services as minutes
from mase.minutes.presenters.minutes import composed
from mase.plans.choices import PlanP
from mase.strategy import services as strategic
from mase.strategy.models import Rag, StrategicObjective
from mase.strategy.selectors import objective_for, plan
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import board_packs
from tests.factories.cases import make_case
from tests.factories.cmog import end_cmog, item_of, start_cmog
from tests.papers import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def objective(shared_cast: Cast) -> StrategicObjective:
    """The first of the plan, set out from the strategy."""
    return strategic.set_out(by=shared_cast.manager)[0]


def owned(cast: Cast, row: StrategicObjective, **values: Any) -> StrategicObjective:
    given = {"agency": cast.agency("health"), "owner": cast.health, **values}
    return strategic.change(row=row, values=given, reason="Agreed", version=row.version, by=cast.manager)


def said(row: StrategicObjective, rag: Rag, *, by: User, value: int | None = None) -> None:
    strategic.report(row=row, rag=rag, evidence="As seen.", by=by, key=new_key(), value=value)


def posted(**given: str) -> dict[str, str]:
    return {"form_token": str(new_key()), **given}


def test_the_plan_begins_with_the_strategys_own_objectives_under_the_four_ps(
    cast: Cast, objective: StrategicObjective
) -> None:
    records = plan(cast.board)
    assert {each.objective.p for each in records} == set(PlanP)
    assert all(each.objective.measure and each.objective.section for each in records)
    assert {each.rag for each in records} == {Rag.AMBER}
    with pytest.raises(ChangedMeanwhile):
        strategic.set_out(by=cast.manager)


def test_an_owner_of_any_agency_reports_from_their_own_today_and_on_no_other_part(
    cast: Cast, objective: StrategicObjective
) -> None:
    nurse, address = signed_in(cast, "health"), objective.get_absolute_url()
    assert nurse.get(address).status_code == 404
    owned(cast, objective)
    other = StrategicObjective.objects.exclude(pk=objective.pk)[0]
    assert address in nurse.get("/").content.decode()
    refused = nurse.post(address, posted(rag="GREEN", evidence=""))
    assert "Say what shows that it stands like this" in refused.content.decode()
    data = posted(rag="GREEN", evidence="The new profile was accepted.")
    for _ in range(2):
        assert nurse.post(address, data).status_code == 302
    assert nurse.post(other.get_absolute_url(), data).status_code == 404
    record = objective_for(cast.board, objective.pk)
    assert [each.by for each in record.updates if each.rag] == [cast.health]
    assert record.rag is Rag.GREEN
    assert "The new profile was accepted." in signed_in(cast, "board").get(address).content.decode()


def test_a_colour_is_never_better_than_the_evidence_and_may_be_worse(
    cast: Cast, objective: StrategicObjective
) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    row = owned(cast, objective, due_on=yesterday)
    record = objective_for(cast.board, row.pk)
    assert (record.rag, record.evidence) == (Rag.RED, ["Overdue", "No report this quarter"])
    assert Rag.GREEN not in record.may_say
    said(row, Rag.GREEN, by=cast.health)
    assert objective_for(cast.board, row.pk).rag is Rag.AMBER
    said(row, Rag.RED, by=cast.health)
    assert objective_for(cast.board, row.pk).rag is Rag.RED
    values = {"text": "Write to them.", "measure": "Sent.", "due_on": yesterday}
    action = strategic.add(key=new_key(), values=values, under=row, by=cast.manager)
    said(row, Rag.DONE, by=cast.health)
    assert objective_for(cast.board, row.pk).evidence == ["Overdue", "1 action overdue"]
    said(action, Rag.DONE, by=cast.manager)
    assert objective_for(cast.board, row.pk).rag is Rag.DONE


def test_a_report_of_last_quarter_and_a_number_that_falls_keep_an_objective_from_green(
    cast: Cast, objective: StrategicObjective
) -> None:
    row, this = owned(cast, objective, target=90), Quarter.containing(timezone.localdate())
    with time_machine.travel(this.starts_on - dt.timedelta(days=9)):
        said(row, Rag.GREEN, by=cast.health, value=80)
    record = objective_for(cast.board, row.pk)
    assert (record.before.rag, record.rag, record.direction) == (Rag.GREEN, Rag.AMBER, "Worse")
    said(row, Rag.GREEN, by=cast.health, value=70)
    record = objective_for(cast.board, row.pk)
    assert record.evidence == ["Further from its target than last quarter"]
    assert (record.value, record.before.value) == (70, 80)


def test_a_change_says_why_and_what_it_was_before(cast: Cast, objective: StrategicObjective) -> None:
    owned(cast, objective)
    update = objective_for(cast.board, objective.pk).updates[0]
    assert "Agreed" in update.evidence
    assert "owner: none" in update.evidence
    with pytest.raises(SomeoneElseSaved):
        owned(cast, objective, text="Another")


def pdf_of(client: Client) -> str:
    answer = client.get("/strategy/report.pdf")
    assert answer["Content-Type"] == "application/pdf"
    return words_of(answer.content)


@pytest.mark.usefixtures("undrawn")
def test_the_board_reads_the_report_and_it_is_on_record(cast: Cast, objective: StrategicObjective) -> None:
    strategic.report(
        row=objective, rag=Rag.AMBER, evidence="Two of five done.", by=cast.manager, key=new_key()
    )
    text = pdf_of(signed_in(cast, "board"))
    event = AuditEvent.objects.get(action=Action.STRATEGIC_DOWNLOADED)
    assert event.actor == cast.board
    for words in (objective.text, "Two of five done.", "Behind", event.detail["copy"], "Bernard Lisle"):
        assert words in text
    assert "Today none of 11 people are trained for their role" in text


@pytest.mark.usefixtures("undrawn")
def test_success_shows_published_figures_and_says_what_is_not_measured(cast: Cast) -> None:
    board = signed_in(cast, "board")
    assert "there are no figures" in board.get("/strategy/success/").content.decode()
    quarter = Quarter.containing(timezone.localdate()).previous()
    signed = board_packs.signed_return(quarter, prepared_by=cast.analyst, signed_by=cast.manager)
    assert quarter.label not in board.get("/strategy/success/").content.decode()
    board_packs.published_pack(signed, by=cast.analyst, reader=cast.manager)
    page = board.get("/strategy/success/").content.decode()
    assert quarter.label in page
    assert "Open at the end" in page
    assert "Whether children feel safe is not measured in the portal" in page
    assert "/behind/" not in page
    chair = signed_in(cast, "manager")
    links = re.findall(
        r'href="(/returns/[^"]+/behind/[^"]+)"', chair.get("/strategy/success/").content.decode()
    )
    assert f"/returns/{quarter.slug}/behind/D2/due/total/rate/" in links
    assert {chair.get(url).status_code for url in links} == {200}


@pytest.mark.usefixtures("undrawn")
def test_what_a_cmog_reports_upward_is_on_the_next_agenda_and_names_no_child(
    cast: Cast, objective: StrategicObjective
) -> None:
    case = make_case(cast, category=3)
    strategic_cmog = cmog.book(
        key=new_key(), days=[timezone.now() + dt.timedelta(days=30)], place="Council House", chair=cast.manager,
        kind=MeetingKind.STRATEGIC, by=cast.manager,
    )[0]  # fmt: skip
    running = start_cmog(cast)
    item = item_of(running, kind="children", case=case)
    named = f"{case.child.given_name} waits for a placement."
    with pytest.raises(MeetingRefused, match=NAMES_SOMEBODY):
        items.save_said(
            item=item, notes="", decision="", for_strategic=named, version=item.version, by=cast.manager
        )
    upward = "Placements are too far away."
    items.save_said(
        item=item, notes="", decision="", for_strategic=upward, version=item.version, by=cast.manager
    )
    end_cmog(cast, running)
    board = signed_in(cast, "board")
    page = board.get(strategic_cmog.get_absolute_url()).content.decode()
    assert upward in page
    assert objective.text in page
    assert case.child.family_name not in page
    assert board.get(running.get_absolute_url()).status_code == 404
    meeting = ending.start(meeting=strategic_cmog, by=cast.manager)
    assert {each.agency for each in meeting.invitations.all()} == {
        cast.agency("cse-team"),
        cast.agency("business-unit"),
    }
    topic = item_of(meeting, title=upward)
    items.save_said(item=topic, notes="", decision="Buy two beds.", version=topic.version, by=cast.manager)
    ending.end(meeting=meeting, by=cast.manager)
    minutes.circulate(compose=composed, meeting=meeting, by=cast.manager)
    assert "Buy two beds." in board.get(f"/meetings/{meeting.pk}/minutes/").content.decode()
    assert "Buy two beds." in pdf_of(board)


def test_a_year_of_quarterly_meetings_is_booked_at_once(cast: Cast) -> None:
    first = timezone.now() + dt.timedelta(days=40)
    assert len(days_to_offer(MeetingKind.STRATEGIC, first)) == 4
    assert signed_in(cast, "board").get("/strategy/meetings/new/").status_code == 403
