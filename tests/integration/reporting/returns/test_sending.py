"""A signed-off return on its way out: sent as a file that is kept, received, and corrected by a restatement."""

import csv
import datetime as dt
import io
import json

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.files.store import digest
from reporting.returns.models import RegionalReturn, ReturnExplanation, ReturnFigure, SentReturn
from reporting.returns.selectors.returns import NotSigned, returns_waiting_for
from reporting.returns.services import returns, sending
from reporting.returns.services.files import export
from tests.cast import Cast
from tests.factories.reporting import (
    ENDED,
    make_checked,
    make_old_case,
    make_restated,
    make_sent,
    make_signed,
    make_started,
    worked_out,
)

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)
HERE = f"/returns/{ENDED.slug}/"
THERE = f"/returns/{ENDED.slug}-v1-1/"


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, who))
    return client


def day(on: dt.date, name: str) -> dict[str, str]:
    """A day in the three boxes of a field."""
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


def children(cast: Cast, number: int = 12) -> None:
    """So many children open at the start, seven new."""
    for each in range(number):
        make_old_case(cast, ENDED.starts_on - each * WEEK - WEEK, sex="2")
    for _ in range(7):
        make_old_case(cast, ENDED.starts_on + WEEK, sex="2")


# ------------------------------------------------------------------------------------------ sent and received


def test_it_is_sent_once_as_a_file_that_is_kept(cast: Cast) -> None:
    signed = make_signed(cast)
    assert returns_waiting_for(cast.analyst) == [signed]
    analyst = signed_in(cast, "analyst")
    assert "Send to the region" in analyst.get(HERE).content.decode()
    today = timezone.localdate()
    said = {"to": "ROCU", "file_format": "csv", **day(today, "sent_on")}
    assert analyst.post(f"{HERE}send/", said).url == HERE
    sent = SentReturn.objects.get()
    assert (sent.sent_to, sent.sent_on, sent.sent_by) == (
        "Regional Organised Crime Unit for the West Midlands",
        today,
        cast.analyst,
    )
    taken = analyst.get(f"{HERE}sent-file/").content
    assert digest(taken) == sent.sha256
    page = signed_in(cast, "manager").get(HERE).content.decode()
    assert sent.sha256 in page
    assert "Send to the region" not in page
    event = AuditEvent.objects.get(action=Action.RETURN_SENT)
    assert (event.detail["to"], event.detail["sha256"]) == ("ROCU", sent.sha256)
    again = analyst.post(f"{HERE}send/", said).content.decode()
    assert "This return has been sent. Correct it by a restatement." in again
    assert returns_waiting_for(cast.analyst) == []


def test_only_a_signed_return_is_sent_and_only_by_an_analyst(cast: Cast) -> None:
    checked = make_checked(cast)
    said = {"to": "REGION", "file_format": "xlsx", "sent_on": timezone.localdate()}
    with pytest.raises(NotSigned):
        sending.send(regional_return=checked, by=cast.analyst, **said)
    signed = returns.sign(regional_return=checked, by=cast.manager)
    with pytest.raises(NotPermitted):
        sending.send(regional_return=signed, by=cast.manager, **said)
    assert signed_in(cast, "analyst").get(f"{HERE}sent-file/").status_code == 404


@pytest.mark.parametrize(
    ("reference", "late", "words"),
    [
        ("", 0, "Enter the reference on the receipt"),
        ("WM/77", 0, "This reference is on the receipt of the return for"),
        ("wm/77", 0, "This reference is on the receipt of the return for"),
        ("WM-{other}", 0, "This reference names the return for"),
        ("WM/78", -1, "When was it received?"),
    ],
)
def test_a_receipt_that_is_not_of_this_return_is_refused_at_its_field(
    cast: Cast, reference: str, late: int, words: str
) -> None:
    other = make_sent(cast, ENDED.previous())
    sending.record_receipt(
        regional_return=other, receipt_reference="WM/77", received_on=timezone.localdate(), by=cast.analyst
    )
    sent = make_sent(cast)
    analyst, on = signed_in(cast, "analyst"), timezone.localdate() + dt.timedelta(days=late)
    said = {"receipt_reference": reference.format(other=other.quarter), **day(on, "received_on")}
    page = analyst.post(f"{HERE}receive/", said).content.decode()
    field = "received_on" if late else "receipt_reference"
    assert "There is a problem" in page
    if not late:
        assert words in page
    assert f'href="#id_{field}' in page
    sent.sent.refresh_from_db()
    assert sent.sent.received_on is None


