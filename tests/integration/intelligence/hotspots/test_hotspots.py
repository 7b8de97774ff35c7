"""Hot spots: what is counted where, from which rows, for whom; and that each number leads to its rows."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases.concerns.choices import ConcernOutcome
from cases.missing.models import ABSENT, MissingEpisode
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.reference import selectors as reference
from cse_portal.ui.charts.wards import SMALL, ward_map
from intelligence.desk import services as desk
from intelligence.desk.models import IntelligenceReport
from intelligence.hotspots import selectors
from intelligence.hotspots.presenters import address_of
from intelligence.hotspots.selectors import NOT_KNOWN, Hotspots, Source, Span
from intelligence.subjects.models import Subject, SubjectKind
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.database import superuser
from tests.factories.boundaries import features, geojson
from tests.factories.cases import make_case, make_child, share_with
from tests.factories.concerns import decide, make_concern, opening
from tests.factories.intelligence import make_report
from tests.factories.missing import went_missing
from tests.integration.mase.cmog.test_cmog import named_by_a_report

pytestmark = pytest.mark.django_db
ABBEY, LANGLEY = "E05001260", "E05001270"
FRIDAY_NIGHT = dt.datetime(2026, 11, 14, 2, 30, tzinfo=dt.UTC)  # on Saturday
Found = Callable[..., Hotspots]


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """In Abbey: missing twice, named by a report with a place, and the police see it."""
    made = make_case(shared_cast, child=make_child(ward=ABBEY))
    for days in (4, 40):
        went_missing(shared_cast, made, days=days)
    named_by_a_report(shared_cast, made)
    return made


@pytest.fixture
def found(cast: Cast) -> Found:
    """What the map counts for one of the cast."""

    def ask(person: str, span: Span = Span.QUARTER, sources: tuple[Source, ...] = tuple(Source)) -> Hotspots:
        with acting_for(cast.people[person]):
            return selectors.hotspots(cast.people[person], span, sources)

    return ask


def test_each_source_is_counted_where_the_child_lives_in_its_period(case: Case, found: Found) -> None:
    mine = found("police")
    assert mine.sources == {Source.MISSING: 2, Source.REPORT: 1, Source.PLACE: 1}
    assert mine.wards == {ABBEY: 3, NOT_KNOWN: 1}, "nobody said in which ward the place is"
    assert mine.hours.total() == 2
    assert found("police", Span.MONTH).sources[Source.MISSING] == 1
    assert found("police", Span.MONTH, (Source.REPORT,)).wards == {ABBEY: 1}


def test_a_place_counts_where_it_is_for_who_may_see_it(cast: Cast, case: Case, found: Found) -> None:
    """Not for somebody who is excluded from a child whom another report links with it."""
    place = Subject.objects.get(kind=SubjectKind.PLACE)
    Subject.objects.filter(pk=place.pk).update(ward=LANGLEY)
    assert found("police").wards == {ABBEY: 3, LANGLEY: 1}
    other = make_case(cast)
    share_with(other, cast.agency("police"), by=cast.practitioner)
    desk.link_subject(report=make_report(cast, case=other), subject=place, by=cast.police)
    exclusions.exclude(case=other, user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    assert found("practitioner").sources == {Source.MISSING: 2, Source.REPORT: 1}
    assert found("police").sources[Source.PLACE] == 1, "named twice, it is one place"


def test_absence_without_risk_is_no_missing_episode(case: Case, found: Found) -> None:
    MissingEpisode.objects.filter(case=case).update(kind=ABSENT)
    assert found("police").sources[Source.MISSING] == 0


def test_two_in_the_morning_of_saturday_is_fridays_night(case: Case, found: Found) -> None:
    rows = MissingEpisode.objects.filter(case=case).order_by("missing_since")
    rows.filter(pk=rows[1].pk).update(
        missing_since=FRIDAY_NIGHT, returned_at=FRIDAY_NIGHT + dt.timedelta(hours=1)
    )
    assert found("police", Span.YEAR).hours[4, 10] == 1


def test_a_concern_tells_its_author_no_ward_of_a_case_they_do_not_see(cast: Cast, found: Found) -> None:
    concern = make_concern(cast.outsider)
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    concern.refresh_from_db()
    assert concern.case is not None
    concern.case.child.ward = LANGLEY
    concern.case.child.save(update_fields=["ward"])
    make_concern(cast.health)
    assert found("manager", sources=(Source.CONCERN,)).wards == {LANGLEY: 1, NOT_KNOWN: 1}
    assert found("outsider").wards == {NOT_KNOWN: 1}
    assert found("outsider").hours.total() == 0, "when it was sent is not when it happened"


@pytest.mark.parametrize("person", ["outsider", "health", "manager", "police", "practitioner"])
def test_hidden_rows_are_never_counted(cast: Cast, case: Case, found: Found, person: str) -> None:
    """Neither another child's, nor intelligence by sight of the case alone, nor anything of who is excluded."""
    hidden = make_case(cast, child=make_child(ward=LANGLEY), lead_agency=cast.agency("health"))
    share_with(case, cast.health, by=cast.practitioner)
    went_missing(cast, hidden, days=2, by=cast.health)
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    expected = {
        "outsider": {}, "health": {ABBEY: 2, LANGLEY: 1}, "manager": {LANGLEY: 1},
        "police": {ABBEY: 3, NOT_KNOWN: 1}, "practitioner": {ABBEY: 3, NOT_KNOWN: 1},
    }[person]  # fmt: skip
    assert found(person).wards == expected


