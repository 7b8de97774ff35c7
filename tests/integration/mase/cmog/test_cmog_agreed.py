"""A CMOG's minutes from sent out to agreed, and that nobody learns by any of it of an item they may not see."""

import datetime as dt
import re

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.minutes import services as cmog_minutes
from mase.minutes.errors import OWN_OBJECTION
from mase.minutes.models import (
    Minutes,
    MinutesAddendum,
    MinutesObjection,
    MinutesVersion,
    SentWords,
)
from mase.minutes.presenters.minutes import composed
from mase.minutes.selectors.content import is_unchanged
from mase.minutes.services.objecting import AGREED, OUT
from tests.access.test_addresses import signed_in, without_nonces
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child, share_with
from tests.factories.cmog import (
    agree,
    agreed_minutes,
    corrected,
    end_cmog,
    item_of,
    objected,
    send_out,
    start_cmog,
    write,
)
from tests.factories.cmog import word as word_item
from tests.factories.subject_access import second_reader
from tests.papers import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("undrawn")]
OF_ROBYN, OF_ZINNIA = "Robyn came to the clinic.", "Zinnia was met by a car."
WORDED, CORRECTED = "Robyn came to the clinic twice.", "Zinnia took the bus."
SECRET = ("Zinnia", "Quillfeather", "evening club")


def share(cast: Cast, case: Case, person: str) -> None:
    share_with(case, cast.people[person], by=cast.practitioner)


@pytest.fixture(scope="module")
def robyn(shared_cast: Cast) -> Case:
    """Seen by the manager, the nurse and the officer."""
    cast = shared_cast
    case = make_case(cast, child=make_child(given_name="Robyn"), category=RiskCategory.HIGH)
    for person in ("health", "police"):
        share(cast, case, person)
    return case


@pytest.fixture(scope="module")
def zinnia(shared_cast: Cast) -> Case:
    """Seen by the manager and the officer; the nurse may not know of her."""
    cast = shared_cast
    child = make_child(given_name="Zinnia", family_name="Quillfeather")
    case = make_case(cast, child=child, category=RiskCategory.HIGH)
    share(cast, case, "police")
    return case


@pytest.fixture(scope="module")
def ended(shared_cast: Cast, robyn: Case, zinnia: Case) -> Meeting:
    """Something is written of both, and an action agreed for Zinnia; the nurse was asked."""
    cast = shared_cast
    running = start_cmog(cast, people=[cast.health])
    write(item_of(running, case=robyn), notes=OF_ROBYN, decision="See her.", by=cast.manager)
    write(item_of(running, case=zinnia), notes=OF_ZINNIA, by=cast.manager)
    agree(cast, item_of(running, case=zinnia))
    return end_cmog(cast, running)


@pytest.fixture
def out(cast: Cast, ended: Meeting) -> Meeting:
    """The minutes are out."""
    return send_out(cast, ended)


@pytest.fixture
def of_robyn(out: Meeting, robyn: Case) -> AgendaItem:
    return item_of(out, case=robyn)


@pytest.fixture
def of_zinnia(out: Meeting, zinnia: Case) -> AgendaItem:
    return item_of(out, case=zinnia)


@pytest.fixture
def apart(cast: Cast, out: Meeting, zinnia: Case) -> Meeting:
    """The chair is shut out of Zinnia's case since: her niece."""
    exclusions.exclude(case=zinnia, user=cast.manager, reason="Her niece", by=cast.privacy)
    return out


def word(cast: Cast, item: AgendaItem, text: str, *, by: str = "manager") -> AgendaItem:
    return word_item(item, text, by=cast.people[by])


def answered(objection: MinutesObjection, cast: Cast, *, accepted: bool = True, by: str = "manager") -> None:
    reason = "The diary says so." if accepted else "The diary says otherwise."
    cmog_minutes.answer(objection=objection, accepted=accepted, reason=reason, by=cast.people[by])


def page(cast: Cast, person: str, meeting: Meeting, rest: str = "") -> str:
    answer = signed_in(cast, person).get(f"/meetings/{meeting.pk}/minutes/{rest}")
    assert answer.status_code == 200
    return answer.content.decode()


