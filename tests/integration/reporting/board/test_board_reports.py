"""The board report: made once from a signed-off quarter, read by the board, and telling of no child."""

import io
import uuid
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import run_job
from cse_portal.reference.selectors import codes
from cse_portal.ui.charts.wards import SMALL
from reporting.board import services as board_reports
from reporting.board.models import BoardReport
from reporting.board.presenters.tables import hours_chart, wards_chart
from reporting.board.presenters.words import WITHHELD
from reporting.board.services import ReportDamaged
from reporting.measures.models import CountedThing, Dimension, Unit
from reporting.measures.selectors.missing import PARTS, WEEKDAYS
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.tables import Count, Table
from reporting.measures.selectors.tally import Scope, things
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnMeasure
from reporting.returns.selectors.published import Cell, small_facts, withheld_facts
from reporting.returns.selectors.suppression import LARGEST_SMALL
from tests.cast import Cast
from tests.factories.board_reports import LAST, eight_quarters, published_report, signed_return
from tests.unit.reporting.returns.reader import Reader


@pytest.fixture
def quarter(cast: Cast) -> RegionalReturn:
    """The last quarter, signed off by the manager."""
    return signed_return(LAST, prepared_by=cast.analyst, signed_by=cast.manager)


def test_a_report_of_eight_quarters_has_four_to_eight_marked_and_numbered_pages(cast: Cast) -> None:
    *_, last = eight_quarters(prepared_by=cast.analyst, signed_by=cast.manager)
    report = published_report(
        last, by=cast.analyst, narrative="Schools told us more.\n\nA new protocol began."
    )
    pages = pages_of(report)
    assert 4 <= len(pages) <= 8
    assert report.pages == len(pages)
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "OFFICIAL" in page
    whole = " ".join(pages)
    for words in (
        "Summary",
        "Schools told us more.",
        "Trends over two years",
        "In time",
        "How good the figures are",
    ):
        assert words in whole


def protects(cells: list[Cell], hidden: set[str]) -> bool:
    reader = Reader()
    reader.read(cells, hidden)
    small = small_facts(cells)
    return not reader.narrowed({(each.fact, int(each.value or 0)) for each in cells if each.fact in small})


def test_the_map_of_wards_gives_no_small_number_away(cast: Cast) -> None:
    """A ward of 2 takes another with it: the total is told."""
    abbey, langley, newton = "E05001260", "E05001270", "E05001271"
    concerns = {each.code: 0 for each in codes("ward")} | {abbey: 2, langley: 9, newton: 14}
    cells = [
        Cell(
            "A1", Dimension.WARD, ward, "count", f"concerns:ward={ward}", Decimal(number), unit=Unit.CONCERNS
        )
        for ward, number in concerns.items()
    ]
    total = Decimal(sum(concerns.values()))
    cells.append(Cell("A1", Dimension.WARD, "total", "count", "concerns", total, unit=Unit.CONCERNS))
    hidden = withheld_facts(cells).hidden
    assert protects(cells, hidden)
    assert SMALL == LARGEST_SMALL, "what a CMOG hatches is what reports withhold"
    told = [ReturnFigure(row=each.row, value=each.value, is_suppressed=each.fact in hidden) for each in cells]
    drawn = wards_chart(ReturnMeasure(name="Concerns received"), told).svg
    for words in ("Abbey, Smethwick: withheld", "Langley, Oldbury: withheld", "Newton, West Bromwich: 14"):
        assert words in drawn
    assert "<a " not in drawn


def test_hours_in_a_report_give_no_small_number_away() -> None:
    """What is told of weekdays and of times of day, and of neither where three went missing on one evening."""
    went = {
        ("5", "2"): 9,
        ("6", "2"): 8,
        ("5", "3"): 3,
        ("2", "0"): 7,
        ("2", "2"): 6,
    }  # weekday and part of the day
    begun = things(
        (uuid.uuid4(), {"weekday": day, "part": part})
        for (day, part), times in went.items()
        for _ in range(times)
    )
    hours = Table(Dimension.HOURS, "weekday", across="part", rows=WEEKDAYS, columns=PARTS)
    count = Count("missing", "Episodes", Unit.EPISODES, CountedThing.EPISODES, lambda *_: begun, [hours])
    table = count.figures(Period.of(LAST), Scope())
    cells = [
        Cell("E1", Dimension.HOURS, each.row.code, each.column.code, each.fact, each.value, unit=each.unit)
        for each in table
    ]
    hidden = withheld_facts(cells).hidden
    assert protects(cells, hidden)
    told = [
        ReturnFigure(
            row=each.row.code, row_label=each.row.label, column=each.column.code, column_label=each.column.label,
            value=each.value, is_suppressed=each.fact in hidden,
        )
        for each in table
    ]  # fmt: skip
    chart = hours_chart(ReturnMeasure(name="Children missing"), told)
    by_day = {day: cells for day, *cells in chart.rows}
    assert by_day["Friday"][3] == WITHHELD
    assert by_day["Friday"][4] in ("12", WITHHELD)
    assert (by_day["Tuesday"][0], by_day["Total"][4]) == ("7", "33")
    assert ">3<" not in chart.svg


