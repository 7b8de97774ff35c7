"""The register, an order's page and its forms, as the cast sees them."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access.records import disclosed_as
from cse_portal.keys import new_key
from cse_portal.reference.selectors import label
from intelligence.disruption import presenters, selectors, services
from intelligence.disruption.choices import Effect, Stage
from intelligence.disruption.models import Disruption
from intelligence.subjects.models import Subject
from reporting.retention.selectors import _people
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.disruption import asked, breached, served, step
from tests.integration.mase.cmog.test_cmog import named_by_a_report

pytestmark = pytest.mark.django_db
REGISTER = "/intelligence/disruption/"


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast)


@pytest.fixture(scope="module")
def named(shared_cast: Cast, case: Case) -> tuple[Subject, Subject]:
    return named_by_a_report(shared_cast, case)


@pytest.fixture(scope="module")
def orders(shared_cast: Cast, case: Case, named: tuple[Subject, Subject]) -> dict[str, Disruption]:
    """One of each kind that the register counts."""
    person, place = named
    made = {
        "in force": served(shared_cast, person, days=100),
        "requested": asked(shared_cast, place, "D20"),
        "applied": step(shared_cast, asked(shared_cast, person, "D02"), Stage.APPLIED),
        "granted": step(shared_cast, asked(shared_cast, person, "D21"), Stage.GRANTED),
        "ending": served(shared_cast, person, days=28),
        "breached": served(shared_cast, person, days=60, children=[case]),
        "refused": step(
            shared_cast, step(shared_cast, asked(shared_cast, place, "D07"), Stage.APPLIED), Stage.REFUSED
        ),
        "not used": step(shared_cast, asked(shared_cast, place, "D12"), Stage.NOT_USED),
        "expired": served(shared_cast, person, days=5),
    }
    breached(shared_cast, made["breached"])
    today = timezone.localdate()
    begun = {"starts_on": today - dt.timedelta(days=9), "ends_on": today}
    Disruption.objects.filter(pk=made["expired"].pk).update(**begun)
    return made


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def listed(page: str) -> list[str]:
    return re.findall(
        r'app-orders__order"><a class="govuk-link" href="/intelligence/disruption/([0-9a-f-]+)/', page
    )


def test_every_count_is_the_length_of_its_list(cast: Cast, orders: dict[str, Disruption]) -> None:
    counts = selectors.counts(selectors.register(cast.police))
    assert counts == {
        "breached": 1, "ending": 1, "live": 6, "requested": 1, "applied": 1, "granted": 1, "in_force": 3,
        "ended": 2, "refused": 1,
    }  # fmt: skip
    client = signed_in(cast, "police")
    for show, number in counts.items():
        page = text_of(client, f"{REGISTER}?show={show}")
        assert len(listed(page)) == number, show
        assert f"{presenters.heading(show, number)}</span></h2>" in page
    assert len(listed(text_of(client, f"{REGISTER}?show=nonsense"))) == counts["live"]


def test_what_needs_doing_first_is_first(cast: Cast, orders: dict[str, Disruption]) -> None:
    page = text_of(signed_in(cast, "police"), REGISTER)
    names = {str(order.pk): name for name, order in orders.items()}
    assert [names[key] for key in listed(page)] == [
        "breached", "ending", "granted", "requested", "applied", "in force",
    ]  # fmt: skip
    assert "Nobody has said what happens next" in page


def test_filters_narrow_the_list_and_its_counts(
    cast: Cast, named: tuple[Subject, Subject], orders: dict[str, Disruption]
) -> None:
    person, place = named
    Disruption.objects.filter(pk=orders["requested"].pk).update(ward="E05001276")
    assert selectors.counts(selectors.register(cast.police, kind="place"))["live"] == 1
    assert selectors.counts(selectors.register(cast.police, ward="E05001276"))["live"] == 1
    in_ward = text_of(signed_in(cast, "police"), f"{REGISTER}?ward=E05001276")
    assert f"1 live order in {label('ward', 'E05001276')}, what needs doing first" in in_ward
    assert listed(in_ward) == [str(orders["requested"].pk)]
    assert selectors.counts(selectors.register(cast.police, act="Licensing Act 2003"))["live"] == 1
    assert selectors.counts(selectors.register(cast.police, against=person.reference))["live"] == 5
    page = text_of(signed_in(cast, "police"), f"{REGISTER}?kind=place&against={place.reference}")
    assert listed(page) == [str(orders["requested"].pk)]


def test_nothing_of_it_is_shown_or_counted_for_who_sees_no_subject(
    cast: Cast, orders: dict[str, Disruption]
) -> None:
    for name in ("outsider", "health"):
        page = text_of(signed_in(cast, name), REGISTER)
        assert listed(page) == []
        assert set(re.findall(r"<b>(\d+)</b>", page)) == {"0"}
        assert "Rowan Kestrel" not in page
        assert "Breach:" not in page


def test_the_track_skips_what_a_kind_has_not_and_marks_a_breach(
    cast: Cast, orders: dict[str, Disruption]
) -> None:
    rows = {
        name: presenters.row(selectors.disruption_for(cast.police, each.pk)) for name, each in orders.items()
    }
    looks = {name: [look for _, look in row.track] for name, row in rows.items()}
    assert looks["breached"] == ["on", "skip", "skip", "on", "bad", ""]
    assert looks["requested"] == ["on", "", "", "skip", "", ""]
    assert looks["granted"] == ["on", "skip", "on", "", "", ""]
    assert looks["expired"] == ["on", "skip", "skip", "on", "on", "on"]
    assert (rows["ending"].ends, rows["ending"].soon) == ("28 days", True)
    assert (rows["breached"].stage, rows["breached"].children, rows["breached"].told) == (
        "Breached",
        1,
        "not yet",
    )
    assert (rows["expired"].stage, rows["expired"].ends, rows["expired"].reached) == ("Ended", "", 6)
    assert (rows["applied"].ends, rows["applied"].ends_small) == ("At least 2 years", "if granted")


def test_an_order_is_asked_for_from_a_childs_record(
    cast: Cast, case: Case, named: tuple[Subject, Subject]
) -> None:
    person, client = named[0], signed_in(cast, "manager")
    before = list(Disruption.objects.values_list("pk", flat=True))
    page = text_of(client, f"/cases/{case.reference}/intelligence/orders/")
    address = f"/intelligence/disruption/ask/{person.reference}/?case={case.reference}"
    assert address in page
    form = text_of(client, address)
    assert "Police protection" not in form
    assert re.search(rf'value="{case.pk}"[^>]*checked', form)
    day = timezone.localdate() + dt.timedelta(days=9)
    given = {
        "form_token": str(new_key()), "tactic": "D01", "text": "Serve a notice.", "children": str(case.pk),
        "agency": str(cast.agency("police").pk), "ward": "", "due_on_day": day.day, "due_on_month": day.month,
        "due_on_year": day.year,
    }  # fmt: skip
    assert (
        "Select one of the answers listed" in client.post(address, given | {"tactic": "P01"}).content.decode()
    )
    for _ in range(2):
        assert client.post(address, given).status_code == 302
    order = Disruption.objects.exclude(pk__in=before).get()
    assert [each.case for each in order.children.all()] == [case]
    shown = listed(text_of(client, f"/cases/{case.reference}/intelligence/orders/"))
    assert set(shown) == {*listed(page), str(order.pk)}
    assert signed_in(cast, "practitioner").get(address).status_code == 403


def test_an_order_is_asked_for_from_the_list_of_subjects(cast: Cast, named: tuple[Subject, Subject]) -> None:
    client, to = signed_in(cast, "police"), "/intelligence/subjects/"
    assert f'href="{to}"' in text_of(client, REGISTER)
    address = client.post("/search/", {"to": to, "q": "Kestrel"})["Location"]
    assert "Kestrel" not in address
    found = text_of(client, address)
    assert f"{to}{named[0].reference}/" in found
    assert "To ask for an order" in found
    asks = f"/intelligence/disruption/ask/{named[0].reference}/"
    assert asks in text_of(client, f"{to}{named[0].reference}/")
    assert "To ask for an order" not in text_of(signed_in(cast, "practitioner"), to)


def test_forms_say_what_is_wrong_and_the_page_keeps_everything(
    cast: Cast, case: Case, named: tuple[Subject, Subject]
) -> None:
    order, client = asked(cast, named[0], children=[case]), signed_in(cast, "police")
    today, page = timezone.localdate(), f"{REGISTER}{order.pk}/"
    assert "Record that it was served" in text_of(client, page)
    day = {"on_day": today.day, "on_month": today.month, "on_year": today.year}
    ends = {"ends_on_day": today.day, "ends_on_month": today.month, "ends_on_year": today.year}
    given = day | {"form_token": str(new_key()), "text": "At his home.", "served_by": "Sergeant Moss"}
    wrong = client.post(f"{page}step/served/", given | ends).content.decode()
    assert 'href="#id_ends_on_0">The end must be after the start' in wrong
    told = given | {"conditions": "Meets no child.\nStays away from the arcade."}
    assert client.post(f"{page}step/served/", told).status_code == 302
    assert client.get(f"{page}step/nonsense/").status_code == 404
    assert (
        "cannot be recorded"
        in client.post(f"{page}step/granted/", told | {"form_token": str(new_key())}).content.decode()
    )
    breached(cast, order)
    services.rate(
        disruption=order, effect=Effect.WEAK, text="He met her again.", by=cast.police, key=new_key()
    )
    shown = text_of(client, page)
    for words in (
        "<li>Meets no child.</li>",
        "by Sergeant Moss",
        "He met her at the arcade.",
        "Effect: Weak",
    ):
        assert words in shown
    child = order.children.get()
    lead = signed_in(cast, "practitioner")
    address = f"{REGISTER}children/{child.pk}/"
    assert address in text_of(lead, page)
    assert "Say why not" in lead.post(address, {"told": "no"}).content.decode()
    assert lead.post(address, {"told": "no", "because": "Agreed at MASE."}).status_code == 302
    assert "Not told, agreed: Agreed at MASE." in text_of(lead, page)


def test_the_child_learns_that_an_order_protects_them_and_not_against_whom(
    cast: Cast, case: Case, named: tuple[Subject, Subject]
) -> None:
    order = served(cast, named[0], children=[case])
    ((title, words),) = disclosed_as(order.children.get())
    assert title == "An order protects you"
    assert "Kestrel" not in words


def test_a_person_is_kept_while_an_order_is_live_and_until_a_year_after_its_end(
    cast: Cast, named: tuple[Subject, Subject]
) -> None:
    order = served(cast, named[0], days=5)
    assert _people().get(pk=named[0].pk).ended is None
    today = timezone.localdate()
    Disruption.objects.filter(pk=order.pk).update(starts_on=today - dt.timedelta(days=9), ends_on=today)
    assert timezone.localdate(_people().get(pk=named[0].pk).ended) == today