def copy(cast: Cast, person: str, meeting: Meeting) -> str:
    return words_of(signed_in(cast, person).get(f"/meetings/{meeting.pk}/minutes.pdf").content)


def minutes_of(meeting: Meeting) -> Minutes:
    return Minutes.objects.get(meeting=meeting)


def told(cast: Cast, person: str) -> list[str]:
    rows = Notification.objects.filter(user=cast.people[person], url__endswith="/minutes/").order_by(
        "created_at"
    )
    return list(rows.values_list("text", flat=True))


# ------------------------------------------------------------------------------------------ versions


def test_what_was_sent_out_is_kept_of_every_item_also_of_those_its_sender_may_not_see(
    cast: Cast, ended: Meeting, zinnia: Case
) -> None:
    exclusions.exclude(case=zinnia, user=cast.manager, reason="Her niece", by=cast.privacy)
    with acting_for(cast.manager):
        send_out(cast, ended)
        assert not SentWords.objects.filter(words=OF_ZINNIA).exists()
    kept = SentWords.objects.get(words=OF_ZINNIA)
    assert (kept.version.number, kept.category) == (1, RiskCategory.HIGH)
    assert kept.agreed[0]["text"] == "Find her a place at the evening club."
    assert SentWords.objects.count() == AgendaItem.objects.filter(meeting=ended).count()
    assert OF_ZINNIA in copy(cast, "police", ended)


def test_what_was_agreed_stands_as_it_was_when_they_were_sent_out(
    cast: Cast, out: Meeting, zinnia: Case
) -> None:
    until = item_of(out, case=zinnia).actions.get()
    until.due_on += dt.timedelta(days=300)
    until.save(update_fields=["due_on"])
    Case.objects.filter(pk=zinnia.pk).update(category=RiskCategory.LOW)
    text = copy(cast, "police", out)
    assert f"by {until.due_on - dt.timedelta(days=300):%-d %B %Y}" in text
    assert "category 3" in text


# ------------------------------------------------------------------------------------------ objections


def test_of_what_the_chair_may_not_see_who_writes_on_it_answers_and_words_it(
    cast: Cast, apart: Meeting, of_zinnia: AgendaItem
) -> None:
    colleague = cast.people["coordinator"] = second_reader(cast)
    share(cast, Case.objects.get(pk=of_zinnia.case_id), "coordinator")
    objection = objected(apart, of_zinnia, by=cast.police, text=CORRECTED)
    assert told(cast, "manager") == []
    assert gate.can(colleague, Permission.CMOG_WRITE, of_zinnia)
    with pytest.raises(MeetingRefused, match=OWN_OBJECTION):
        answered(objection, cast, by="police")
    with acting_for(cast.manager), pytest.raises((NotVisible, NotPermitted)):
        answered(objection, cast)
    with pytest.raises(NotPermitted):
        word(cast, of_zinnia, CORRECTED, by="coordinator")
    with acting_for(colleague):
        answered(objection, cast, by="coordinator")
        word(cast, of_zinnia, CORRECTED, by="coordinator")
    with acting_for(cast.manager):
        assert cmog_minutes.circulate(compose=composed, meeting=apart, by=cast.manager).number == 2
    text = copy(cast, "police", apart)
    assert f"Worded by {colleague.full_name}: {CORRECTED}" in text
    for words in SECRET:
        assert words not in page(cast, "manager", apart)


# ------------------------------------------------------------------------------------------ agreed


def test_postgresql_refuses_to_change_what_is_agreed(cast: Cast, out: Meeting) -> None:
    agreed_minutes(cast, out)
    corrected(cast, out)
    for change in (
        lambda: MinutesVersion.objects.update(made_at=timezone.now()),
        lambda: SentWords.objects.update(words="Other"),
        lambda: SentWords.objects.all().delete(),
        lambda: MinutesAddendum.objects.update(text="Other"),
    ):
        with (
            pytest.raises(DatabaseError, match="agreed|sent out|never changed|permission denied"),
            transaction.atomic(),
        ):
            change()


