"""What a child says is written down as they say it; somebody tells them what changed; nobody goes unheard for long."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.record.services import CaseClosed
from cases.sharing.services import access
from cases.voice.models import VoiceEntry
from cases.voice.selectors import newest_words, voice_due_on, voices_due, with_last_heard
from cases.voice.services import record_change
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.keys import new_key
from mase.meetings.models.meeting import Meeting
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.family import heard
from tests.factories.meetings import read_meeting, start_meeting

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
ONE_DAY = dt.timedelta(days=1)


def test_words_are_kept_as_they_were_said_and_are_in_the_chronology(cast: Cast) -> None:
    case = make_case(cast)
    entry = heard(cast, case, own_words="He said I owe him.", wants="To be left alone", themes=("safety",))
    told = case.chronology.get(kind=EntryKind.VOICE)
    assert told.source_id == entry.pk
    for words in ("Amina Khan, social worker listened, alone", "Three Houses", "“He said I owe him.”"):
        assert words in told.text
    assert newest_words(case) == entry
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        VoiceEntry.objects.filter(pk=entry.pk).update(own_words="Other words")


def test_people_who_only_see_the_case_read_and_add_nothing(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    entry = heard(cast, case)
    access.share(case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    page = as_("health").get(f"/cases/{case.reference}/voice/")
    assert entry.own_words in page.content.decode()
    assert "Add what they said" not in page.content.decode()
    with pytest.raises(NotPermitted):
        record_change(entry=entry, what_changed="Nan is asked", told_on=None, by=cast.health)
    assert list(VoiceEntry.objects.visible_to(cast.outsider)) == []


@pytest.mark.parametrize("days", [-1, 365 * 30])
def test_nobody_listens_in_the_future_or_before_the_birth(cast: Cast, days: int) -> None:
    with pytest.raises(NotAllowedNow, match="The day cannot be before the child was born, or in the future"):
        heard(cast, make_case(cast), days=days)


def test_what_changed_is_said_once_and_telling_the_child_may_come_later(cast: Cast) -> None:
    case = make_case(cast)
    entry, today = heard(cast, case, days=5), timezone.localdate()
    with pytest.raises(NotAllowedNow, match="The child cannot be told before somebody listened to them"):
        record_change(
            entry=entry, what_changed="Nan", told_on=today - dt.timedelta(days=6), by=cast.practitioner
        )
    record_change(entry=entry, what_changed="Nan", told_on=None, by=cast.practitioner)
    with pytest.raises(NotAllowedNow, match="Somebody else has recorded what changed"):
        record_change(entry=entry, what_changed="Something else", told_on=None, by=cast.practitioner)
    for _ in range(2):
        assert record_change(entry=entry, what_changed="Nan", told_on=today, by=cast.practitioner).is_answered
    texts = list(
        case.chronology.filter(kind=EntryKind.VOICE).order_by("recorded_at").values_list("text", flat=True)
    )
    assert texts[1] == "What changed because of their words: Nan"
    assert texts[2].startswith("They were told on ")
    assert len(texts) == 3


def test_a_child_unheard_for_8_weeks_is_on_the_leads_today(cast: Cast, as_: As) -> None:
    today = timezone.localdate()
    late, fresh, none = (make_case(cast, category=category) for category in (2, 1, 0))
    Case.objects.update(
        opened_at=timezone.now() - dt.timedelta(weeks=20), lead_professional=cast.practitioner
    )
    heard(cast, fresh, days=40)
    heard(cast, late, days=57)
    led = with_last_heard(Case.objects.all())
    assert [(day, case.pk) for day, case in voices_due(led, today)] == [(today - ONE_DAY, late.pk)]
    assert voice_due_on(fresh, newest_words(fresh)) == today + dt.timedelta(days=16)
    assert voice_due_on(none, None) is None
    page = as_("practitioner").get("/").content.decode()
    assert page.count("Listen to the child") == 1
    assert f"/cases/{late.reference}/voice/" in page
    assert "Listen to the child" not in as_("manager").get("/").content.decode()
    heard(cast, late)
    assert "Listen to the child" not in as_("practitioner").get("/").content.decode()


def test_the_form_records_once_and_leads_back(cast: Cast, as_: As) -> None:
    case, client = make_case(cast, category=RiskCategory.LOW), as_("practitioner")
    day = timezone.localdate()
    posted = {
        "form_token": str(new_key()), "own_words": "I like Wednesdays.", "heard_by": "Amina Khan",
        "tool": "CONVERSATION", "seen_alone": "no", "themes": ["workers", "school"],
        "heard_on_day": day.day, "heard_on_month": day.month, "heard_on_year": day.year,
    }  # fmt: skip
    for _ in range(2):
        answer = client.post(f"/cases/{case.reference}/voice/new/?from=assessment", posted)
        assert answer.headers["Location"] == f"/cases/{case.reference}/assessments/new/"
    entry = case.voice_entries.get()
    assert (entry.themes, entry.seen_alone) == (["workers", "school"], False)
    assert "I like Wednesdays." in client.get(answer.headers["Location"]).content.decode()
    Case.objects.filter(pk=case.pk).update(status="closed")
    with pytest.raises(CaseClosed):
        heard(cast, case)


def test_the_next_mase_opens_with_their_words_but_not_while_a_parent_is_there(cast: Cast, as_: As) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    heard(cast, case, days=9, own_words="Older words")
    heard(cast, case, own_words="I am afraid at home.")
    meeting, words = start_meeting(cast, case), "I am afraid at home."
    page = read_meeting(as_("manager"), meeting)
    opening = page.split("app-voice__said")[1].split("</form>")[0]
    assert words in opening
    assert "Older words" not in opening
    assert words in as_("manager").get(f"/cases/{case.reference}/close/").content.decode()
    Meeting.objects.filter(pk=meeting.pk).update(family_in_room=True)
    assert words not in read_meeting(as_("manager"), meeting)
