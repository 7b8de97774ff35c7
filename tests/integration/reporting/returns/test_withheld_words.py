"""What checks found, and the note on it, are said in figures: they go nowhere that withholds those figures."""

import datetime as dt
import io

import openpyxl
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from cases.record.choices import RiskCategory
from reporting.board.models import PackVersion
from reporting.returns.models import RegionalReturn, ReturnFigure, ValidationResult
from reporting.returns.services import returns
from reporting.returns.services.files import export
from tests.cast import Cast
from tests.factories.board_packs import published_pack
from tests.factories.concerns import make_concern
from tests.factories.reporting import ENDED, at, explained, make_old_case, make_signed, make_started
from tests.papers import words_of

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)
NOTE = "The 2 undecided came on the last Friday; the third child open was put right later."
TITLES = [
    "The quarter starts where the last return ended",
    "Every field is answered on at least 90% of records",
    "Every concern received in the quarter was decided in it",
]


@pytest.fixture(scope="module")
def signed(shared_cast: Cast) -> RegionalReturn:
    """Signed off with a note: 3 children open where the last return said 2, ethnicity missing, 2 concerns undecided."""
    for _ in range(2):
        make_old_case(shared_cast, ENDED.previous().starts_on + WEEK)
    make_signed(shared_cast, ENDED.previous())
    make_old_case(shared_cast, ENDED.previous().starts_on + WEEK, category=RiskCategory.HIGH)
    with time_machine.travel(at(ENDED.ends_on - 2 * WEEK)):
        for name in ("Rowan", "Robyn"):
            make_concern(shared_cast.practitioner, given_name=name)
    started = RegionalReturn.objects.get(pk=make_started(shared_cast).pk)
    checked = returns.check(
        regional_return=explained(started, shared_cast.analyst), note=NOTE, by=shared_cast.analyst
    )
    return returns.sign(regional_return=checked, by=shared_cast.manager)


@pytest.fixture
def found(signed: RegionalReturn) -> dict[str, str]:
    """What each check that failed says, by its rule; and that what it counts is withheld."""
    undecided = ReturnFigure.objects.get(
        measure__regional_return=signed, measure__code="A1", dimension="outcome", row="waiting"
    )
    assert (undecided.value, undecided.is_suppressed) == (2, True)
    open_at = ReturnFigure.objects.get(
        measure__regional_return=signed, measure__code="B1", dimension="all", column="start"
    )
    assert (open_at.value, open_at.is_suppressed) == (3, True)
    failed = ValidationResult.objects.filter(regional_return=signed, passed=False)
    messages = dict(failed.values_list("rule", "message"))
    assert messages["V9"] == "2 concerns without a decision by the end of the quarter"
    assert messages["V7"] == "3.0 open at the start, but an earlier return said 2.0"
    assert "%" in messages["V8"]
    return messages


@pytest.mark.usefixtures("undrawn")
def test_the_board_reads_which_checks_failed_and_no_number_that_is_withheld(
    cast: Cast, signed: RegionalReturn, found: dict[str, str]
) -> None:
    pack = published_pack(signed, by=cast.analyst, reader=cast.manager)
    version = PackVersion.objects.get(pack=pack)
    assert [title for title, passed in version.facts["checks"] if not passed] == TITLES
    with default_storage.open(version.files.get(audience="children").file_name) as stored:
        whole = words_of(stored.read())
    assert "Not passed" in whole
    for title in TITLES:
        assert title in whole
    for message in (*found.values(), NOTE):
        for part in message.split("; "):
            assert part not in whole


@pytest.mark.parametrize("file_format", ["json", "csv", "ods", "xlsx", "pdf"])
def test_no_file_of_the_return_says_what_a_check_found_or_the_note(
    cast: Cast, signed: RegionalReturn, found: dict[str, str], file_format: str
) -> None:
    file = export(regional_return=signed, file_format=file_format, by=cast.analyst)
    read = {"xlsx": cells_of, "pdf": words_of}.get(
        file_format, lambda content: content.decode(errors="ignore")
    )
    text = read(file.content)
    for message in (*found.values(), NOTE):
        assert message not in text
    if file_format in ("json", "xlsx", "pdf"):
        assert all(title in text for title in TITLES)


def test_whoever_signs_reads_both_on_the_page_of_the_return(
    cast: Cast, signed: RegionalReturn, found: dict[str, str], client: Client
) -> None:
    client.force_login(cast.manager)
    page = client.get(f"/returns/{ENDED.slug}/").content.decode()
    for message in (found["V7"], found["V9"], NOTE):
        assert message in page


def cells_of(content: bytes) -> str:
    """Every text of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
