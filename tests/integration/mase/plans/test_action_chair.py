"""The chair's word on the nurse's action: confirmed, sent back with a reason, or cancelled."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.chronology.models import ChronologyEntry, EntryKind
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.services.reminders import remind
from mase.minutes.presenters.minutes import plan_line
from mase.plans.choices import ActionState, UpdateKind
from mase.plans.errors import ACTION_FINISHED, NEW_DAY_MISSING, OWN_REPORT_WAITS
from mase.plans.models.plan import ActionUpdate, PlanAction
from mase.plans.selectors.actions import ALL, FINISHED, MINE, OPEN, WAITING, action_list
from mase.plans.services import actions, verification
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.meetings import second_manager

OUTCOME, EFFECT = "Seen twice at school.", "She says she feels less alone."


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(scope="module")
def action(shared_cast: Cast) -> PlanAction:
    """The nurse's, issued."""
    return factory.issued(shared_cast, make_case(shared_cast, category=RiskCategory.MEDIUM))


@pytest.fixture
def done(cast: Cast, action: PlanAction) -> PlanAction:
    return actions.complete(action=action, outcome=OUTCOME, effect=EFFECT, by=cast.health)


def test_what_is_reported_as_final_waits_for_the_chair(cast: Cast, done: PlanAction) -> None:
    assert done.waits_for_chair
    assert list(action_list(cast.manager, whose=ALL, show=WAITING)) == [done]
    verification.confirm(action=done, by=cast.manager)
    row = PlanAction.objects.get(pk=done.pk)
    assert (row.waits_for_chair, row.verified_by) == (False, cast.manager)
    assert not action_list(cast.manager, whose=ALL, show=WAITING).exists()
    assert list(action_list(cast.health, whose=MINE, show=FINISHED)) == [done]
    assert AuditEvent.objects.get(action=Action.ACTION_VERIFIED).object_id == done.pk


def test_only_the_chair_confirms_sends_back_and_cancels(cast: Cast, done: PlanAction) -> None:
    for person, refusal in ((cast.health, NotPermitted), (cast.outsider, NotVisible)):
        with pytest.raises(refusal):
            verification.confirm(action=done, by=person)
        with pytest.raises(refusal):
            verification.send_back(action=done, reason="Not yet", by=person)
        with pytest.raises(refusal):
            verification.cancel(action=done, reason="Not needed", by=person)


def test_sent_back_it_is_open_again_and_nothing_of_the_first_report_is_lost(
    cast: Cast, done: PlanAction
) -> None:
    row = verification.send_back(action=done, reason="She was seen once only.", by=cast.manager)
    assert (row.state, row.outcome, row.effect_on_child, row.done_on, row.completed_by) == (
        ActionState.IN_PROGRESS, "", "", None, None,
    )  # fmt: skip
    assert list(action_list(cast.health, whose=MINE, show=OPEN)) == [done]
    kinds = list(ActionUpdate.objects.filter(action=done).values_list("kind", "text"))
    assert [kind for kind, _ in kinds] == [UpdateKind.FINISHED, UpdateKind.SENT_BACK]
    assert OUTCOME in kinds[0][1]
    assert EFFECT in kinds[0][1]
    assert kinds[1][1] == "She was seen once only."
    told = Notification.objects.get(user=cast.health, text__contains="sent")
    assert (told.text, told.url) == ("The chair has sent an action back to you.", f"/actions/{done.pk}/")
    entry = ChronologyEntry.objects.filter(source_id=done.pk, kind=EntryKind.ACTION).latest("recorded_at")
    assert entry.text.startswith("Sent back by the chair: ")
    actions.complete(action=row, outcome="Seen three times.", effect=EFFECT, by=cast.health)
    assert verification.confirm(action=done, by=cast.manager).outcome == "Seen three times."


