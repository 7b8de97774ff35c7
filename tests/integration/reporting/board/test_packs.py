"""The board's pack: written, read by another person, published once and kept, corrected beside what was published."""

import datetime as dt
import io
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.drafts.models import Draft
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import run_job
from cse_portal.keys import new_key
from cse_portal.reference.selectors import codes
from cse_portal.ui.pdf import Rendered
from mase.plans.choices import PlanP
from reporting.board import services as packs
from reporting.board.models import BoardPack, Outcome, PackFile, PackState, PackVersion
from reporting.board.presenters import drawing
from reporting.board.presenters.drawing import PageOverflows
from reporting.board.presenters.known import Known
from reporting.board.presenters.pack import document, findings, verdict
from reporting.board.presenters.pages_of_work import MOST_OBJECTIVES
from reporting.board.presenters.tiles import Tile
from reporting.board.selectors.packs import draft_of, edition
from reporting.measures.selectors import registry
from reporting.measures.selectors.targets import Rating, targets, tiled
from reporting.region.selectors.reading import ReadReturn, Told
from reporting.region.selectors.region import authorities
from reporting.region.services import upload
from reporting.returns.models import RegionalReturn, ReturnFigure
from reporting.returns.selectors.changes import Reading
from reporting.returns.selectors.returns import NotSigned
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.board_packs import ASK, LAST, eight_quarters, published_pack, written_pack
from tests.factories.reporting import make_started
from tests.papers import words_of

HOSTILE = '<img src="file:///etc/hostname"> & <b>b</b>'
WITHHELD = 98_765


@pytest.fixture(scope="module")
def quarters(shared_cast: Cast) -> list[RegionalReturn]:
    """Two years signed off by the manager; every number that is withheld is one to look for."""
    return eight_quarters(prepared_by=shared_cast.analyst, signed_by=shared_cast.manager, withheld=WITHHELD)


@pytest.fixture(scope="module")
def pack(shared_cast: Cast, quarters: list[RegionalReturn]) -> BoardPack:
    """The published pack of the last quarter, which asks one thing."""
    finding = f"Schools told us more {HOSTILE}"
    return published_pack(quarters[-1], by=shared_cast.analyst, reader=shared_cast.manager, finding=finding)


@pytest.fixture(scope="module")
def sheets(pack: BoardPack) -> list[str]:
    """What is on each sheet of the children's board's."""
    return [page.extract_text() for page in reader_of(pack).pages]


@pytest.fixture
def quarter(quarters: list[RegionalReturn]) -> RegionalReturn:
    """The last quarter of which there is no pack."""
    return quarters[-2]


def reading(value: float, withheld: bool = False) -> Reading:
    return Reading(Decimal(str(value)), "%", withheld, Decimal(1), Decimal(2))


@pytest.mark.parametrize(
    ("value", "rating"),
    [(90, Rating.GREEN), (89.6, Rating.GREEN), (89, Rating.AMBER), (80, Rating.AMBER), (79, Rating.RED)],
)
def test_a_number_is_rated_by_one_rule(value: float, rating: Rating) -> None:
    target = targets()["D2-due-3-rate"]
    assert target.rating(Decimal(str(value))) is rating
    overdue = targets()["D4-plan-total-overdue"]
    assert [overdue.rating(Decimal(each)) for each in (0, 10, 11)] == [Rating.GREEN, Rating.AMBER, Rating.RED]


def test_every_target_is_of_a_headline_and_six_are_tiles() -> None:
    assert targets().keys() <= registry.headlines(LAST.ends_on).keys()
    assert [each.tile for each in tiled()] == [1, 2, 3, 4, 5, 6]
    used = {code for each in codes("success-measure") for code in each.extra["figures"]}
    assert used <= registry.headlines(LAST.ends_on).keys()


def test_what_is_withheld_is_not_rated_compared_or_drawn() -> None:
    target = tiled()[0]
    tile = Tile(target, reading(3.0, withheld=True), reading(90), "Q1")
    assert (tile.rating, tile.change, tile.counted, tile.share) == (Rating.NONE, "", "", "withheld")
    assert tile.drawing.partition("<title>")[2].startswith(f"{target.label}: withheld against a target")
    assert "#123a4a" not in tile.drawing, "no bar"


