"""Seven authorities' returns: what is taken, what is refused and why, and what they add up to."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from openpyxl import load_workbook

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.keys import new_key
from reporting.measures.selectors.population import CLOSED, END, NEW, REOPENED, START
from reporting.region.models import AuthorityReturn
from reporting.region.selectors.reading import ReturnRefused, read_return
from reporting.region.selectors.region import Sum, authorities, region
from reporting.returns.services.files import export
from tests.cast import Cast
from tests.factories.reporting import ENDED, make_signed

pytestmark = pytest.mark.django_db
DUDLEY, WALSALL = "E08000027", "E08000030"
OPEN_AT_END = ("B1", "all", "total", END)


def document(authority: str = DUDLEY, quarter: str = ENDED.slug, end: int = 21) -> dict[str, Any]:
    """A return as the portal writes it, of one measure."""
    flow = {START: 20, NEW: 6, REOPENED: 0, CLOSED: 26 - end, END: end}
    figures = [
        {"row": "total", "column": column, "value": value, "unit": "children", "withheld": False}
        for column, value in flow.items()
    ]
    tables = [{"dimension": "all", "figures": figures}]
    return {"authority": authority, "quarter": quarter, "measures": [{"code": "B1", "tables": tables}]}


def figures_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    return found["measures"][0]["tables"][0]["figures"]  # type: ignore[no-any-return]


def read(found: dict[str, Any]) -> Any:
    return read_return("r.json", json.dumps(found).encode(), authority=DUDLEY, quarter=ENDED)


def post(client: Client, content: bytes, *, authority: str = DUDLEY, name: str = "dudley.json") -> Any:
    given = {"authority": authority, "quarter": ENDED.slug, "file": SimpleUploadedFile(name, content)}
    return client.post("/region/upload/", given)


def upload(client: Client, found: dict[str, Any]) -> None:
    answer = post(client, json.dumps(found).encode(), authority=found["authority"])
    assert answer.status_code == 302, answer.content.decode()


@pytest.fixture
def analyst(cast: Cast, client: Client) -> Client:
    client.force_login(cast.analyst)
    return client


def another_authority(found: dict[str, Any]) -> None:
    found["authority"] = WALSALL


def wrong_quarter(found: dict[str, Any]) -> None:
    found["quarter"] = ENDED.previous().slug


def no_column(found: dict[str, Any]) -> None:
    del figures_of(found)[0]["column"]


def a_word(found: dict[str, Any]) -> None:
    figures_of(found)[1]["value"] = "many"


def less_than_none(found: dict[str, Any]) -> None:
    figures_of(found)[1]["value"] = -1


def not_reconciled(found: dict[str, Any]) -> None:
    figures_of(found)[4]["value"] = 22


def twice(found: dict[str, Any]) -> None:
    figures_of(found).append(figures_of(found)[0])


def unknown_measure(found: dict[str, Any]) -> None:
    found["measures"][0]["code"] = "Z9"


def no_measures(found: dict[str, Any]) -> None:
    del found["measures"]


def more_than_the_total(found: dict[str, Any]) -> None:
    figures_of(found).append({"row": "1", "column": END, "value": 30, "unit": "children", "withheld": False})


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (another_authority, "Authority: the file says E08000030"),
        (wrong_quarter, "Quarter: the file says"),
        (no_column, "column is missing"),
        (a_word, '"many" is no number'),
        (less_than_none, '"-1" is no number'),
        (not_reconciled, "Measure B1, table all, row total: it ends with 22, and adds up to 21"),
        (twice, "it is in the file twice"),
        (unknown_measure, "Measure: Z9"),
        (no_measures, "measures is missing"),
        (more_than_the_total, "its rows make 30, and its total is 21"),
    ],
)
def test_what_is_wrong_is_named(broken: Callable[[dict[str, Any]], None], words: str) -> None:
    found = document()
    broken(found)
    with pytest.raises(ReturnRefused, match=words):
        read(found)


@pytest.mark.parametrize("content", [b"{", b"[" * 100_000, b"\xff\xfe\x00", b"[]", b"null"])
def test_a_broken_file_is_refused(content: bytes) -> None:
    with pytest.raises(ReturnRefused):
        read_return("r.json", content, authority=DUDLEY, quarter=ENDED)
    with pytest.raises(ReturnRefused):
        read_return("r.csv", content, authority=DUDLEY, quarter=ENDED)


def test_a_refused_file_loses_nothing(analyst: Client) -> None:
    upload(analyst, document())
    answer = post(analyst, json.dumps(document(WALSALL)).encode())
    assert "Authority: the file says E08000030" in answer.content.decode()
    assert f'value="{DUDLEY}" selected' in answer.content.decode()
    assert "smaller than 5 MB" in post(analyst, b"{" + b" " * (5 * 2**20)).content.decode()
    assert AuthorityReturn.objects.count() == 1


def test_a_file_of_100_mb_is_refused_before_it_is_read(analyst: Client) -> None:
    answer = analyst.post(
        "/region/upload/",
        b"--x\r\n",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(100 * 2**20),
    )
    assert answer.status_code in (400, 413)


def test_a_later_upload_counts_and_both_stay(cast: Cast, analyst: Client) -> None:
    upload(analyst, document(end=21))
    upload(analyst, document(end=19))
    found = region(cast.analyst, ENDED.slug)
    dudley = next(each for each in found.columns if each.code == DUDLEY)
    assert dudley.figures is not None
    assert dudley.figures[OPEN_AT_END].value == 19
    assert [each.uploaded_by for each in found.uploads] == [cast.analyst] * 2
    assert "(replaced)" in analyst.get(f"/region/{ENDED.slug}/").content.decode()
    assert AuditEvent.objects.filter(action=Action.REGION_UPLOADED).count() == 2
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AuthorityReturn.objects.update(quarter="2020-21-Q1")


def test_the_same_post_twice_is_one_upload(analyst: Client) -> None:
    given = {"authority": DUDLEY, "quarter": ENDED.slug, "form_token": str(new_key())}
    for _ in range(2):
        file = SimpleUploadedFile("d.json", json.dumps(document()).encode())
        assert analyst.post("/region/upload/", {**given, "file": file}).status_code == 302
    assert AuthorityReturn.objects.count() == 1


def test_seven_add_up_and_withheld_numbers_are_bounds(cast: Cast, analyst: Client) -> None:
    others = [code for code, name in authorities() if name != "Sandwell"]
    for number, code in enumerate(others[:-1]):
        upload(analyst, document(code, end=20 + number))
    assert region(cast.analyst, ENDED.slug).sum_of(OPEN_AT_END) is None
    assert "Region: not yet" in analyst.get(f"/region/{ENDED.slug}/").content.decode()
    last = document(others[-1])
    figures_of(last)[4] |= {"value": None, "withheld": True}
    upload(analyst, last)
    assert "Region: not yet. Missing: Sandwell" in analyst.get(f"/region/{ENDED.slug}/").content.decode()
    make_signed(cast)
    found = region(cast.analyst, ENDED.slug)
    assert found.missing == []
    assert found.sum_of(OPEN_AT_END) == Sum(20 + 21 + 22 + 23 + 24, at_least=True)
    assert found.average_of_others(OPEN_AT_END) is None, "one of the others does not tell it"
    assert found.average_of_others(("B1", "all", "total", NEW)) == 6
    assert "at least 110" in analyst.get(f"/region/{ENDED.slug}/").content.decode()


def test_the_files_say_what_the_page_says(analyst: Client) -> None:
    upload(analyst, document())
    rows = list(
        csv.DictReader(
            io.StringIO(analyst.get(f"/region/{ENDED.slug}/download/csv/").content.decode("utf-8-sig"))
        )
    )
    end = next(row for row in rows if row["Column code"] == END)
    assert (end["Dudley"], end["Walsall"], end["Region"]) == ("21", "", "")
    book = load_workbook(io.BytesIO(analyst.get(f"/region/{ENDED.slug}/download/xlsx/").content))
    assert any("Region: not yet" in str(cell.value) for row in book.active.iter_rows() for cell in row)
    assert analyst.get(f"/region/{ENDED.slug}/download/pdf/").status_code == 404
    assert AuditEvent.objects.filter(action=Action.RETURN_EXPORTED, detail__region=ENDED.slug).count() == 2


@pytest.mark.parametrize("address", ["nonsense", "2099-00-Q1", ENDED.next().slug])
def test_no_region_of_another_time(analyst: Client, address: str) -> None:
    assert analyst.get(f"/region/{address}/").status_code == 404


def test_our_own_file_is_one_that_the_region_takes(cast: Cast) -> None:
    signed = make_signed(cast)
    own = next(each for each in region(cast.analyst, ENDED.slug).columns if each.is_own)
    assert own.figures is not None
    told = {place: (each.value, each.withheld) for place, each in own.figures.items()}
    for file_format in ("json", "csv"):
        file = export(regional_return=signed, file_format=file_format, by=cast.analyst)
        found = read_return(file.name, file.content, authority="E08000028", quarter=ENDED)
        assert {place: (each.value, each.withheld) for place, each in found.figures.items()} == told


def test_it_is_the_analysts(cast: Cast, client: Client) -> None:
    for who in cast:
        client.force_login(getattr(cast, who))
        expected = 200 if who == "analyst" else 403
        assert client.get("/region/").status_code in (expected, 404 if who == "leaver" else expected), who
