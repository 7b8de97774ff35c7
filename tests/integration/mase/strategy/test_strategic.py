"""The strategy's action plan: set out, owned, reported on with evidence, read by the board."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from mase.meetings.errors import ChangedMeanwhile, SomeoneElseSaved
from mase.plans.choices import PlanP
from mase.strategy import services as strategic
from mase.strategy.models import Rag, StrategicObjective, StrategicUpdate
from mase.strategy.selectors import objective_for, plan
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import board_reports
from tests.papers import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def objective(shared_cast: Cast) -> StrategicObjective:
    """The first of the plan, set out from the strategy."""
    return strategic.set_out(by=shared_cast.manager)[0]


def owned(cast: Cast, row: StrategicObjective, due_on: dt.date) -> StrategicObjective:
    changed = strategic.Objective(
        PlanP(row.p), row.text, row.measure, cast.agency("police"), cast.police, due_on
    )
    return strategic.change(row=row, objective=changed, reason="Agreed", version=row.version, by=cast.manager)


def posted(**given: str) -> dict[str, str]:
    return {"form_token": str(new_key()), **given}


def test_the_plan_begins_with_the_strategys_own_objectives_under_the_four_ps(
    cast: Cast, objective: StrategicObjective
) -> None:
    records = plan(cast.board)
    assert {each.objective.p for each in records} == set(PlanP)
    assert all(each.objective.measure and each.objective.section for each in records)
    assert {each.rag for each in records} == {None}
    with pytest.raises(ChangedMeanwhile):
        strategic.set_out(by=cast.manager)


def test_a_colour_needs_evidence_and_the_history_keeps_every_one(
    cast: Cast, objective: StrategicObjective
) -> None:
    manager = signed_in(cast, "manager")
    address = f"/strategy/objectives/{objective.pk}/report/"
    refused = manager.post(address, posted(rag="GREEN", evidence=""))
    assert "Say what shows that the objective stands like this" in refused.content.decode()
    assert not StrategicUpdate.objects.exists()
    data = posted(rag="AMBER", evidence="The profile is fourteen months old.")
    for _ in range(2):
        assert manager.post(address, data).status_code == 302
    manager.post(address, posted(rag="GREEN", evidence="The new profile was accepted."))
    record = objective_for(cast.board, objective.pk)
    assert [each.rag for each in record.updates] == [Rag.GREEN, Rag.AMBER]
    assert record.rag is Rag.GREEN
    page = signed_in(cast, "board").get(f"/strategy/objectives/{objective.pk}/").content.decode()
    assert "The profile is fourteen months old." in page
    assert "The new profile was accepted." in page


def test_an_objective_is_overdue_after_its_day_until_it_is_done(
    cast: Cast, objective: StrategicObjective
) -> None:
    row = owned(cast, objective, timezone.localdate() - dt.timedelta(days=1))
    assert objective_for(cast.board, row.pk).is_overdue
    strategic.report(row=row, rag=Rag.DONE, evidence="Accepted.", by=cast.manager, key=new_key())
    assert not objective_for(cast.board, row.pk).is_overdue


def test_a_change_says_why_and_what_it_was_before(cast: Cast, objective: StrategicObjective) -> None:
    owned(cast, objective, timezone.localdate())
    update = objective_for(cast.board, objective.pk).updates[0]
    assert "Agreed" in update.evidence
    assert "nobody named" in update.evidence
    with pytest.raises(SomeoneElseSaved):
        owned(cast, objective, timezone.localdate() + dt.timedelta(days=9))


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
    assert "Training is not recorded in the portal." in text


def test_success_shows_published_figures_and_says_what_is_not_measured(cast: Cast) -> None:
    board = signed_in(cast, "board")
    assert "there are no figures" in board.get("/strategy/success/").content.decode()
    quarter = Quarter.containing(timezone.localdate()).previous()
    signed = board_reports.signed_return(quarter, prepared_by=cast.analyst, signed_by=cast.manager)
    assert quarter.label not in board.get("/strategy/success/").content.decode()
    board_reports.published_report(signed, by=cast.analyst)
    page = board.get("/strategy/success/").content.decode()
    assert quarter.label in page
    assert "Children open at the end of the quarter" in page
    assert "Whether children feel safe is not measured in the portal" in page
    assert "/behind/" not in page
    chair = signed_in(cast, "manager")
    links = re.findall(
        r'href="(/returns/[^"]+/behind/[^"]+)"', chair.get("/strategy/success/").content.decode()
    )
    assert f"/returns/{quarter.slug}/behind/D2/due/total/rate/" in links
    assert {chair.get(url).status_code for url in links} == {200}