def test_a_day_before_it_was_signed_is_no_day_to_send_it(cast: Cast) -> None:
    make_signed(cast)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    said = {"to": "REGION", "file_format": "csv", **day(yesterday, "sent_on")}
    page = signed_in(cast, "analyst").post(f"{HERE}send/", said).content.decode()
    assert "it was signed off then" in page
    assert not SentReturn.objects.exists()


def test_what_was_sent_is_never_changed_and_its_receipt_comes_once(cast: Cast) -> None:
    sent = make_sent(cast)
    said = {"receipt_reference": "WM/9", "received_on": timezone.localdate(), "by": cast.analyst}
    for attempt in (
        lambda: SentReturn.objects.update(sent_to="Somebody else"),
        lambda: SentReturn.objects.update(sha256="0"),
        lambda: SentReturn.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            attempt()
    sending.record_receipt(regional_return=sent, **said)
    with pytest.raises(NotAllowedNow, match="is recorded already"):
        sending.record_receipt(regional_return=sent, **said)
    assert AuditEvent.objects.get(action=Action.RETURN_RECEIVED).detail["reference"] == "WM/9"


def test_a_return_signed_by_its_maker_is_refused_in_words(cast: Cast) -> None:
    make_checked(cast)
    Membership.objects.filter(user=cast.analyst).update(role=Role.TEAM_MANAGER)
    analyst = signed_in(cast, "analyst")
    assert "Sign the return" not in analyst.get(HERE).content.decode()
    page = analyst.post(f"{HERE}sign/", {"revision": "1"}).content.decode()
    assert "so another person has to sign it off" in page


def test_a_quarter_that_has_not_ended_is_refused_at_its_field(cast: Cast) -> None:
    page = signed_in(cast, "analyst").post("/returns/", {"quarter": ENDED.next().slug}).content.decode()
    assert "Quarter: choose one that has ended" in page
    assert 'href="#id_quarter"' in page


# ------------------------------------------------------------------------------------------ restated


def test_a_sent_return_is_corrected_by_another_and_both_stay(cast: Cast) -> None:
    children(cast)
    sent = make_sent(cast)
    before = list(ReturnFigure.objects.filter(measure__regional_return=sent).order_by("pk").values())
    make_old_case(cast, ENDED.starts_on + WEEK, sex="2")
    analyst = signed_in(cast, "analyst")
    refused = analyst.post(f"{HERE}correct/", {"because": " "}).content.decode()
    assert "Say what was wrong" in refused
    analyst.post(f"{HERE}correct/", {"because": "A child was left out."})
    worked_out(RegionalReturn.objects.get(restates=sent))
    draft = RegionalReturn.objects.get(restates=sent)
    assert (draft.slug, draft.version_number, draft.revision) == (f"{ENDED.slug}-v1-1", "1.1", 1)
    again = analyst.post(f"{HERE}correct/", {"because": "Once more."}).content.decode()
    assert "Version 1.1 already corrects this return." in again
    assert signed_in(cast, "manager").get(THERE).status_code == 404
    assert list(ReturnFigure.objects.filter(measure__regional_return=sent).order_by("pk").values()) == before

    restated = make_restated(cast, sent)
    assert restated.pk == draft.pk
    page = analyst.get(THERE).content.decode()
    assert "What changed since version 1.0" in page
    assert "A child was left out." in page
    first = analyst.get(HERE).content.decode()
    assert f'href="{THERE}#restated"' in first
    assert "Correct this return" not in first
    assert RegionalReturn.objects.visible_to(cast.analyst).current().get(quarter=ENDED.slug) == restated
    assert analyst.get(f"{HERE[:-1]}-v1-2/").status_code == 404
    assert analyst.get(f"{HERE[:-1]}-v1-01/").status_code == 404


def test_reasons_go_with_a_restatement_and_only_a_signed_return_is_restated(cast: Cast) -> None:
    draft = make_started(cast)
    with pytest.raises(NotSigned):
        returns.restate(regional_return=draft, because="Wrong", by=cast.analyst)
    ReturnExplanation.objects.create(
        regional_return=draft, measure="A1", dimension="agency", row="total", column="count",
        text="Six leads were trained.", by=cast.analyst,
    )  # fmt: skip
    returns.check(regional_return=draft, note="Known", by=cast.analyst)
    signed = returns.sign(regional_return=draft, by=cast.manager)
    with pytest.raises(NotPermitted):
        returns.restate(regional_return=signed, because="Wrong", by=cast.manager)
    made = returns.restate(regional_return=signed, because="Wrong", by=cast.analyst)
    assert (made.check_note, made.explanations.get().text) == ("Known", "Six leads were trained.")
    with pytest.raises(NotAllowedNow, match="Send that one"):
        sending.send(
            regional_return=signed, to="REGION", file_format="csv", sent_on=timezone.localdate(),
            by=cast.analyst,
        )  # fmt: skip


def test_every_file_says_what_was_restated_and_why_but_no_withheld_number(cast: Cast) -> None:
    children(cast)
    sent = make_sent(cast)
    make_old_case(cast, ENDED.starts_on + WEEK, sex="2")
    make_old_case(cast, ENDED.starts_on + WEEK, sex="1")
    restated = make_restated(cast, sent, because="Two children were left out.")
    taken = {
        name: export(regional_return=restated, file_format=name, by=cast.manager).content
        for name in ("json", "csv", "ods", "xlsx", "pdf")
    }
    document = json.loads(taken["json"])
    assert (document["schema"], document["version"]) == (2, "1.1")
    assert document["restated_because"] == "Two children were left out."
    changed = {(each["measure"], each["row"], each["column"]): each for each in document["restated"]}
    ended = changed["B1", "total", "end"]
    assert (ended["before"]["value"], ended["after"]["value"]) == (19, 21)
    for each in document["restated"]:
        assert not (each["before"]["withheld"] and each["after"]["withheld"])
        told = [each[side]["value"] for side in ("before", "after") if each["unit"] == "children"]
        assert not {1, 2, 3, 4, 5} & set(told)
    lines = list(csv.DictReader(io.StringIO(taken["csv"].decode("utf-8-sig"))))
    found = [x for x in lines if (x["Measure"], x["Table"], x["Column code"]) == ("B1", "Total", "end")]
    assert [(x["Version"], x["Value"], x["Value in the version before"]) for x in found] == [
        ("1.1", "21", "19")
    ]
    assert {x["Why restated"] for x in lines} == {"Two children were left out."}
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(taken["pdf"])).pages]
    whole = " ".join(" ".join(pages).split())
    assert "Two children were left out." in whole
    assert "was 19" in whole
    assert AuditEvent.objects.filter(action=Action.RETURN_EXPORTED).count() == 5


