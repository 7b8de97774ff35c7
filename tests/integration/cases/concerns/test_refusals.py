"""What cannot be is refused on the page, at the field it is about, and nothing typed is lost."""

import datetime as dt
import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.handoffs.models import HandOff
from cases.handoffs.services import NobodyThere
from cases.missing.models import MissingEpisode
from cases.record.models.case import Case
from cse_portal.accounts.models import Agency
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import make_concern, make_draft
from tests.factories.missing import went_missing

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
TYPED = "Typed with care"


def date_of(name: str, day: dt.date) -> dict[str, Any]:
    return {f"{name}_{part}": getattr(day, part) for part in ("day", "month", "year")}


def moment_of(name: str, moment: dt.datetime) -> dict[str, Any]:
    local = timezone.localtime(moment)
    return {**date_of(name, local.date()), f"{name}_time": f"{local:%H:%M}"}


def refused(client: Client, address: str, field: str, words: str, **said: Any) -> None:
    """The summary leads to the field, which says why; what was typed is still there."""
    answer = client.post(address, {"form_token": str(new_key()), **said})
    shown = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert f'href="#id_{field}' in shown, "the summary leads to the field"
    assert shown.count(words) >= 2, "in the summary and at the field"
    assert TYPED in shown


def test_a_birthday_in_the_future(cast: Cast, as_: As) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    said, words = date_of("date_of_birth", tomorrow), "Date of birth: enter today's date or one in the past"
    concern, case = make_draft(cast.practitioner), make_case(cast)
    client = as_("practitioner")
    refused(
        client,
        f"/concerns/{concern.reference}/write/child/",
        "date_of_birth",
        words,
        given_name=TYPED,
        **said,
    )
    refused(client, f"/cases/{case.reference}/edit/", "date_of_birth", words, given_name=TYPED, **said)
    refused(
        client,
        f"/cases/{case.reference}/family/new/",
        "date_of_birth",
        words,
        name=TYPED,
        relation="SIBLING",
        **said,
    )


def test_missing_from_before_birth(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    born = case.child.date_of_birth
    assert born
    moment = timezone.make_aware(dt.datetime.combine(born - dt.timedelta(days=1), dt.time(20)))
    refused(
        as_("practitioner"), f"/cases/{case.reference}/missing/new/", "missing_since",
        "before the child or young person was born", kind="M", missing_from="HOME",
        reporting_agency=str(cast.agency("csc").pk), notes=TYPED, last_seen_where=TYPED,
        **moment_of("missing_since", moment),
    )  # fmt: skip
    assert not MissingEpisode.objects.exists()


def test_back_before_they_were_missing(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    episode = went_missing(cast, case, hours=None)
    earlier = episode.missing_since - dt.timedelta(hours=1)
    refused(
        as_("practitioner"), f"/cases/{case.reference}/missing/{episode.pk}/back/", "returned_at",
        "They cannot be back before they were missing", found_where=TYPED, return_notes=TYPED,
        harm_while_away="NOT_KNOWN", **moment_of("returned_at", earlier),
    )  # fmt: skip
    episode.refresh_from_db()
    assert episode.is_open


def test_a_hand_off_to_an_agency_that_left(cast: Cast, as_: As) -> None:
    case, concern = make_case(cast), make_concern(cast.outsider)
    left = cast.agency("early-help")
    Agency.objects.filter(pk=left.pk).update(is_active=False)
    refused(
        as_("practitioner"), f"/cases/{case.reference}/step-down/", "agency", NobodyThere.message, asked=TYPED,
        agency=str(left.pk),
    )  # fmt: skip
    refused(
        as_("manager"), f"/triage/{concern.reference}/", "early_help_agency", NobodyThere.message, outcome="early_help",
        early_help_agency="early-help", early_help_asked=TYPED, rationale=TYPED,
    )  # fmt: skip
    assert not HandOff.objects.exists()
    assert Case.objects.get() == case
