"""Across borders: a case is sent on and acknowledged before it closes; who placed a child is told; sharing or not."""

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from cases.borders import services as borders
from cases.borders.models import AuthorityTransfer, PlacingNotice, SharingDecision
from cases.borders.selectors import placed_here, transfers_waiting
from cases.casework.services import TRANSFERRED, Check, close_case, reopen_case
from cases.record.models.case import Case
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.reference.selectors import codes
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DUDLEY = "E08000027"


def on(day: dt.date, name: str) -> dict[str, str]:
    """A date in three boxes."""
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def sent(cast: Cast, case: Case) -> AuthorityTransfer:
    """Sent on to Dudley today."""
    return borders.send_on(
        case=case, authority=DUDLEY, contact="Duty team", sent_on=TODAY, by=cast.practitioner
    )


def answered(cast: Cast, transfer: AuthorityTransfer) -> AuthorityTransfer:
    """Dudley works with the child from now on."""
    said = borders.Acknowledgement("Jo Marsh", TODAY, "D-77")
    return borders.acknowledge(transfer=transfer, said=said, by=cast.practitioner)


def close(cast: Cast, case: Case) -> Case:
    """As moved and transferred."""
    lines = [Check(each.code, done=True) for each in codes("step-down")]
    return close_case(case=case, code=TRANSFERRED, reason="They moved", checklist=lines, by=cast.manager)


class TestTransfer:
    """A child who moves away is not let go of before somebody else works with them."""

    def test_a_case_closes_as_transferred_only_once_that_is_acknowledged(self, cast: Cast) -> None:
        case = make_case(cast)
        with pytest.raises(NotAllowedNow, match="has not acknowledged the transfer"):
            close(cast, case)
        transfer = sent(cast, case)
        with pytest.raises(NotAllowedNow, match="has not acknowledged the transfer"):
            close(cast, case)
        answered(cast, transfer)
        assert not close(cast, case).is_open

    def test_one_of_an_earlier_period_of_work_does_not_count(self, cast: Cast) -> None:
        case = make_case(cast)
        answered(cast, sent(cast, case))
        close(cast, case)
        with time_machine.travel(timezone.now() + dt.timedelta(days=5)):
            reopen_case(case=case, reason="They are back", lawful_basis=LAWFUL_BASIS, by=cast.manager)
            case.refresh_from_db()
            with pytest.raises(NotAllowedNow, match="has not acknowledged the transfer"):
                close(cast, case)

    def test_the_page_of_closing_says_so_at_the_reason(self, cast: Cast, client: Client) -> None:
        case = make_case(cast)
        client.force_login(cast.manager)
        lines = {f"check_{each.code}": "yes" for each in codes("step-down")}
        said = {"code": TRANSFERRED, "reason": "They moved", "confirmed": "on", **lines}
        page = client.post(f"/cases/{case.reference}/close/", said).content.decode()
        assert 'id="id_code_error"' in page
        assert "has not acknowledged the transfer" in page

    def test_it_is_sent_acknowledged_and_told_on_the_pages(self, cast: Cast, client: Client) -> None:
        case = make_case(cast)
        client.force_login(cast.practitioner)
        address = f"/cases/{case.reference}/borders/"
        sends = {"authority": "OTHER", "contact": "MASH", **on(TODAY, "sent_on")}
        assert "Enter the name of the authority" in client.post(f"{address}transfer/", sends).content.decode()
        sends["authority_name"] = "Powys"
        assert client.post(f"{address}transfer/", sends).status_code == 302
        transfer = AuthorityTransfer.objects.get()
        assert "Powys" in client.get("/borders/").content.decode()
        answer = f"{address}transfers/{transfer.pk}/"
        early = {
            "answer": "acknowledged",
            "acknowledged_by": "Jo",
            **on(TODAY - dt.timedelta(days=2), "acknowledged_on"),
        }
        assert "cannot be before" in client.post(answer, early).content.decode()
        assert client.post(answer, {**early, **on(TODAY, "acknowledged_on")}).status_code == 302
        assert "Acknowledged on" in client.get(address).content.decode()
        assert "Powys" not in client.get("/borders/").content.decode()
        assert case.chronology.filter(source_id=transfer.pk).count() == 2

    def test_one_sent_in_error_is_withdrawn_and_answered_once(self, cast: Cast) -> None:
        transfer = sent(cast, make_case(cast))
        borders.withdraw(transfer=transfer, reason="They stayed", by=cast.practitioner)
        with pytest.raises(NotAllowedNow, match="This transfer is acknowledged or withdrawn already"):
            answered(cast, transfer)
        with (
            acting_for(cast.practitioner),
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
        ):
            AuthorityTransfer.objects.update(contact="Somebody else")

    def test_the_manager_finds_those_that_wait_on_today(self, cast: Cast, client: Client) -> None:
        transfer = sent(cast, make_case(cast))
        client.force_login(cast.manager)
        assert "transfer not acknowledged" in client.get("/").content.decode()
        answered(cast, transfer)
        assert "transfer not acknowledged" not in client.get("/").content.decode()