def test_a_report_prints_every_definition_beside_its_figures_and_tells_no_small_count(
    cast: Cast, quarter: RegionalReturn
) -> None:
    whole = " ".join(" ".join(pages_of(published_report(quarter, by=cast.analyst))).split())
    assert "Open at the end = open at the start + new + re- opened - closed." in whole.replace(
        "re-opened", "re- opened"
    )
    assert ReturnFigure.objects.filter(measure__regional_return=quarter, is_suppressed=True).exists()
    assert "withheld" in whole


def test_no_withheld_number_is_anywhere_in_the_report(cast: Cast) -> None:
    quarter = signed_return(LAST, prepared_by=cast.analyst, signed_by=cast.manager, withheld=98_765)
    assert ReturnFigure.objects.filter(value=98_765).count() > 5
    whole = " ".join(pages_of(published_report(quarter, by=cast.analyst)))
    assert "98,765" not in whole
    assert "98765" not in whole


def test_what_the_analyst_writes_is_text_and_loads_nothing(cast: Cast, quarter: RegionalReturn) -> None:
    report = published_report(
        quarter, by=cast.analyst, narrative='<img src="file:///etc/hostname"> & <b>bold</b>'
    )
    assert '<img src="file:///etc/hostname">' in " ".join(pages_of(report))


def test_a_report_is_published_once_and_the_job_may_run_twice(cast: Cast, quarter: RegionalReturn) -> None:
    job = board_reports.publish(regional_return=quarter, narrative="First", by=cast.analyst)
    again = board_reports.publish(regional_return=quarter, narrative="Second", by=cast.analyst)
    assert again.pk == job.pk
    finished = run_job(job_id=job.pk)
    assert finished is not None
    assert finished.state == JobState.DONE
    run_job(job_id=job.pk)
    report = BoardReport.objects.get()
    assert report.narrative == "Second"
    with pytest.raises(NotAllowedNow, match="The board report of this quarter has already bee"):
        board_reports.publish(regional_return=quarter, narrative="Third", by=cast.analyst)
    assert board_reports.keep(report=report, pdf=b"another", pages=1).sha256 == report.sha256


def test_whoever_reads_reports_is_told_once(cast: Cast, quarter: RegionalReturn) -> None:
    report = published_report(quarter, by=cast.analyst)
    board_reports.keep(report=report, pdf=b"again", pages=1)
    told = Notification.objects.filter(text="The board report for 2026/27 Q2 is published.")
    assert {each.user for each in told} == {cast.board, cast.analyst, cast.manager}
    assert told.count() == 3


def test_only_the_analyst_publishes(cast: Cast, quarter: RegionalReturn) -> None:
    for who in cast.people.keys() - {"analyst"}:
        with pytest.raises(NotPermitted):
            board_reports.publish(regional_return=quarter, narrative="", by=cast.people[who])


def test_a_file_that_was_changed_is_not_handed_out(cast: Cast, quarter: RegionalReturn) -> None:
    report = published_report(quarter, by=cast.analyst)
    with default_storage.open(report.file_name, "wb") as stored:
        stored.write(b"something else")
    with pytest.raises(ReportDamaged):
        board_reports.download(report=report, by=cast.board)


def test_the_board_member_lands_on_the_reports_and_downloads_one(
    client: Client, cast: Cast, quarter: RegionalReturn
) -> None:
    published_report(quarter, by=cast.analyst)
    client.force_login(cast.board)
    page = client.get("/", follow=True)
    assert page.redirect_chain == [("/reports/", 302)]
    assert "2026/27 Q2" in page.content.decode()
    assert "To be published" not in page.content.decode()
    answer = client.get(reverse("reporting:report-pdf", args=[LAST.slug]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    event = AuditEvent.objects.get(action=Action.BOARD_REPORT_DOWNLOADED)
    assert event.actor == cast.board
    assert event.detail["quarter"] == LAST.slug


def test_who_reads_reports(client: Client, cast: Cast, quarter: RegionalReturn) -> None:
    published_report(quarter, by=cast.analyst)
    readers = set()
    for who, person in cast.people.items():
        client.force_login(person)
        given = {client.get(each).status_code for each in ("/reports/", f"/reports/{LAST.slug}.pdf")}
        assert given in ({200}, {403}), who
        readers |= {who} if given == {200} else set()
    assert readers == {"board", "analyst", "manager"}


def test_the_analyst_publishes_from_the_page(client: Client, cast: Cast, quarter: RegionalReturn) -> None:
    client.force_login(cast.analyst)
    assert "Publish the report for 2026/27 Q2" in client.get("/reports/").content.decode()
    address = f"/reports/{LAST.slug}/publish/"
    refused = client.post(address, {"narrative": "More than last time."})
    assert "Read your words again" in refused.content.decode()
    assert "More than last time." in refused.content.decode()
    sent = client.post(address, {"narrative": "More than last time.", "checked": "on"})
    assert sent.status_code == 302
    assert sent["Location"].startswith("/jobs/")
    assert BoardReport.objects.get().narrative == "More than last time."


def pages_of(report: BoardReport) -> list[str]:
    """The text of each page of the PDF."""
    with default_storage.open(report.file_name) as stored:
        return [page.extract_text() for page in PdfReader(io.BytesIO(stored.read())).pages]
