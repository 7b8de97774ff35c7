"""A search for a child by name leaves the name in no address, and finds as well as it ever did."""

import pytest
from django.test import Client

from cases.chronology.forms import ChronologyFilter
from cases.concerns.forms.following import ConcernFilterForm
from cases.matching.forms import RegisterForm, SearchForm
from cases.record.choices import RiskCategory
from cases.record.forms import CaseFilterForm
from cse_portal.encryption import encrypt
from cse_portal.ui.forms import FilterForm
from cse_portal.ui.forms.fields import HiddenField, SearchField, TextField
from cse_portal.ui.searching import PURPOSE, WORDS, concealed, revealed
from intelligence.desk.forms import InboxFilter, ReportFilter
from intelligence.disruption.forms import RegisterFilter
from intelligence.hotspots.forms import HotspotFilter
from intelligence.links.forms import TwoForm
from intelligence.profiles.forms import SubjectFilter
from intelligence.submissions.forms import MineFilter
from mase.disagreements.forms import DisagreementFilter
from mase.meetings.forms.scheduling import MeetingFilter
from mase.plans.forms import ActionFilter
from reporting.prevention.forms import PreventionFilter
from reporting.workforce.forms import PeopleFilter
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case, make_child

pytestmark = pytest.mark.django_db
LISTS = (
    CaseFilterForm, ChronologyFilter, ConcernFilterForm, RegisterFilter,
    InboxFilter, MineFilter, ReportFilter, ActionFilter, DisagreementFilter, MeetingFilter,
    RegisterForm, SearchForm, SubjectFilter, HotspotFilter, TwoForm, PreventionFilter, PeopleFilter,
)  # fmt: skip


@pytest.fixture
def practitioner(cast: Cast) -> Client:
    """Sees two children, Amelia and Rowan."""
    for name in ("Amelia", "Rowan"):
        make_case(
            cast, child=make_child(given_name=name, family_name="Thornby-Vale"), category=RiskCategory.HIGH
        )
    return signed_in(cast, "practitioner")


def test_a_child_is_found_by_name_and_no_address_has_it(practitioner: Client) -> None:
    asked = {"to": "/cases/", "text": "Amelia", "status": "any", "scope": "", "category": ["2", "3"]}
    sent = practitioner.post("/search/", asked)
    address = sent["Location"]
    assert address.startswith("/cases/?text=~")
    assert "amelia" not in address.lower()
    assert "scope" not in address
    assert "category=2&category=3" in address
    page = practitioner.get(address).content.decode()
    assert 'value="Amelia"' in page
    assert "Amelia Thornby-Vale" in page
    assert "Rowan" not in page
    # What leads on from it, to another order or a copy of the list, is the same search and has no name either.
    addresses = [part.split('"')[0] for part in page.split('href="')[1:]]
    assert sum("text=" in each for each in addresses) > 3
    assert not any("Amelia" in each for each in addresses)


@pytest.mark.parametrize(
    "to", ["", "https://example.org/", "//example.org/", "javascript:alert(1)", "/\\example.org"]
)
def test_a_search_never_leads_out_of_the_portal(practitioner: Client, to: str) -> None:
    assert practitioner.post("/search/", {"to": to, "text": "Amelia"})["Location"].startswith("/?text=~")


def test_an_address_that_was_changed_or_came_from_elsewhere_searches_for_nothing(
    practitioner: Client,
) -> None:
    kept_in_the_database = "~" + encrypt("4 Hidden Lane")
    for odd in ("~", "~x", concealed("Amelia")[:-4], kept_in_the_database, "~\x00", "~ñ"):
        assert revealed(odd) == ""
        page = practitioner.get("/cases/", {"text": odd})
        assert page.status_code == 200
        assert "Hidden Lane" not in page.content.decode()
    assert encrypt("Amelia", PURPOSE) != encrypt("Amelia", PURPOSE)


def test_whoever_is_signed_out_finds_nothing(client: Client) -> None:
    assert client.post("/search/", {"to": "/cases/", "text": "Amelia"})["Location"].startswith(
        "/accounts/login/"
    )


@pytest.mark.parametrize("form", LISTS)
def test_every_box_for_words_is_one_that_conceals_them(form: type[FilterForm]) -> None:
    ours = {each for each in FilterForm.__subclasses__() if not each.__module__.startswith("tests.")}
    assert ours == set(LISTS)
    boxes = {
        name: field
        for name, field in form.base_fields.items()
        if isinstance(field, TextField) and not isinstance(field, HiddenField)
    }
    assert all(isinstance(field, SearchField) and name in WORDS for name, field in boxes.items())