def test_what_is_late_is_not_sent_back_without_a_new_day(cast: Cast, action: PlanAction) -> None:
    factory.make_overdue(action.pk, 12)
    remind()  # every step of the old day is told: to the nurse, her agency and the chair
    actions.complete(action=action, outcome=OUTCOME, effect=EFFECT, by=cast.health)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    for day in (None, yesterday):
        with pytest.raises(MeetingRefused, match=NEW_DAY_MISSING):
            verification.send_back(action=action, reason="See her again.", due_on=day, by=cast.manager)
    client, page = signed_in(cast.manager), f"/actions/{action.pk}/confirm/"
    assert "Without a new date nobody is reminded of it again." in client.get(page).content.decode()
    posted = {"agreed": "no", "reason": "See her again."}
    assert "Enter a new date: the old one is past" in client.post(page, posted).content.decode()
    today = timezone.localdate()
    day = {"due_on_day": today.day, "due_on_month": today.month, "due_on_year": today.year}
    assert client.post(page, {**posted, **day}).status_code == 302
    action.refresh_from_db()
    before, told = list(action.told), Notification.objects.count()
    remind()
    action.refresh_from_db()
    again = [key for key in action.told if key not in before]
    assert again
    assert all(key.endswith(f" {today}") for key in again)
    assert Notification.objects.count() == told + 1


def test_nobody_confirms_their_own_report_while_somebody_else_may(cast: Cast, action: PlanAction) -> None:
    second = second_manager(cast)
    actions.complete(action=action, outcome=OUTCOME, effect=EFFECT, by=cast.manager)
    with pytest.raises(MeetingRefused, match=OWN_REPORT_WAITS):
        verification.confirm(action=action, by=cast.manager)
    page = signed_in(cast.manager).post(f"/actions/{action.pk}/confirm/", {"agreed": "yes"})
    assert OWN_REPORT_WAITS in page.content.decode()
    assert Notification.objects.get(user=second, text=actions.FROM_A_CHAIR).url == f"/actions/{action.pk}/"
    row = verification.confirm(action=action, by=second)
    assert (row.verified_by, row.is_own_report) == (second, False)


def test_the_only_one_who_may_chair_confirms_their_own_report_and_it_says_so(
    cast: Cast, action: PlanAction
) -> None:
    actions.complete(action=action, outcome=OUTCOME, effect=EFFECT, by=cast.manager)
    row = verification.confirm(action=action, by=cast.manager)
    assert row.standing == "Done, confirmed by who reported it"
    assert plan_line(row)["standing"] == "Done, confirmed by who reported it"  # as the papers have it
    said = ActionUpdate.objects.get(action=action, kind=UpdateKind.CONFIRMED).text
    assert said == verification.OWN_REPORT
    page = signed_in(cast.manager).get(f"/actions/{action.pk}/").content.decode()
    assert "confirmed by who reported it: nobody else may chair" in page
    assert AuditEvent.objects.get(action=Action.ACTION_VERIFIED).detail["own_report"] is True


def test_an_open_action_is_not_confirmed_and_a_closed_cases_report_still_waits(
    cast: Cast, action: PlanAction
) -> None:
    with pytest.raises(ChangedMeanwhile):
        verification.confirm(action=action, by=cast.manager)
    actions.not_done(action=action, reason="She moved.", by=cast.health)
    Case.objects.filter(pk=action.case_id).update(status="closed")
    assert list(action_list(cast.manager, whose=ALL, show=WAITING)) == [action]
    verification.confirm(action=action, by=cast.manager)
    assert not action_list(cast.manager, whose=ALL, show=WAITING).exists()


def test_the_chair_cancels_what_is_not_needed_any_more(cast: Cast, action: PlanAction) -> None:
    row = verification.cancel(action=action, reason="She lives with her aunt now.", by=cast.manager)
    assert (row.state, row.outcome, row.waits_for_chair) == (
        ActionState.CANCELLED,
        "She lives with her aunt now.",
        False,
    )
    assert Notification.objects.filter(user=cast.health, text__contains="cancelled").count() == 1
    with pytest.raises(MeetingRefused, match=ACTION_FINISHED):
        actions.progress(action=action, note="More", by=cast.health)


