"""Likely matches say why, and never tell of a case that is hidden."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.matching.selectors import known as matching
from cases.matching.selectors.known import already_known
from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cases.sharing.services import exclusions
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.concerns import make_concern

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BORN = dt.date(2012, 3, 4)


def test_the_reasons_are_given_in_words(cast: Cast) -> None:
    child = make_child(given_name="Robyn", family_name="Testley", date_of_birth=BORN, nhs_number="9990000018")
    ChildAlias.objects.create(child=child, name="Robs")
    make_case(cast, child=child)
    concern = make_concern(
        cast.practitioner, given_name="Robin", family_name="Testley", known_as="Robs", nhs_number="9990000018",
        date_of_birth=dt.date(2012, 4, 3),
    )  # fmt: skip
    match = already_known(cast.manager, concern)[0]
    assert match.strength == "Very likely"
    assert [each.sentence for each in match.reasons] == [
        "Same NHS number",
        "The first name is spelled much the same: Robyn",
        "Same last name: Testley",
        "Also known as Robs",
        "Date of birth with day and month the other way round",
    ]


@pytest.mark.parametrize("known", [{"nhs_number": "9990000018"}, {"date_of_birth": BORN}])
def test_the_same_number_or_birthday_is_not_lost_among_many_of_a_common_name(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, known: dict[str, Any]
) -> None:
    """Only so many are compared, the latest first: an old case of the very child comes before them all."""
    monkeypatch.setattr(matching, "MOST_COMPARED", 2)
    old = make_case(cast, child=make_child(**{"given_name": "Amara", "family_name": "Okoro", **known}))
    Case.objects.filter(pk=old.pk).update(last_activity_at=timezone.now() - dt.timedelta(days=900))
    for name in ("Price", "Lowe", "Marsh"):
        make_case(cast, child=make_child(given_name="Amara", family_name=name, date_of_birth=None))
    said = {"given_name": "Amara", "family_name": "Okoro", "date_of_birth": None, **known}
    assert already_known(cast.manager, make_concern(cast.practitioner, **said))[0].case == old


def test_a_hidden_case_is_never_a_match(cast: Cast, client: Client) -> None:
    child = make_child(given_name="Robyn", family_name="Hidden", nhs_number="9990000018")
    case = make_case(cast, child=child)
    concern = make_concern(
        cast.practitioner, given_name="Robyn", family_name="Hidden", nhs_number="9990000018"
    )
    assert already_known(cast.manager, concern)
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    assert already_known(cast.manager, concern) == []
    client.force_login(cast.manager, backend=BACKEND)
    page = reverse("cases:triage-concern", args=[concern.reference])
    assert case.reference not in client.get(page).content.decode()
    said = {"outcome": "add_to_case", "other_case": case.reference, "rationale": "Why", "feedback": "Thanks"}
    answer = client.post(page, said)
    assert "No case that you can see has this reference" in answer.content.decode()