def test_who_placed_a_child_is_told_and_who_was_not_comes_first(cast: Cast, client: Client) -> None:
    ours = make_case(cast)
    told, not_told = (
        make_case(cast, child=make_child(given_name=name, placing_authority="Walsall"))
        for name in ("Ada", "Bea")
    )
    client.force_login(cast.practitioner)
    said = {**on(TODAY, "told_on"), "social_worker": "Hetty Marlow", "contact": "01922 555 0148"}
    assert client.post(f"/cases/{told.reference}/borders/placing/", said).status_code == 302
    refused = client.post(f"/cases/{ours.reference}/borders/placing/", said).content.decode()
    assert "name no placing authority" in refused
    assert placed_here(cast.practitioner) == [not_told, told]
    page = client.get("/borders/").content.decode()
    assert page.index("Not told") < page.index("Hetty Marlow")
    assert PlacingNotice.objects.get().authority == "Walsall"


def test_a_decision_not_to_share_is_kept_as_fully_as_one_to_share(cast: Cast, client: Client) -> None:
    case = make_case(cast)
    client.force_login(cast.practitioner)
    address = f"/cases/{case.reference}/borders/"
    said = {
        **on(TODAY, "decided_on"), "with_whom": "The landlord", "what": "Why the police came", "shares": "no",
        "lawful_basis": LAWFUL_BASIS, "reason": "",
    }  # fmt: skip
    assert "Say why" in client.post(f"{address}sharing/", said).content.decode()
    said["reason"] = "It could cost them their home"
    assert client.post(f"{address}sharing/", said).status_code == 302
    page = client.get(address).content.decode()
    assert "not shared with The landlord" in page
    assert "It could cost them their home" in page
    with (
        acting_for(cast.practitioner),
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
    ):
        SharingDecision.objects.update(shares=True)


def test_who_does_not_see_or_work_on_the_case_reads_and_writes_none(cast: Cast, client: Client) -> None:
    case = make_case(cast, child=make_child(placing_authority="Walsall"))
    transfer = sent(cast, case)
    with pytest.raises(NotVisible):
        borders.send_on(case=case, authority=DUDLEY, contact="x", sent_on=TODAY, by=cast.outsider)
    with pytest.raises((NotPermitted, NotVisible)):
        borders.withdraw(transfer=transfer, reason="No", by=cast.health)
    assert not transfers_waiting(cast.outsider).exists()
    assert placed_here(cast.outsider) == []
    with acting_for(cast.outsider):
        assert not AuthorityTransfer.objects.exists()
    client.force_login(cast.practitioner)
    assert client.get(f"/cases/{case.reference}/borders/nonsense/").status_code == 404


def test_a_second_press_makes_one(cast: Cast, client: Client) -> None:
    case = make_case(cast)
    client.force_login(cast.practitioner)
    token = "01a21f50-c4a0-74e4-a173-efd6141289e0"
    sends = {"authority": DUDLEY, "contact": "MASH", "form_token": token, **on(TODAY, "sent_on")}
    for _ in range(2):
        assert client.post(f"/cases/{case.reference}/borders/transfer/", sends).status_code == 302
    assert AuthorityTransfer.objects.count() == 1
    assert case.chronology.filter(text__contains="sent on to Dudley").count() == 1