# ------------------------------------------------------------------------------------------ added to


def test_of_two_corrections_the_later_follows_one_that_its_writer_may_not_see(
    cast: Cast, out: Meeting, of_zinnia: AgendaItem, zinnia: Case
) -> None:
    agreed_minutes(cast, out)
    first = corrected(cast, out, of_zinnia, text=CORRECTED)
    exclusions.exclude(case=zinnia, user=cast.manager, reason="Her niece", by=cast.privacy)
    with acting_for(cast.manager):
        second = corrected(cast, out)
    assert second.follows == first.sha256
    assert is_unchanged(minutes_of(out))


# ------------------------------------------------------------------------------------------ the nurse and Zinnia


def test_the_nurse_learns_nothing_of_an_item_she_may_not_see(
    cast: Cast, out: Meeting, of_zinnia: AgendaItem
) -> None:
    def read() -> list[str]:
        nurse, tokens = signed_in(cast, "health"), re.compile('<input type="hidden"[^>]*>')
        drawn = [nurse.get(f"/meetings/{out.pk}/minutes/{path}") for path in ("", "object/")]
        return [tokens.sub("", without_nonces(each)) for each in drawn]

    before = read()
    news = told(cast, "health")
    with acting_for(cast.health):
        sent = set(SentWords.objects.values_list("pk", flat=True))
    objection = objected(out, of_zinnia, by=cast.police, text=CORRECTED)
    answered(objection, cast, accepted=False)
    assert read() == before
    with acting_for(cast.health):
        assert not MinutesObjection.objects.exists()
        assert set(SentWords.objects.values_list("pk", flat=True)) == sent
    agreed_minutes(cast, out)
    before = read()
    corrected(cast, out, of_zinnia, text=CORRECTED)
    assert read() == before
    assert told(cast, "health") == [*news, AGREED]
    corrected(cast, out)
    served = page(cast, "health", out) + copy(cast, "health", out)
    for words in (*SECRET, CORRECTED, "The diary says otherwise.", "Addendum 2", OF_ZINNIA):
        assert words not in served, words
    with acting_for(cast.health):
        assert [each.text for each in MinutesAddendum.objects.all()] == ["It was a Tuesday."]


def test_the_nurse_finds_no_way_to_an_item_she_may_not_see(
    cast: Cast, out: Meeting, of_zinnia: AgendaItem
) -> None:
    objection = objected(out, of_zinnia, by=cast.police, text=CORRECTED)
    nurse = signed_in(cast, "health")
    said = {"item": str(of_zinnia.pk), "text": "It was not so."}
    refused = nurse.post(f"/meetings/{out.pk}/minutes/object/", said).content.decode()
    unknown = nurse.post(
        f"/meetings/{out.pk}/minutes/object/", {**said, "item": str(new_key())}
    ).content.decode()
    assert "It was not so." in refused
    assert refused.count("Choose") == unknown.count("Choose")
    for path in (
        f"/meetings/{out.pk}/minutes/objections/{objection.pk}/", f"/cmog/items/{of_zinnia.pk}/wording/",
    ):  # fmt: skip
        assert nurse.get(path).status_code == 404
    with acting_for(cast.health), pytest.raises(NotVisible):
        objected(out, of_zinnia, by=cast.health)
    assert MinutesObjection.objects.count() == 1


def test_who_no_longer_sees_the_child_is_not_told_of_the_answer(
    cast: Cast, out: Meeting, of_robyn: AgendaItem, robyn: Case
) -> None:
    objection = objected(out, of_robyn, by=cast.health)
    exclusions.exclude(case=robyn, user=cast.health, reason="Her neighbour", by=cast.privacy)
    answered(objection, cast, accepted=False)
    assert told(cast, "health") == [OUT]
    assert "Robyn" not in page(cast, "health", out)
    with pytest.raises(ChangedMeanwhile):
        cmog_minutes.circulate(compose=composed, meeting=out, by=cast.manager)