def test_the_verdict_says_what_is_red_else_what_is_amber_else_that_all_is_well() -> None:
    first, second = tiled()[:2]
    red, amber, green = (reading(each) for each in (10, 85, 99))
    assert verdict([Tile(first, red, None, ""), Tile(second, green, None, "")]).startswith(
        "1 measure is red: reviews"
    )
    assert verdict([Tile(first, amber, None, "")]).startswith("1 measure is amber")
    assert verdict([Tile(first, green, None, "")]) == "Every measure that can be rated is at its target."
    assert verdict([Tile(first, None, None, "")]) == "No measure of this quarter can be rated."


def test_a_pack_has_nine_marked_numbered_and_tagged_pages(pack: BoardPack, sheets: list[str]) -> None:
    files = PackFile.objects.filter(version__pack=pack)
    assert dict(files.values_list("audience", "pages")) == {
        "children": 9,
        "health": 6,
        "community": 6,
        "adults": 6,
    }
    for number, page in enumerate(sheets, 1):
        assert f"Page {number} of 9" in page
        assert "OFFICIAL" in page
        assert "DRAFT" not in page
    assert "Schools told us more" in sheets[0]
    assert "Fund a second chair." in sheets[1]
    assert reader_of(pack).trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Region: not yet" in sheets[1]
    assert "Needs recorded:" in sheets[4]
    for row in ("Table 1.", "Children open", "Median waiting days", "Prevention activities", "Table 2."):
        assert row in sheets[8]


def test_no_withheld_number_is_anywhere_in_a_pack(pack: BoardPack, sheets: list[str]) -> None:
    last = ReturnFigure.objects.filter(measure__regional_return__quarter=pack.quarter)
    assert last.filter(value=WITHHELD).count() > 5
    assert str(WITHHELD) not in str(PackVersion.objects.get(pack=pack).facts)
    whole = " ".join(sheets)
    assert f"{WITHHELD:,}" not in whole
    assert str(WITHHELD) not in whole
    assert "withheld" in whole


def test_a_year_is_told_only_where_all_four_quarters_are(cast: Cast, pack: BoardPack) -> None:
    known = Known(edition(cast.board, pack).facts)
    code = "A3-all-total-rate"
    four = [known.reading(code, back) for back in range(4)]
    parts = [(each.part, each.whole) for each in four if each and each.part is not None and each.whole]
    expected = None
    if len(parts) == 4:
        expected = 100 * sum(part or 0 for part, _ in parts) / sum(whole or 0 for _, whole in parts)
    assert known.rolling(code) == (None if expected is None else float(expected))
    known.facts["series"][LAST.previous().slug][code] = [None, "%", None, None]
    assert known.rolling(code) is None
    assert known.rolling(code, back=7) is None, "there are fewer than four before it"


def test_words_are_text_and_load_nothing(sheets: list[str]) -> None:
    assert '<img src="file:///etc/hostname">' in sheets[2]


def test_a_page_that_grows_is_named_with_its_field_and_not_drawn(cast: Cast, quarter: RegionalReturn) -> None:
    draft = draft_of(written_pack(quarter, by=cast.analyst), cast.analyst)
    for field, words in (("support", "Very long words. " * 500), ("what_1", "Very long words. " * 120)):
        edition_ = replace(draft, words={"children": {field: words}})
        name = field.replace("_", " ").capitalize()
        with pytest.raises(
            PageOverflows, match=f"“Children” does not fit on one sheet.*“{name}”, {len(words)} char"
        ):
            drawing.draw(edition_)


