"""Strategy discussions and section 47: who records one, what is refused, and where it is told."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.concerns.choices import ConcernOutcome
from cases.concerns.selectors import concern_for
from cases.record.choices import HarmStatus
from cases.record.models.case import Case
from cases.strategy.models import StrategyDiscussion, StrategyOutcome
from cases.strategy.selectors import asks_for_strategy, discussions_at_triage
from cases.strategy.services import (
    Discussed,
    NotHeldYet,
    record_at_triage,
    record_discussion,
)
from cases.triage.services import correct
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.keys import new_key
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import decide, make_concern, opening

BOTH = ("Social care", "Police")


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def said(days: int = 0, took_part: tuple[str, ...] = BOTH) -> Discussed:
    day = timezone.localdate() - dt.timedelta(days=days)
    return Discussed(day, took_part, StrategyOutcome.S47_JOINT, "Evidence of harm.")


def test_a_discussion_is_on_the_case_and_in_the_chronology(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(harm_status=HarmStatus.H3)
    case.refresh_from_db()
    assert asks_for_strategy(case)
    made = record_discussion(case=case, said=said(1), by=cast.practitioner)
    again = record_discussion(case=case, said=said(1), by=cast.practitioner, key=made.pk)
    assert again == made
    assert not asks_for_strategy(case)
    entry = case.chronology.get(source_id=made.pk)
    assert "Took part: Social care and Police." in entry.text
    assert entry.happened_on == made.held_on


def test_what_is_refused(cast: Cast, case: Case) -> None:
    with pytest.raises(NotHeldYet):
        record_discussion(case=case, said=said(-1), by=cast.practitioner)
    with pytest.raises(NotAllowedNow, match="Select at least two agencies that took part"):
        record_discussion(case=case, said=said(took_part=("Police",)), by=cast.practitioner)
    with pytest.raises(NotVisible):
        record_discussion(case=case, said=said(), by=cast.outsider)
    assert not StrategyDiscussion.objects.exists()


def test_the_page_records_one_and_keeps_what_was_typed(cast: Cast, client: Client, case: Case) -> None:
    client.force_login(cast.practitioner, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = reverse("cases:strategy", args=[case.reference])
    names = [name for name, _ in client.get(page).context["form"].fields["took_part"].choices][:2]
    today = timezone.localdate()
    body = {
        "held_on_day": today.day, "held_on_month": today.month, "held_on_year": today.year, "took_part": names[:1],
        "outcome": "child_in_need", "why": "Support is enough.",
    }  # fmt: skip
    refused = client.post(page, body).content.decode()
    assert "Select at least two agencies that took part." in refused
    assert "Support is enough." in refused
    assert client.post(page, {**body, "took_part": names}).status_code == 302
    assert "Child in need (section 17)" in client.get(page).content.decode()


def test_at_triage_it_is_recorded_before_there_is_a_case_and_goes_with_the_concern(
    cast: Cast, client: Client
) -> None:
    """The author does not read it. A corrected decision takes it back to triage."""
    concern = make_concern(cast.outsider)
    client.force_login(cast.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    page, today = reverse("cases:triage-concern", args=[concern.reference]), timezone.localdate()
    body = {
        "act": "held", "rationale": "Half written", "form_token": str(new_key()),
        "strategy-held_on_day": str(today.day),
        "strategy-held_on_month": str(today.month), "strategy-held_on_year": str(today.year),
        "strategy-outcome": "s47_joint", "strategy-why": "Evidence of harm.",
    }  # fmt: skip
    assert "Select who took part" in client.post(page, body).content.decode()
    both = [cast.agency(code).name for code in ("csc", "police")]
    answer = client.post(page, body | {"strategy-took_part": both})
    assert "(1 recorded)" in answer.content.decode()
    assert answer.context["form"]["rationale"].value() == "Half written"
    made = StrategyDiscussion.objects.get()
    assert (made.case, made.concern) == (None, concern)
    for person, sees in ((cast.manager, True), (cast.outsider, False), (cast.practitioner, False)):
        with acting_for(person):
            assert StrategyDiscussion.objects.exists() is sees
            assert StrategyDiscussion.objects.visible_to(person).exists() is sees
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    made.refresh_from_db()
    assert made.case is not None
    assert made.case.chronology.filter(source_id=made.pk).count() == 1
    with acting_for(cast.practitioner):
        assert StrategyDiscussion.objects.visible_to(cast.practitioner).get() == made
    with pytest.raises(NotAllowedNow, match="This concern has been decided"):
        record_at_triage(concern=concern, said=said(), by=cast.manager)
    correct(concern=concern, reason="Another child", by=cast.manager)
    made.refresh_from_db()
    assert made.case is None


def test_a_decision_without_a_case_keeps_the_discussion_on_the_concern(cast: Cast) -> None:
    concern = make_concern(cast.outsider)
    decide(concern, cast.manager, outcome=ConcernOutcome.NO_FURTHER_ACTION, strategy=said())
    found = concern_for(cast.manager, concern.reference)
    assert discussions_at_triage(cast.manager, found) == [StrategyDiscussion.objects.get(case=None)]