@pytest.mark.parametrize("person", ["police", "practitioner", "health", "outsider"])
def test_every_number_of_the_page_leads_to_as_many_rows_that_open(
    cast: Cast, case: Case, person: str
) -> None:
    share_with(case, cast.health, by=cast.practitioner)
    reader = signed_in(cast, person)
    page = page_of(reader)
    numbers = re.findall(r'href="(\?[^"#]*(?:ward|hour)=[^"#]+)#rows" aria-label="[^"]*: (\d+)"', page)
    assert bool(numbers) is (person != "outsider")
    for address, number in numbers:
        rows = links_of(page_of(reader, address.replace("&amp;", "&")))
        assert len(rows) == int(number)
        assert {reader.get(url).status_code for url in rows} <= {200}
    if not numbers:
        assert "Nothing in this period that you may see" in page


def test_what_has_no_ward_or_hour_is_said_and_listed(cast: Cast, case: Case) -> None:
    page = page_of(signed_in(cast, "police"))
    assert "1 with no known ward" in page
    assert "2 without an hour</a>" in page
    assert "Most exploitation happens in private homes" in page
    place = page_of(signed_in(cast, "police"), f"?ward={NOT_KNOWN}")
    assert "Acorn Arcade" in place
    assert links_of(place) == [
        reverse("intelligence:report", args=[IntelligenceReport.objects.get().reference])
    ]


def test_rows_that_are_read_are_on_the_childs_record(cast: Cast, case: Case) -> None:
    page_of(signed_in(cast, "practitioner"), f"?ward={ABBEY}&period=28")
    event = AuditEvent.objects.filter(action=Action.HOTSPOTS_VIEWED).latest("at")
    assert event.detail["cases"] == [str(case.pk)]
    assert (event.detail["ward"], event.detail["period"], len(event.detail["shown"])) == (ABBEY, "28", 2)


@pytest.mark.parametrize(
    "query", ["?ward=E0", "?hour=9-1", "?hour=4", "?period=7", "?source=all", "?page=x&ward="]
)
def test_an_address_that_says_nothing_shows_everything(cast: Cast, case: Case, query: str) -> None:
    page = page_of(signed_in(cast, "police"), query)
    assert "4 rows" in page
    assert 'id="rows"' not in page


def test_a_withheld_number_is_on_no_tile() -> None:
    drawn = ward_map({ABBEY: None, LANGLEY: SMALL + 1}, "Wards")
    assert "Abbey, Smethwick: withheld" in drawn
    assert "Langley, Oldbury: 6" in drawn
    assert "<a " not in drawn


def test_rows_without_an_hour_open_under_the_table(cast: Cast, case: Case) -> None:
    """A report and a place say no hour; of missing episodes each has one."""
    page = page_of(signed_in(cast, "police"), "?period=28")
    assert 'href="?period=28&amp;hour=none#rows">2 without an hour</a>' in page
    listed = page_of(signed_in(cast, "police"), "?period=28&hour=none")
    assert "Without an hour: 2 rows" in listed
    assert len(links_of(listed)) == 2
    assert "without an hour" not in page_of(signed_in(cast, "police"), "?source=missing")


@pytest.fixture
def boundaries(tmp_path: Path) -> Iterator[Path]:
    """A file of boundaries; what was loaded is forgotten with the test."""
    file = tmp_path / "wards.geojson"
    file.write_bytes(geojson())
    yield file
    reference.forget()


@contextmanager
def as_the_owner() -> Iterator[None]:
    """The role of the portal may write reference data, as the database's owner may."""
    tables, role = "reference_code, reference_codelist", connection.settings_dict["USER"]
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(f"GRANT INSERT, DELETE ON {tables} TO {role}")
        try:
            yield
        finally:
            cursor.execute(f"REVOKE INSERT, DELETE ON {tables} FROM {role}")


def abbey() -> str:
    """A map with a number in one ward, which is ringed."""
    return ward_map({ABBEY: 7}, "Wards", ringed=ABBEY, address=address_of(Span.MONTH))


def test_loaded_boundaries_replace_the_tiles_until_they_are_removed(
    boundaries: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiles = abbey()
    with as_the_owner():
        for _ in range(2):
            call_command("load_boundaries", boundaries)
        drawn = abbey()
        boundaries.write_bytes(geojson(features()[1:]))
        with pytest.raises(CommandError, match="does not have Abbey"):
            call_command("load_boundaries", boundaries)
        assert abbey() == drawn, "a file that is wrong changes nothing"
        call_command("load_boundaries", "--remove")
    assert abbey() == tiles
    assert capsys.readouterr().out.count("24 wards are in place. Restart the portal.") == 2
    for picture in (tiles, drawn):
        assert picture.count("<title>") == 25
        assert 'aria-label="Abbey, Smethwick: 7"' in picture
    assert ("Crown copyright" in tiles, "Crown copyright" in drawn) == (False, True)
    assert ("Wednesbury</text>" in tiles, "Wednesbury</text>" in drawn) == (True, False)


def test_only_the_owner_loads_boundaries_and_a_file_must_be_there(boundaries: Path) -> None:
    with pytest.raises(CommandError, match="as the database's owner"):
        call_command("load_boundaries", boundaries)
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_boundaries", boundaries.with_name("none.geojson"))


def page_of(reader: Client, query: str = "") -> str:
    """The page, where this person may open it."""
    answer = reader.get(f"/intelligence/hotspots/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def links_of(page: str) -> list[str]:
    """Where the rows of the list lead."""
    listed = page[page.index('id="rows"') : page.index("Show the whole map")]
    return re.findall(r'<th scope="row"><a class="govuk-link" href="([^"]+)"', listed)