def test_nothing_ends_without_its_words(client: Client, cast: Cast, action: PlanAction) -> None:
    client.force_login(cast.health)
    today = timezone.localdate()
    day = {"done_on_day": today.day, "done_on_month": today.month, "done_on_year": today.year}
    posted = {"done": "yes", "outcome": "  ", "effect": "", "sure": "on", **day}
    page = client.post(f"/actions/{action.pk}/outcome/", posted).content.decode()
    assert "Write what came of the action" in page
    assert "Write what it changed for the child" in page
    assert (
        "Say why it will not be done"
        in client.post(
            f"/actions/{action.pk}/outcome/", {"done": "no", "reason": " ", "sure": "on"}
        ).content.decode()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.complete(action=action, outcome="", effect=EFFECT, by=cast.health)


def test_the_chair_answers_on_a_page(client: Client, cast: Cast, done: PlanAction) -> None:
    client.force_login(cast.manager)
    assert "Confirm it or send it back" in client.get(f"/actions/{done.pk}/").content.decode()
    listed = client.get("/actions/?whose=all&show=waiting").content.decode()
    assert "1 action waiting for the chair that you may see" in listed
    assert "Seen twice" not in listed
    assert "action to confirm" in client.get("/").content.decode()
    said = {"form_token": str(new_key()), "agreed": "no", "reason": ""}
    answer = client.post(f"/actions/{done.pk}/confirm/", said)
    assert "Say what is still to be done" in answer.content.decode()
    answer = client.post(f"/actions/{done.pk}/confirm/", {**said, "reason": "See her again."}, follow=True)
    page = answer.content.decode()
    assert "The action is open again" in page
    assert "See her again." in page
    answer = client.post(
        f"/actions/{done.pk}/confirm/", {**said, "form_token": str(new_key()), "agreed": "yes"}
    )
    assert "This has changed since you opened the page" in answer.content.decode()


def test_many_reports_are_confirmed_in_two_presses_and_those_read_alone_are_left(
    client: Client, cast: Cast, action: PlanAction
) -> None:
    """The list with all ticked is one, the button the other; with the one that leads to the list it makes three."""
    serious, another = (make_case(cast, category=RiskCategory.MEDIUM) for _ in range(2))
    meeting = factory.running(cast, another, people=[cast.health])
    second, own = (factory.agreed(cast, meeting) for _ in range(2))
    factory.end(cast, meeting)
    made, alone = [action, second], factory.issued(cast, serious)
    for each in (*made, alone):
        actions.complete(action=each, outcome=OUTCOME, effect=EFFECT, by=cast.health)
    actions.complete(action=own, outcome=OUTCOME, effect=EFFECT, by=cast.manager)
    Case.objects.filter(pk=serious.pk).update(category=RiskCategory.HIGH)
    client.force_login(cast.manager)
    page = client.get("/actions/?whose=all&show=waiting&ticked=all").content.decode()
    ticked = re.findall(r'name="action" form="together" id="[^"]*" value="([^"]*)" checked', page)
    assert set(ticked) == {str(each.pk) for each in made}
    assert page.count(">Alone<") == 2
    posted = {"action": [*ticked, str(alone.pk), str(own.pk), "nonsense"]}
    told = client.post("/actions/confirm/", posted, follow=True).content.decode()
    assert "2 actions are confirmed." in told
    assert "3 actions are not: open each by itself." in told
    left = set(action_list(cast.manager, whose=ALL, show=WAITING))
    assert left == {alone, own}
    client.force_login(cast.health)
    again = client.post("/actions/confirm/", {"action": [str(alone.pk)]}, follow=True).content.decode()
    assert "0 actions are confirmed." in again


def test_two_hundred_reports_are_on_one_page_and_confirmed_in_one_press(
    client: Client, cast: Cast, done: PlanAction
) -> None:
    kept = {each.attname: getattr(done, each.attname) for each in PlanAction._meta.concrete_fields}
    PlanAction.objects.bulk_create(PlanAction(**{**kept, "id": new_key()}) for _ in range(199))
    client.force_login(cast.manager)
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/actions/?whose=all&show=waiting&ticked=all").content.decode()
    assert len(asked) <= 25
    ticked = re.findall(r'id="tick-[^"]*" value="([^"]*)" checked', page)
    assert len(ticked) == 200
    with CaptureQueriesContext(connection) as asked:
        told = client.post("/actions/confirm/", {"action": ticked}, follow=True).content.decode()
    assert "200 actions are confirmed." in told
    assert len(asked) <= 700, "one event for each, and nothing else asked for each"
