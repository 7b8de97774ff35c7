"""A signed-off return on its way out: sent as a file that is kept, received, and corrected by a restatement."""

import datetime as dt
import io
import json

import pytest
from django.db import DatabaseError, transaction
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
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.reporting import (
    ENDED,
    check,
    make_old_case,
    make_restated,
    make_sent,
    make_signed,
    make_started,
    send,
    sign,
    worked_out,
)

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)
HERE = f"/returns/{ENDED.slug}/"
THERE = f"/returns/{ENDED.slug}-v1-1/"


def day(on: dt.date, name: str) -> dict[str, str]:
    """A day in the three boxes of a field."""
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


@pytest.fixture(scope="module")
def draft(shared_cast: Cast) -> RegionalReturn:
    """Seven girls more than in the quarter before, whose return is sent."""
    for each in range(12):
        make_old_case(shared_cast, ENDED.starts_on - each * WEEK - WEEK, sex="2")
    make_sent(shared_cast, ENDED.previous())
    for _ in range(7):
        make_old_case(shared_cast, ENDED.starts_on + WEEK, sex="2")
    return RegionalReturn.objects.get(pk=make_started(shared_cast).pk)


@pytest.fixture
def checked(cast: Cast, draft: RegionalReturn) -> RegionalReturn:
    return check(cast, draft)


@pytest.fixture
def signed(cast: Cast, checked: RegionalReturn) -> RegionalReturn:
    return sign(cast, checked)


@pytest.fixture
def sent(cast: Cast, signed: RegionalReturn) -> RegionalReturn:
    return send(cast, signed)


# ------------------------------------------------------------------------------------------ sent and received


def test_it_is_sent_once_as_a_file_that_is_kept(cast: Cast, signed: RegionalReturn) -> None:
    assert returns_waiting_for(cast.analyst) == [signed]
    analyst = signed_in(cast, "analyst")
    assert "Send to the region" in analyst.get(HERE).content.decode()
    today = timezone.localdate()
    said = {"to": "ROCU", "file_format": "csv", **day(today, "sent_on")}
    assert analyst.post(f"{HERE}send/", said).url == HERE
    sent = SentReturn.objects.get(regional_return=signed)
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
    event = AuditEvent.objects.get(action=Action.RETURN_SENT, object_id=str(signed.pk))
    assert (event.detail["to"], event.detail["sha256"]) == ("ROCU", sent.sha256)
    again = analyst.post(f"{HERE}send/", said).content.decode()
    assert "This return has been sent. Correct it by a restatement." in again
    assert returns_waiting_for(cast.analyst) == []


def test_only_a_signed_return_is_sent_and_only_by_an_analyst(cast: Cast, checked: RegionalReturn) -> None:
    said = {"to": "REGION", "file_format": "xlsx", "sent_on": timezone.localdate()}
    with pytest.raises(NotSigned):
        sending.send(regional_return=checked, by=cast.analyst, **said)
    signed = sign(cast, checked)
    with pytest.raises(NotPermitted):
        sending.send(regional_return=signed, by=cast.manager, **said)
    assert signed_in(cast, "analyst").get(f"{HERE}sent-file/").status_code == 404


def test_a_receipt_that_is_not_of_this_return_is_refused_at_its_field(
    cast: Cast, sent: RegionalReturn
) -> None:
    today, analyst = timezone.localdate(), signed_in(cast, "analyst")
    other = RegionalReturn.objects.get(quarter=ENDED.previous().slug)
    sending.record_receipt(
        regional_return=other, receipt_reference="WM/77", received_on=today, by=cast.analyst
    )
    for reference, words in (
        ("", "Enter the reference on the receipt"),
        ("WM/77", "This reference is on the receipt of the return for"),
        ("wm/77", "This reference is on the receipt of the return for"),
        (f"WM-{other.quarter}", "This reference names the return for"),
    ):
        said = {"receipt_reference": reference, **day(today, "received_on")}
        page = analyst.post(f"{HERE}receive/", said).content.decode()
        assert "There is a problem" in page
        assert words in page
        assert 'href="#id_receipt_reference' in page
    said = {"receipt_reference": "WM/78", **day(today - dt.timedelta(days=1), "received_on")}
    page = analyst.post(f"{HERE}receive/", said).content.decode()
    assert "There is a problem" in page
    assert 'href="#id_received_on' in page
    sent.sent.refresh_from_db()
    assert sent.sent.received_on is None