def test_a_reason_for_a_change_is_in_every_file(cast: Cast) -> None:
    children(cast)
    make_signed(cast, ENDED.previous())
    for _ in range(10):
        make_old_case(cast, ENDED.starts_on + WEEK, sex="2")
    signed = make_signed(cast)
    document = json.loads(export(regional_return=signed, file_format="json", by=cast.manager).content)
    explained = [each for each in document["headlines"] if each["explanation"]]
    assert "Looked at" in {each["explanation"] for each in explained}
    for name in ("csv", "pdf"):
        content = export(regional_return=signed, file_format=name, by=cast.manager).content
        if name == "pdf":
            content = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()
        assert b"Looked at" in content, name


def test_a_fact_that_is_not_restated_is_told_or_withheld_as_before(cast: Cast) -> None:
    children(cast)
    sent = make_sent(cast)
    make_old_case(cast, ENDED.starts_on + WEEK, sex="1")
    restated = make_restated(cast, sent)
    told = [
        {
            (figure.fact, figure.value): figure.is_suppressed
            for figure in ReturnFigure.objects.filter(measure__regional_return=each, basis=[])
        }
        for each in (sent, restated)
    ]
    shared = told[0].keys() & told[1].keys()
    assert len(shared) > 100
    opened = {key for key in shared if told[0][key] and not told[1][key]}
    assert opened == set()


def test_the_api_tells_each_version_by_its_reference(cast: Cast) -> None:
    restated = make_restated(cast, make_sent(cast))
    analyst = signed_in(cast, "analyst")
    listed = analyst.get("/api/v1/returns/").json()["results"]
    assert [(each["reference"], each["version"]) for each in listed] == [
        (f"{ENDED.slug}-v1-1", "1.1"),
        (ENDED.slug, "1.0"),
    ]
    assert analyst.get(f"/api/v1/returns/{restated.slug}/").json()["version"] == "1.1"


def test_one_quarters_return_does_not_tell_what_the_last_one_withheld(cast: Cast) -> None:
    for number in range(12):
        make_old_case(cast, ENDED.starts_on - number * WEEK - WEEK, sex="2" if number % 4 else "1")
    make_old_case(cast, ENDED.starts_on + WEEK, sex="1")
    last, this = make_signed(cast, ENDED.previous()), make_signed(cast)
    told = [
        {
            (figure.fact, figure.value): figure.is_suppressed
            for figure in ReturnFigure.objects.filter(
                measure__regional_return=each, fact__startswith="open@", basis=[]
            )
        }
        for each in (last, this)
    ]
    shared = told[0].keys() & told[1].keys()
    assert len(shared) > 10
    assert {key: told[0][key] for key in shared} == {key: told[1][key] for key in shared}
