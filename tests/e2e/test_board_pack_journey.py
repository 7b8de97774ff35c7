"""The board's pack from the analyst's first word to a decision of the board, and to what the next pack says of it."""

from collections.abc import Callable

import pytest

from cse_portal.jobs.models import Job
from cse_portal.jobs.services import run_job
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.board_packs import LAST, signed_return


def test_a_pack_is_written_read_published_corrected_and_answered(
    sign_in: Callable[..., Person], cast: Cast
) -> None:
    for quarter in (LAST.previous(), LAST):
        signed_return(quarter, prepared_by=cast.analyst, signed_by=cast.manager)
    analyst = sign_in("analyst")
    write(analyst, LAST.previous().label, LAST.previous().slug)
    manager, member = sign_in("manager"), sign_in("board")
    publish(manager, member, LAST.previous().slug)

    analyst.goes_to(f"/reports/{LAST.previous().slug}/correct/")
    analyst.types("What has to change?", "One review was counted twice.")
    analyst.clicks("Begin the correction")
    analyst.goes_to(f"/reports/{LAST.previous().slug}/send/")
    analyst.chooses("No child, family or member of staff")
    analyst.page.set_default_timeout(90_000)
    analyst.clicks("Send the pack")
    publish(manager, None, LAST.previous().slug)

    member.goes_to("/")
    member.sees("Board packs")
    member.page.set_viewport_size({"width": 768, "height": 1024})
    member.goes_to(f"/reports/{LAST.previous().slug}/")
    member.sees("Corrected: One review was counted twice.")
    with member.page.expect_download() as download:
        member.page.get_by_role("link", name="Download for the Safeguarding Children Board").click()
    assert download.value.suggested_filename == f"board-pack-{LAST.previous().slug}-1.1-children.pdf"
    member.follows("Record the decision")
    member.chooses("Agreed")
    member.clicks("Record the decision")
    member.sees("The decision is recorded.")
    member.follows("Say what became of it")
    member.types("What became of it?", "The chair has begun.")
    member.chooses("Yes")
    member.clicks("Save")

    write(analyst, LAST.label, LAST.slug)
    analyst.goes_to(f"/reports/{LAST.slug}/")
    analyst.sees("The chair has begun.")
    for address in ("/cases/", "/concerns/", "/meetings/", "/returns/", "/intelligence/"):
        answer = member.page.goto(address)
        assert answer is not None
        assert answer.status in (403, 404)


def write(analyst: Person, label: str, slug: str) -> None:
    """A pack that asks one thing, sent to its second reader."""
    analyst.goes_to("/reports/")
    analyst.page.locator("main").get_by_label("Quarter").select_option(label=label)
    analyst.clicks("Begin the pack")
    analyst.goes_to(f"/reports/{slug}/write/summary/")
    analyst.types("What worries us, 1", "Reviews are late.")
    analyst.page.locator("#id_asked_1").fill("Fund a second chair.")
    analyst.page.locator("#id_owner_1").fill("Maya Chandler")
    analyst.clicks("Save the words")
    analyst.sees("Saved: Five minutes.")
    analyst.goes_to(f"/reports/{slug}/send/")
    analyst.chooses("No child, family or member of staff")
    analyst.clicks("Send the pack")
    analyst.sees("The second reader and the chair have been told.")


def publish(manager: Person, chair: Person | None, slug: str) -> None:
    """The chair's foreword, and the second reader's word."""
    if chair is not None:
        chair.goes_to(f"/reports/{slug}/foreword/")
        chair.types("Foreword", "Please come ready to decide.")
        chair.types("Your name and office", "Bernard Lisle, for the board")
        chair.clicks("Save the foreword")
    manager.page.set_default_timeout(90_000)  # every sheet is drawn for every board before the answer
    manager.goes_to(f"/reports/{slug}/publish/")
    manager.chooses("I have read every page")
    manager.clicks("Publish the pack")
    for job in Job.objects.filter(kind="reporting.board_pack", finished_at=None):
        run_job(job_id=job.pk)


@pytest.mark.long
def test_a_page_of_the_pack_is_written_without_scripts_on_a_phone(
    sign_in: Callable[..., Person], cast: Cast
) -> None:
    signed_return(LAST, prepared_by=cast.analyst, signed_by=cast.manager)
    analyst = sign_in("analyst", scripts=False, width=320)
    write(analyst, LAST.label, LAST.slug)