def test_a_long_plan_shows_its_worst_and_says_how_many_more_there_are(
    cast: Cast, quarter: RegionalReturn
) -> None:
    ps, ratings = [each.label for each in PlanP], ("GREEN", "RED", "", "AMBER")
    objective = {
        "text": "Wide words " * 9,
        "evidence": "Wide words " * 9,
        "owner": "Wide " * 9,
        "due": "Dec 27",
    }
    decided = {
        "decided": "31 Dec 2027", "asked": "Wide words " * 6, "owner": "Wide " * 9, "due": "31 Dec 2027",
        "state": "Late", "became": "Wide words " * 9,
    }  # fmt: skip
    long = {
        "objectives": [
            {**objective, "p": ps[number % 4], "rating": ratings[number // 5]} for number in range(20)
        ],
        "register": [decided] * 5,
    }
    edition_ = draft_of(written_pack(quarter, by=cast.analyst), cast.analyst)
    doing = {f"{name}_{number}": "Wide words " * 5 for number in (1, 2) for name in ("what", "who", "by")}
    edition_ = replace(edition_, facts=edition_.facts | long, words={"plan": doing})
    [shown] = [each for each in document(edition_).pages if each.code == "plan"]
    rows = shown.parts[0].table.rows if shown.parts[0].table else ()
    assert [row.cells[2].text for row in rows].count("green") == 0
    assert (
        shown.parts[0].note == f"{20 - MOST_OBJECTIVES} more objectives, none worse than these, in the plan."
    )
    drawing.lay_out(edition_)


def test_a_pack_is_drawn_within_five_seconds(cast: Cast, quarter: RegionalReturn) -> None:
    pack = written_pack(quarter, by=cast.analyst)
    began = time.monotonic()
    drawn = drawing.draw(draft_of(pack, cast.analyst))
    assert drawn.pages == 9
    assert time.monotonic() - began < 15, "5 on a quiet machine"


def test_another_person_than_its_writer_publishes_it(cast: Cast, quarter: RegionalReturn) -> None:
    pack = written_pack(quarter, by=cast.analyst)
    with pytest.raises(NotAllowedNow):
        packs.publish(pack=pack, version=pack.version, by=cast.manager)  # it is still a draft
    pack = packs.send(pack=pack, version=pack.version, by=cast.analyst)
    for who in cast.people.keys() - {"manager"}:
        with pytest.raises(NotPermitted):
            packs.publish(pack=pack, version=pack.version, by=cast.people[who])
    with pytest.raises(packs.PackChanged):
        packs.publish(pack=pack, version=pack.version - 1, by=cast.manager)
    pack = packs.send_back(pack=pack, reason="Say why.", version=pack.version, by=cast.manager)
    assert (pack.state, pack.reason) == (PackState.DRAFT, "Say why.")


def test_figures_that_are_not_signed_are_said_to_be_so_and_not_published(
    cast: Cast, quarters: list[RegionalReturn]
) -> None:
    started = make_started(cast, quarters[0].period.previous())
    pack = packs.begin(quarter=started.period, by=cast.analyst)
    assert "not signed off yet" in document(draft_of(pack, cast.analyst)).facts["figures"]
    pack = packs.send(pack=pack, version=pack.version, by=cast.analyst)
    with pytest.raises(NotSigned):
        packs.publish(pack=pack, version=pack.version, by=cast.manager)


def others_return(share: float, quarter: RegionalReturn, cast: Cast) -> None:
    """Each of the region's other authorities returns this share for reviews of category 3."""
    for code, name in authorities():
        if name != "Sandwell":
            figures = {("D2", "due", "3", "rate"): Told(share, "%")}
            found = ReadReturn(code, quarter.quarter, figures)
            upload(found=found, file_name="r.json", content=b"{}", by=cast.analyst, key=new_key())


def test_the_average_of_the_region_is_as_it_was_when_the_pack_was_sent(
    cast: Cast, quarter: RegionalReturn, undrawn: None
) -> None:
    pack = written_pack(quarter, by=cast.analyst)
    assert draft_of(pack, cast.analyst).facts["region"] == {}
    others_return(77, quarter, cast)
    assert draft_of(pack, cast.analyst).facts["region"] == {"D2-due-3-rate": 77}
    pack = packs.send(pack=pack, version=pack.version, by=cast.analyst)
    others_return(55, quarter, cast)
    run_job(job_id=packs.publish(pack=pack, version=pack.version, by=cast.manager).pk)
    shown = document(edition(cast.board, pack))
    told = {each.target.code: each.region for each in shown.tiles}
    assert {code for code, region in told.items() if region is not None} == {"D2-due-3-rate"}
    assert told["D2-due-3-rate"] == 77
    page = kept_of(pack).decode()
    assert "Region <b>77%</b>" in page
    assert page.count("<span>Region: not yet</span>") == 5


def test_a_correction_is_a_version_beside_the_first_and_neither_changes(
    cast: Cast, pack: BoardPack, undrawn: None
) -> None:
    first = PackVersion.objects.get(pack=pack)
    again = packs.correct(
        pack=pack, reason="One review was counted twice.", version=pack.version, by=cast.analyst
    )
    again = packs.write(
        pack=again,
        page="time",
        values={"finding": "Reviews are late"},
        version=again.version,
        by=cast.analyst,
    )
    assert edition(cast.board, again).version == first, "the board goes on reading what was published"
    again = packs.send(pack=again, version=again.version, by=cast.analyst)
    run_job(job_id=packs.publish(pack=again, version=again.version, by=cast.manager).pk)
    second, kept = PackVersion.objects.filter(pack=pack)
    assert (second.number, second.reason, kept.number) == ("1.1", "One review was counted twice.", "1.0")
    assert "time" not in kept.words
    assert (kept.files.count(), second.files.count()) == (4, 4)
    assert edition(cast.board, again, "1.0").version == kept
    for row in (kept, kept.files.all()[0]):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(id=row.pk)


def test_the_job_may_run_twice_and_readers_are_told_once(cast: Cast, pack: BoardPack) -> None:
    version = PackVersion.objects.get(pack=pack)
    kept = list(version.files.values_list("sha256", flat=True))
    packs.keep(version=version, drawn={"children": Rendered(b"%PDF-", 1)})
    assert list(version.files.values_list("sha256", flat=True)) == kept
    told = Notification.objects.filter(text="The board pack for 2026/27 Q2, version 1.0, is published.")
    assert {each.user for each in told} == {cast.board, cast.analyst, cast.manager}
    assert told.count() == 3


def test_a_file_that_was_changed_is_not_handed_out(cast: Cast, pack: BoardPack) -> None:
    file = PackFile.objects.get(version__pack=pack, audience="adults")
    with default_storage.open(file.file_name, "wb") as stored:
        stored.write(b"something else")
    with pytest.raises(packs.PackDamaged):
        packs.download(file=file, by=cast.board)


def test_a_decision_is_recorded_once_and_the_next_pack_says_what_became_of_it(
    cast: Cast, pack: BoardPack
) -> None:
    decision = pack.decisions.get()
    values = {
        "outcome": Outcome.AGREED, "decision": "", "owner": "Maya Chandler", "due_on": dt.date(2026, 10, 1),
        "decided_on": timezone.localdate(),
    }  # fmt: skip
    for who in cast.people.keys() - {"board", "manager"}:
        with pytest.raises(NotPermitted):
            packs.decide(decision=decision, values=values, by=cast.people[who])
    with pytest.raises(NotAllowedNow, match="not decided this yet"):
        packs.report(decision=decision, became="Done.", is_done=True, by=cast.board)
    packs.decide(decision=decision, values=values, by=cast.board)
    with pytest.raises(NotAllowedNow, match="recorded already"):
        packs.decide(decision=decision, values=values, by=cast.board)
    again = packs.correct(pack=pack, reason="A word.", version=pack.version, by=cast.analyst)
    other = [{**ASK, "asked": "Another"}]
    packs.write(pack=again, page="summary", values={}, asked=other, version=again.version, by=cast.analyst)
    decision.refresh_from_db()
    assert decision.asked == ASK["asked"], "what was decided stays as it was asked"
    following = BoardPack.objects.create(
        quarter=LAST.next().slug, starts_on=LAST.next().starts_on, written_by=cast.analyst
    )
    register = draft_of(following, cast.analyst).facts["register"]
    assert [(each["asked"], each["state"]) for each in register] == [("Fund a second chair.", "Late")]
    packs.report(decision=decision, became="The chair has begun.", is_done=True, by=cast.manager)
    shown = document(draft_of(following, cast.analyst))
    assert shown.became == "1 done"
    assert "The chair has begun." in str(next(page for page in shown.pages if page.code == "plan").parts)


def test_what_a_correction_asks_is_the_analysts_until_the_second_reader_has_it(
    cast: Cast, pack: BoardPack
) -> None:
    again = packs.correct(pack=pack, reason="A word.", version=pack.version, by=cast.analyst)
    other = [{**ASK, "asked": "Sell the office."}]
    again = packs.write(
        pack=again, page="summary", values={}, asked=other, version=again.version, by=cast.analyst
    )
    board, here = signed_in(cast, "board"), f"/reports/{LAST.slug}/"
    shown = board.get(here).content.decode()
    assert ASK["asked"] in shown
    assert "Sell the office." not in shown
    for page in ("", "report/"):
        assert board.get(f"{here}decisions/1/{page}").status_code == 404
    packs.send(pack=again, version=again.version, by=cast.analyst)
    assert "Sell the office." in board.get(f"{here}decisions/1/").content.decode()


def test_a_board_is_given_its_own_pages(cast: Cast, pack: BoardPack) -> None:
    found = edition(cast.board, pack)
    for board in codes("board-audience"):
        shown = document(found, board.code)
        assert [each.code for each in shown.pages] == board.extra["pages"]
        assert shown.audience == board.label


def test_every_page_has_a_finding_without_words_and_every_picture_says_itself(
    cast: Cast, pack: BoardPack
) -> None:
    shown = document(edition(cast.board, pack))
    assert all(each.finding for each in shown.pages)
    assert {each.code for each in shown.pages} == set(
        findings(Known(edition(cast.board, pack).facts), shown.tiles)
    )
    drawings = [part.svg for page in shown.pages for part in page.parts if part.svg]
    assert len(drawings) >= 8
    for drawing_ in drawings:
        title = drawing_.partition("<title>")[2].partition("</title>")[0]
        assert title.endswith("."), title


def test_the_analyst_writes_from_the_page_and_the_second_reader_publishes(
    cast: Cast, quarter: RegionalReturn, undrawn: None
) -> None:
    analyst, manager, board = (signed_in(cast, who) for who in ("analyst", "manager", "board"))
    assert (
        analyst.post("/reports/", {"quarter": quarter.quarter})["Location"] == f"/reports/{quarter.quarter}/"
    )
    assert board.get(f"/reports/{quarter.quarter}/").status_code == 404, "a draft is the analyst's"
    pack = BoardPack.objects.get(quarter=quarter.quarter)
    summary = f"/reports/{quarter.quarter}/write/summary/"
    refused = analyst.post(summary, {"version": pack.version, "worry_1": "Reviews are late."})
    assert "Say what worries us, what we ask, and who would answer" in refused.content.decode()
    given = {
        "version": pack.version,
        "worry_1": "Reviews are late.",
        "asked_1": "Fund a chair.",
        "owner_1": "Maya",
    }
    Draft.objects.create(
        user=cast.analyst, key=f"pack:{pack.pk}:summary", sealed="x", expires_at=timezone.now()
    )
    assert analyst.post(summary, {**given, "draft": f"pack:{pack.pk}:summary"}).status_code == 302
    assert not Draft.objects.exists()
    stale = analyst.post(summary, given)
    assert "Somebody else has changed this pack" in stale.content.decode()
    pack.refresh_from_db()
    address = f"/reports/{quarter.quarter}/send/"
    assert "Read your words again" in analyst.post(address, {"version": pack.version}).content.decode()
    analyst.post(address, {"version": pack.version, "checked": "on"})
    assert "DRAFT" in board.get(f"/reports/{quarter.quarter}/").content.decode()
    preview = analyst.get(f"/reports/{quarter.quarter}/preview.pdf")
    assert "DRAFT" in words_of(preview.content)
    pack.refresh_from_db()
    board.post(
        f"/reports/{quarter.quarter}/foreword/",
        {"version": pack.version, "foreword": "Please come.", "chair": "Ruth"},
    )
    pack.refresh_from_db()
    sent = manager.post(f"/reports/{quarter.quarter}/publish/", {"version": pack.version, "read": "on"})
    assert sent["Location"].startswith("/jobs/")
    assert PackVersion.objects.get(pack=pack).words["cover"]["foreword"] == "Please come."


def test_the_board_member_lands_on_the_packs_reads_one_and_decides(
    client: Client, cast: Cast, pack: BoardPack
) -> None:
    client.force_login(cast.board)
    page = client.get("/", follow=True)
    assert page.redirect_chain == [("/reports/", 302)]
    assert "Begin a pack" not in page.content.decode()
    shown = client.get(f"/reports/{LAST.slug}/").content.decode()
    assert shown.index("Five minutes") < shown.index("Who raised concerns")
    assert "Record the decision" in shown
    answer = client.get(reverse("reporting:report-pdf", args=[LAST.slug, "children"]))
    assert answer.content.startswith(b"%PDF-")
    event = AuditEvent.objects.get(action=Action.BOARD_PACK_DOWNLOADED)
    assert (event.actor, event.detail["version"]) == (cast.board, "1.0")
    today = timezone.localdate()
    client.post(
        f"/reports/{LAST.slug}/decisions/1/",
        {
            "outcome": "agreed", "owner": "Maya", "decided_on_day": today.day, "decided_on_month": today.month,
            "decided_on_year": today.year,
        },
    )  # fmt: skip
    assert pack.decisions.get().outcome == Outcome.AGREED
    assert "Say what became of it" in client.get(f"/reports/{LAST.slug}/").content.decode()


def kept_of(pack: BoardPack) -> bytes:
    """The file of the children's board, as it is stored."""
    file = PackFile.objects.get(version__pack=pack, audience="children")
    with default_storage.open(file.file_name) as stored:
        return bytes(stored.read())


def reader_of(pack: BoardPack) -> PdfReader:
    """It, as a PDF."""
    return PdfReader(io.BytesIO(kept_of(pack)))
