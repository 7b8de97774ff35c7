"""The token of a form comes from a browser, which can send what it likes: it never reaches another record."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from cases.casework.services import Check, close_case
from cases.concerns.models import Concern
from cases.documents.models import Document
from cse_portal.audit import verification
from cse_portal.keys import key_from
from cse_portal.reference.selectors import codes
from intelligence.submissions import services as drafts
from intelligence.submissions.models import IntelligenceSubmission
from tests.cast import Cast
from tests.database import superuser
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.concerns import make_concern, make_draft

pytestmark = pytest.mark.long

TOKEN = uuid.UUID("01a21f50-c4a0-74e4-a173-efd6141289e0")


def kept_of(key: uuid.UUID) -> int:
    """How many changes of this record still have their values."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SELECT count(*) FROM audit_changedvalue WHERE subject = %s", [str(key)])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_draft_thrown_away_takes_nothing_of_another_record_with_it(
    cast: Cast, client: Client, settings: Any, tmp_path: Path
) -> None:
    """Priya knows these keys: of what she sent, from an address, and her own. She sends each as a draft's token."""
    settings.AUDIT_SEAL_SINK = str(tmp_path / "seals")
    others = [make_concern(cast.practitioner).pk, make_case(cast).pk, cast.practitioner.pk]
    before = [kept_of(key) for key in others]
    client.force_login(cast.practitioner)
    for key in others:
        begun = client.post("/intelligence/new/", {"form_token": str(key)})
        draft = IntelligenceSubmission.objects.get(
            author=cast.practitioner, reference=begun.url.split("/")[2]
        )
        assert draft.pk != key
        assert client.post(f"/intelligence/{draft.reference}/delete/").status_code == 302
    assert not IntelligenceSubmission.objects.exists()
    assert all(before)
    assert all(
        kept_of(key) >= was for key, was in zip(others, before, strict=True)
    )  # signing in changes one of them
    assert verification.problems() == []


def test_a_document_does_not_take_the_key_of_another_child(cast: Cast, client: Client) -> None:
    """Else that child would go with it, unsigned, when the document's is disposed of."""
    case, other = make_case(cast), make_case(cast, child=make_child(given_name="Rowan"))
    client.force_login(cast.practitioner)
    given = {"form_token": str(other.pk), "title": "A note", "kind": "letter", "handling": ""}
    file = SimpleUploadedFile("note.txt", b"Met at school.")
    assert client.post(f"/cases/{case.reference}/documents/new/", {**given, "file": file}).status_code == 302
    assert Document.objects.get().pk != other.pk


def test_two_cases_opened_again_with_one_token_are_two_periods_of_work(cast: Cast, client: Client) -> None:
    """Maya's browser sends the page it kept of the first case once more, for the second."""
    first, second = make_case(cast), make_case(cast)
    client.force_login(cast.manager)
    lines = [Check(each.code, done=True) for each in codes("step-down")]
    for case in (first, second):
        close_case(case=case, code="C5", reason="The family moved", checklist=lines, by=cast.manager)
    for case in (first, second, second):
        given = {"form_token": str(TOKEN), "reason": "They are back", "lawful_basis": LAWFUL_BASIS}
        assert client.post(f"/cases/{case.reference}/reopen/", given).status_code == 302
    for case in (first, second):
        case.refresh_from_db()
        assert case.is_open
        assert case.episodes.count() == 2


@pytest.mark.parametrize("address", ["/intelligence/new/", "/concerns/new/"])
def test_the_key_of_a_draft_one_does_not_see_is_answered_as_one_never_made(
    cast: Cast, client: Client, address: str
) -> None:
    """An error would tell that there is one."""
    theirs = drafts.start(by=cast.health).pk if "intelligence" in address else make_draft(cast.duty).pk
    client.force_login(cast.practitioner)
    hidden, made_up = (
        client.post(address, {"form_token": str(key), "immediate_danger": "False", "seen": "", "leave": "1"})
        for key in (theirs, uuid.uuid4())
    )
    assert hidden.status_code == made_up.status_code == 302
    assert IntelligenceSubmission.objects.count() + Concern.objects.count() == 3


def test_a_token_makes_the_same_key_each_time_and_of_one_thing_alone() -> None:
    made = key_from(TOKEN, of="a form")
    assert made == key_from(TOKEN, of="a form")
    assert len({TOKEN, made, key_from(TOKEN, of="another form"), key_from(made, of="a form")}) == 4
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.bytes[:6] == TOKEN.bytes[:6]
