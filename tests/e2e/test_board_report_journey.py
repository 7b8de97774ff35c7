"""The analyst publishes a quarter's report; a board member, four times a year, finds it and nothing else."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.board_packs import LAST, signed_return


def test_from_a_signed_off_quarter_to_the_board_member(sign_in: Callable[..., Person], cast: Cast) -> None:
    signed_return(LAST, prepared_by=cast.analyst, signed_by=cast.manager)
    analyst = sign_in("analyst")
    analyst.follows("Reports", exact=True)
    analyst.follows("Publish the report for 2026/27 Q2")
    analyst.types("What should the board know", "Schools told us more this quarter.")
    analyst.clicks("Publish the report")
    analyst.sees("There is a problem")
    analyst.chooses("No child, family or member of staff")
    analyst.clicks("Publish the report")
    analyst.sees("Board report")
    analyst.goes_to("/reports/")
    analyst.does_not_see("To be published")

    member = sign_in("board")
    member.sees("Board reports")
    member.sees("2026/27 Q2")
    with member.page.expect_download() as download:
        member.page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "board-report-2026-27-Q2.pdf"
    links = [link.inner_text() for link in member.page.locator("nav a").all()]
    assert links == ["Today", "Reports", "Board reports", "Strategy"]
    for address in ("/cases/", "/concerns/", "/meetings/", "/returns/", "/intelligence/"):
        answer = member.page.goto(address)
        assert answer is not None
        assert answer.status in (403, 404)


@pytest.mark.long
def test_the_reports_page_works_without_scripts_on_a_phone(
    sign_in: Callable[..., Person], cast: Cast
) -> None:
    signed_return(LAST, prepared_by=cast.analyst, signed_by=cast.manager)
    analyst = sign_in("analyst", scripts=False, width=320)
    analyst.page.goto("/reports/2026-27-Q2/publish/")
    analyst.types("What should the board know", "A short quarter.")
    analyst.chooses("No child, family or member of staff")
    analyst.page.get_by_role("button", name="Publish the report").click()
    analyst.page.goto("/reports/")
    analyst.sees("2026/27 Q2")
