"""Letters to a child and family: written from what the portal knows, sent, refused where contact is not safe."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.letters.choices import LetterKind, Reader, SentHow
from cases.letters.models import Letter
from cases.letters.services import (
    AlreadySent,
    ContactNotSafe,
    StillToWrite,
    change_letter,
    letter_sent,
    write_wording,
)
from cases.record.choices import RiskCategory
from cases.voice.services import Said, record_change, record_voice
from cse_portal.errors import NotPermitted, StaleEdit
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.family import make_letter, make_member
from tests.factories.meetings import make_meeting
from tests.integration.cases.sharing.test_sections import As

pytestmark = pytest.mark.django_db


def test_the_invitation_of_a_mother_is_in_her_language_and_says_when_and_where(cast: Cast) -> None:
    case = make_case(
        cast, child=make_child(given_name="Robyn", family_name="Testley"), category=RiskCategory.MEDIUM
    )
    make_meeting(cast, case=case)
    write_wording(
        kind=LetterKind.INVITATION, reader=Reader.PARENT, language="Polish", heading="Spotkanie w sprawie {child}",
        body="Szanowna Pani {name},\n\nSpotykamy się: {meeting}.", by=cast.manager,
    )  # fmt: skip
    mother = make_member(cast, case, first_language="polish")
    letter = make_letter(cast, case, to=mother)
    assert (letter.language, letter.heading) == ("Polish", "Spotkanie w sprawie Robyn")
    assert "Szanowna Pani Dana Testley" in letter.body
    assert f"led by {cast.manager.full_name}" in letter.body
    aunt = make_member(cast, case, name="Kira", relation="AUNT", first_language="Urdu")
    assert make_letter(cast, case, to=aunt).language == "English"


def test_the_childs_own_words_and_what_changed_are_in_their_letter_alone(cast: Cast) -> None:
    case, today = make_case(cast), timezone.localdate()
    said = Said(today, "Priya", seen_alone=True, tool="CONVERSATION", own_words="I want lifts home.")
    entry = record_voice(case=case, said=said, by=cast.practitioner)
    record_change(entry=entry, what_changed="Alan collects you.", told_on=None, by=cast.practitioner)
    assert "| “I want lifts home.” | Alan collects you." in make_letter(cast, case, LetterKind.OUTCOME).body
    words = {"heading": "What we agreed", "body": "She said {said}"}
    write_wording(kind=LetterKind.OUTCOME, reader=Reader.PARENT, language="English", by=cast.manager, **words)
    letter = make_letter(cast, case, LetterKind.OUTCOME, to=make_member(cast, case))
    assert "lifts" not in letter.body


def test_nobody_whom_it_is_not_safe_to_contact_gets_a_letter(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    father = make_member(
        cast,
        case,
        name="Max Testley",
        relation="FATHER",
        contact_safe="no",
        contact_reason="He is looking for her",
    )
    said = {"kind": "invitation", "recipient": str(father.pk)}
    shown = as_("practitioner").post(f"/cases/{case.reference}/letters/new/", said).content.decode()
    assert "It is not safe to contact Max Testley: He is looking for her" in shown
    assert not Letter.objects.exists()
    mother = make_member(cast, case)
    letter = make_letter(cast, case, to=mother)
    mother.contact_safe, mother.contact_reason = "no", "He reads her post"
    mother.save()
    with pytest.raises(ContactNotSafe):
        letter_sent(letter=letter, on=timezone.localdate(), how=SentHow.POST, by=cast.practitioner)
    path = f"/cases/{case.reference}/letters/{letter.pk}/"
    for each in (path, f"{path}pdf/"):
        shown = as_("practitioner").get(each, follow=True).content.decode()
        assert "He reads her post" in shown
        assert "Download as PDF" not in shown


def test_a_letter_is_sent_whole_and_once_and_stays_as_it_was(cast: Cast) -> None:
    letter = make_letter(cast, make_case(cast), LetterKind.NOT_INVITED)
    today = timezone.localdate()
    with pytest.raises(StillToWrite):
        letter_sent(letter=letter, on=today, how=SentHow.IN_PERSON, by=cast.practitioner)
    letter = change_letter(
        letter=letter, version=1, heading="To you", body="We met. Ask me.", by=cast.practitioner
    )
    with pytest.raises(StaleEdit):
        change_letter(letter=letter, version=1, heading="To you", body="We met.", by=cast.practitioner)
    sent = letter_sent(letter=letter, on=today, how=SentHow.IN_PERSON, by=cast.practitioner)
    assert (sent.sent_on, sent.sent_by) == (today, cast.practitioner)
    with pytest.raises(AlreadySent):
        change_letter(letter=letter, version=2, heading="To you", body="Other words", by=cast.practitioner)
    with pytest.raises(AlreadySent):
        letter_sent(letter=letter, on=today, how=SentHow.POST, by=cast.practitioner)


def test_a_letter_is_written_looked_at_printed_and_sent_on_the_pages(cast: Cast, as_: As) -> None:
    case, client = make_case(cast, category=RiskCategory.MEDIUM), as_("practitioner")
    path = f"/cases/{case.reference}/letters/"
    shown = client.post(
        f"{path}new/", {"kind": "outcome", "recipient": "child"}, follow=True
    ).content.decode()
    assert "What we agreed" in shown
    assert "We call the danger “medium” (category 2)." in shown
    letter = Letter.objects.get()
    pdf = client.get(f"{path}{letter.pk}/pdf/")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    said = {"version": "1", "heading": "What we agreed", "body": "# What we decided\nWe meet every week."}
    assert "The letter is saved." in client.post(f"{path}{letter.pk}/", said, follow=True).content.decode()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    wrong = {"sent_on_day": tomorrow.day, "sent_on_month": tomorrow.month, "sent_on_year": tomorrow.year}
    answer = client.post(f"{path}{letter.pk}/sent/", {**wrong, "sent_how": "post"}).content.decode()
    assert "There is a problem" in answer
    today = timezone.localdate()
    right = {"sent_on_day": today.day, "sent_on_month": today.month, "sent_on_year": today.year}
    shown = client.post(
        f"{path}{letter.pk}/sent/", {**right, "sent_how": "post"}, follow=True
    ).content.decode()
    assert "The letter is recorded as sent." in shown


def test_only_the_manager_changes_the_wording_and_a_gap_that_is_none_is_named(cast: Cast, as_: As) -> None:
    said = {
        "kind": "outcome",
        "reader": "child",
        "language": "English",
        "heading": "Hello",
        "body": "Dear {nobody}",
    }
    shown = as_("manager").post("/letters/wording/", said).content.decode()
    assert "{nobody} is no gap" in shown
    with pytest.raises(NotPermitted):
        write_wording(
            kind=LetterKind.OUTCOME, reader=Reader.CHILD, language="English", heading="Hello", body="Dear {name}",
            by=cast.practitioner,
        )  # fmt: skip
