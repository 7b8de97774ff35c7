"""What leaves the partnership: three files and the API say the same, and no small number."""

import csv
import datetime as dt
import io
import json

import openpyxl
import pytest
from django.test import Client

from cse_portal.accounts.models import Agency
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from reporting.returns.models import RegionalReturn
from reporting.returns.selectors.returns import NotSigned
from reporting.returns.services.files import export
from tests.cast import Cast
from tests.factories.reporting import ENDED, make_checked, make_old_case, make_signed

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


@pytest.fixture(scope="module")
def signed(shared_cast: Cast) -> RegionalReturn:
    """Fourteen girls known from before, one boy new; their lead agency has a name made to be calculated."""
    Agency.objects.filter(code="csc").update(name='=HYPERLINK("http://example.org","x")')
    for number in range(14):
        make_old_case(shared_cast, ENDED.starts_on - number * WEEK - WEEK, sex="2", ethnicity="WBRI")
    make_old_case(shared_cast, ENDED.starts_on + WEEK, sex="1")
    return make_signed(shared_cast)


@pytest.fixture(scope="module")
def checked(shared_cast: Cast, signed: RegionalReturn) -> RegionalReturn:
    """The return before it, which nobody has signed off."""
    return make_checked(shared_cast, ENDED.previous())


def numbers_of(file_format: str, content: bytes) -> dict[tuple[str, str, str, str], str]:
    """Every number by measure, table, row and column, as text; withheld ones as "c"."""
    if file_format == "csv":
        lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        return {(x["Measure"], x["Table"], x["Row code"], x["Column code"]): x["Value"] for x in lines}
    document = json.loads(content)
    return {
        (measure["code"], table["title"], each["row"], each["column"]): (
            "c" if each["withheld"] else "" if each["value"] is None else str(each["value"])
        )
        for measure in document["measures"]
        for table in measure["tables"]
        for each in table["figures"]
    }


def test_every_format_says_the_same_and_no_small_number(cast: Cast, signed: RegionalReturn) -> None:
    files = {
        name: export(regional_return=signed, file_format=name, by=cast.manager) for name in ("csv", "json")
    }
    numbers = {name: numbers_of(name, file.content) for name, file in files.items()}
    assert numbers["csv"] == numbers["json"]
    assert numbers["csv"]["B1", "Total", "total", "new"] == "c"
    of_children = {key: value for key, value in numbers["csv"].items() if key[0] != "I1"}  # not of staff
    counts = {value for key, value in of_children.items() if key[-1] not in ("rate", "median")}
    assert not counts & {"1", "2", "3", "4"}
    assert "0" in counts


def test_the_workbook_calculates_nothing(cast: Cast, signed: RegionalReturn) -> None:
    file = export(regional_return=signed, file_format="xlsx", by=cast.analyst)
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(str(cell.value).startswith("'=HYPERLINK") for cell in cells)
    assert {cell.value for cell in cells} >= {
        "c",
        0,
        "B1 Children open at the start, new, re-opened, closed, and open at the end",
    }
    assert not [cell for cell in book["B1"]["B"] if isinstance(cell.value, int) and 1 <= cell.value <= 4]


def test_each_download_is_recorded_and_only_for_those_who_may(cast: Cast, signed: RegionalReturn) -> None:
    export(regional_return=signed, file_format="json", by=cast.manager)
    event = AuditEvent.objects.get(action=Action.RETURN_EXPORTED)
    assert (event.actor, event.detail["format"]) == (cast.manager, "json")
    with pytest.raises(NotPermitted):
        export(regional_return=signed, file_format="json", by=cast.board)
    with pytest.raises(NotVisible):
        export(regional_return=signed, file_format="exe", by=cast.manager)


def test_before_it_is_signed_nothing_leaves(cast: Cast, checked: RegionalReturn) -> None:
    with pytest.raises(NotSigned):
        export(regional_return=checked, file_format="csv", by=cast.analyst)
    assert not AuditEvent.objects.filter(action=Action.RETURN_EXPORTED).exists()


def test_the_api_lists_and_tells_signed_returns(cast: Cast, checked: RegionalReturn, client: Client) -> None:
    client.force_login(cast.analyst)
    listed = client.get("/api/v1/returns/").json()
    assert [each["quarter"] for each in listed["results"]] == [ENDED.slug]
    answer = client.get(f"/api/v1/returns/{ENDED.slug}/")
    assert answer.status_code == 200
    assert numbers_of("json", answer.content)["B1", "Total", "total", "new"] == "c"
    assert AuditEvent.objects.get(action=Action.RETURN_EXPORTED).detail["format"] == "api"
    assert client.get(f"/api/v1/returns/{checked.quarter}/").status_code == 409


@pytest.mark.parametrize(
    "who", ["practitioner", "police", "board", "privacy", "administrator", "leaver", "outsider"]
)
def test_the_api_tells_nobody_else(cast: Cast, signed: RegionalReturn, client: Client, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get("/api/v1/returns/").status_code == 403
    missing = client.get("/api/v1/returns/1999-00-Q1/")
    hidden = client.get(f"/api/v1/returns/{ENDED.slug}/")
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