def test_a_day_before_it_was_signed_is_no_day_to_send_it(cast: Cast, signed: RegionalReturn) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    said = {"to": "REGION", "file_format": "csv", **day(yesterday, "sent_on")}
    page = signed_in(cast, "analyst").post(f"{HERE}send/", said).content.decode()
    assert "it was signed off then" in page
    assert not SentReturn.objects.filter(regional_return=signed).exists()


def test_what_was_sent_is_never_changed_and_its_receipt_comes_once(cast: Cast, sent: RegionalReturn) -> None:
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


def test_a_return_signed_by_its_maker_is_refused_in_words(cast: Cast, checked: RegionalReturn) -> None:
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


def test_a_sent_return_is_corrected_by_another_and_both_stay(cast: Cast, sent: RegionalReturn) -> None:
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

    assert make_restated(cast, sent).pk == draft.pk
    page = analyst.get(THERE).content.decode()
    assert "What changed since version 1.0" in page
    assert "A child was left out." in page
    first = analyst.get(HERE).content.decode()
    assert f'href="{THERE}#restated"' in first
    assert "Correct this return" not in first
    assert RegionalReturn.objects.visible_to(cast.analyst).current().get(quarter=ENDED.slug) == draft
    assert analyst.get(f"{HERE[:-1]}-v1-2/").status_code == 404
    assert analyst.get(f"{HERE[:-1]}-v1-01/").status_code == 404


def test_reasons_go_with_a_restatement_and_only_a_signed_return_is_restated(
    cast: Cast, draft: RegionalReturn
) -> None:
    with pytest.raises(NotSigned):
        returns.restate(regional_return=draft, because="Wrong", by=cast.analyst)
    ReturnExplanation.objects.create(
        regional_return=draft, measure="A1", dimension="agency", row="total", column="count",
        text="Six leads were trained.", by=cast.analyst,
    )  # fmt: skip
    signed = sign(cast, check(cast, draft))
    with pytest.raises(NotPermitted):
        returns.restate(regional_return=signed, because="Wrong", by=cast.manager)
    made = returns.restate(regional_return=signed, because="Wrong", by=cast.analyst)
    assert made.check_note == "Known and followed up"
    assert made.explanations.get(measure="A1", row="total").text == "Six leads were trained."
    with pytest.raises(NotAllowedNow, match="Send that one"):
        sending.send(
            regional_return=signed, to="REGION", file_format="csv", sent_on=timezone.localdate(),
            by=cast.analyst,
        )  # fmt: skip


def test_a_reason_for_a_change_is_in_every_file(cast: Cast, signed: RegionalReturn) -> None:
    document = json.loads(export(regional_return=signed, file_format="json", by=cast.manager).content)
    assert "Looked at" in {each["explanation"] for each in document["headlines"]}
    for name in ("csv", "pdf"):
        content = export(regional_return=signed, file_format=name, by=cast.manager).content
        if name == "pdf":
            content = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()
        assert b"Looked at" in content, name


def test_one_quarters_return_does_not_tell_what_the_last_one_withheld(cast: Cast) -> None:
    quarter = ENDED.previous().previous()
    for number in range(12):
        make_old_case(cast, quarter.starts_on - number * WEEK - WEEK, sex="2" if number % 4 else "1")
    make_old_case(cast, quarter.starts_on + WEEK, sex="1")
    last, this = make_signed(cast, quarter.previous()), make_signed(cast, quarter)
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
