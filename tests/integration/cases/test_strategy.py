"""Strategy discussions and section 47: who records one, what is refused, and where it is told."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.record.choices import HarmStatus
from cases.record.models.case import Case
from cases.strategy.models import StrategyDiscussion, StrategyOutcome
from cases.strategy.selectors import asks_for_strategy
from cases.strategy.services import Discussed, NotHeldYet, OneAgencyAlone, record_discussion
from cse_portal.errors import NotVisible
from tests.cast import Cast
from tests.factories.cases import make_case

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
    with pytest.raises(OneAgencyAlone):
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
    assert OneAgencyAlone.message in refused
    assert "Support is enough." in refused
    assert client.post(page, {**body, "took_part": names}).status_code == 302
    assert "Child in need (section 17)" in client.get(page).content.decode()
