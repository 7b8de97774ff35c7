"""Agencies record prevention; who plans sees it beside harm by ward, and what services children need."""

import csv
import io
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from cases.record.choices import RiskCategory
from cse_portal.errors import NotPermitted, StaleEdit
from cse_portal.keys import new_key
from reporting.prevention.models import PreventionActivity
from reporting.prevention.services import NotHeldYet, record_activity
from reporting.provision import presenters, selectors
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.board_packs import LAST, published_pack, signed_return
from tests.factories.cases import make_case, make_child
from tests.factories.missing import went_missing
from tests.factories.support import completed, make_activity, refer

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
ABBEY, BLACKHEATH = "E05001260", "E05001261"


def test_a_hotel_visit_takes_five_answers_and_is_not_recorded_twice(cast: Cast, as_: As) -> None:
    today = timezone.localdate()
    said = {
        "kind": "visit", "setting": "hotel", "place": "Harlow Lodge", "in_ward": ABBEY, "on_day": str(today.day),
        "on_month": str(today.month), "on_year": str(today.year), "version": "0", "form_token": str(new_key()),
    }  # fmt: skip
    for _ in range(2):
        page = as_("practitioner").post("/prevention/new/", said, follow=True)
    assert "Harlow Lodge" in page.content.decode()
    made = PreventionActivity.objects.get()
    assert (made.agency, made.recorded_by, made.reach) == (cast.agency("csc"), cast.practitioner, [])
    address = f"/prevention/{made.pk}/"
    as_("practitioner").post(address, {**said, "version": "1", "staff": "8", "followed_sharing": "on"})
    made.refresh_from_db()
    assert (made.reach, made.followed_sharing, made.version) == ([("staff", 8)], True, 2)
    stale = as_("practitioner").post(address, {**said, "version": "1", "place": "Elm Lodge"}).content.decode()
    assert "Saved meanwhile: Visit: Harlow Lodge" in stale


def test_nothing_is_recorded_ahead_and_only_what_is_one_s_own_is_changed(cast: Cast) -> None:
    with pytest.raises(NotHeldYet):
        make_activity(cast.health, days=-1)
    row = make_activity(cast.health)
    with pytest.raises(StaleEdit):
        record_activity(activity=row, said={"on": row.on, "place": "Elsewhere"}, version=0, by=cast.health)
    for by in (cast.analyst, cast.board):
        with pytest.raises(NotPermitted):
            make_activity(by)


def test_an_agency_reads_its_own_and_who_plans_reads_all(cast: Cast, as_: As) -> None:
    make_activity(cast.health)
    make_activity(cast.practitioner, place="Holly Bank School", setting="school", kind="session", pupils=120)
    told = {who: as_(who).get("/prevention/").content.decode() for who in ("health", "practitioner", "board")}
    assert [("Harlow Lodge" in told[who], "Holly Bank" in told[who]) for who in told] == [
        (True, False), (False, True), (True, True),
    ]  # fmt: skip
    assert "2 activities: 120 pupils, 16 staff" in " ".join(told["board"].split())
    assert as_("lead").get("/prevention/").status_code == 403
    with acting_for(cast.practitioner):
        assert PreventionActivity.objects.count() == 1
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            PreventionActivity.objects.update(agency=cast.agency("health"))
    with acting_for(cast.privacy):
        assert PreventionActivity.objects.count() == 0


def test_the_list_is_narrowed_and_its_file_has_the_same_rows(cast: Cast, as_: As) -> None:
    make_activity(cast.health, place="=HYPERLINK(1)", feedback="Useful", feedback_count=6)
    make_activity(cast.health, setting="school", in_ward=BLACKHEATH)
    make_activity(cast.health, days=200)
    asked = {"setting": ["hotel"], "ward": ABBEY, "days": "90"}
    assert "1 activity" in as_("analyst").get("/prevention/", asked).content.decode()
    content = as_("analyst").get("/prevention/csv/", asked).content.decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(content))
    assert (head[3], row[3], row[4], row[13]) == ("Place", "'=HYPERLINK(1)", "Abbey", "6")


def test_wards_with_much_harm_and_no_prevention_come_first(cast: Cast, as_: As) -> None:
    for ward in (ABBEY, ABBEY, BLACKHEATH):
        case = make_case(cast, child=make_child(ward=ward), category=RiskCategory.MEDIUM)
        for days in (2, 4, 6, 8, 10, 12):
            went_missing(cast, case, days=days, hours=2)
    make_activity(cast.health, in_ward=ABBEY)
    found = presenters.rows(selectors.prevention(cast.manager))
    assert (found[0].name, found[0].harm, found[0].done, found[0].stands_out) == ("Blackheath", "6", 0, True)
    abbey = next(each for each in found if each.name == "Abbey")
    assert (abbey.harm, abbey.done, abbey.stands_out) == ("12", 1, False)
    assert "Much harm, no prevention" in as_("manager").get("/prevention/wards/").content.decode()


@pytest.mark.usefixtures("undrawn")
def test_who_sees_no_child_reads_what_was_published(cast: Cast, as_: As) -> None:
    page = as_("board").get("/prevention/wards/").content.decode()
    assert "No board pack is published yet" in page
    assert "No board pack is published yet" in as_("analyst").get("/support/").content.decode()
    made = signed_return(LAST, prepared_by=cast.analyst, signed_by=cast.manager, withheld=7777)
    published_pack(made, by=cast.analyst, reader=cast.manager)
    for address in ("/prevention/wards/", "/support/"):
        page = as_("board").get(address).content.decode()
        assert LAST.label in page
        assert "withheld" in page.lower()
        assert "7777" not in page
        assert "7,777" not in page


def test_need_and_provision_are_counted_live_for_the_team_and_withheld_elsewhere(cast: Cast, as_: As) -> None:
    case = make_case(cast, child=make_child(ward=ABBEY), category=RiskCategory.MEDIUM)
    completed(cast, case)
    refer(cast, case, met=False, service=None, need="HOME")
    tables = {each.caption: each.rows for each in presenters.tables(selectors.support(cast.manager))}
    rows = {each.label: [cell.text for cell in each.cells] for each in tables["Needs, met and unmet"]}
    assert rows["A safe place to live"] == ["0", "0", "0", "1", "1", "0%"]
    assert rows["A trusted adult to talk to"][:5] == ["1", "0", "0", "0", "1"]
    assert tables["The wait for a first appointment"][0].cells[1].text == "14"
    assert "of the children whose cases you may see" in as_("manager").get("/support/").content.decode()
    assert as_("practitioner").get("/support/").status_code == 403
