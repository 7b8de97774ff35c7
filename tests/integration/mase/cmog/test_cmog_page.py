"""The one page of a CMOG: what is ranked and counted, how one moves on, and what of the pictures a reader sees."""

import pytest
from django.test import Client

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from mase.cmog.selectors.month import month_of
from mase.meetings.choices import ItemKind
from mase.meetings.models.agenda import AgendaItem
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child, share_with
from tests.factories.cmog import add_to, end_cmog, item_of, make_cmog, send_out, start_cmog, write
from tests.factories.missing import went_missing
from tests.integration.mase.cmog.test_cmog import named_by_a_report
from tests.integration.mase.cmog.test_cmog_pages import page_of, posted

pytestmark = pytest.mark.django_db
ABBEY = "E05001260"


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    child = make_child(given_name="Robyn", family_name="Testley", ward=ABBEY)
    return make_case(shared_cast, child=child, category=RiskCategory.HIGH)


@pytest.fixture
def manager(cast: Cast) -> Client:
    return signed_in(cast, "manager")


def test_next_saves_ticks_and_moves_on_and_the_foot_counts_what_is_left(
    cast: Cast, case: Case, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most so many are discussed; what is beyond, or put off, is said before the end."""
    for where in ("presenters.page", "selectors.cmog", "views.agenda"):
        monkeypatch.setattr(f"mase.cmog.{where}.CAP", 2)
    meeting = start_cmog(cast)
    child, theme = item_of(meeting, case=case), item_of(meeting, code="themes")
    page = page_of(manager, f"/cmog/{meeting.pk}/")
    assert "2 items to go." in page
    assert "1 other will not be discussed." in page
    assert f'name="next" value="{theme.pk}"' in page
    typed = posted(
        decision="One plan.",
        notes="",
        for_strategic="Two agencies are short of staff.",
        version="1",
        next=str(theme.pk),
    )
    answer = manager.post(f"/cmog/items/{child.pk}/said/", typed)
    assert answer["Location"] == theme.get_absolute_url()
    child.refresh_from_db()
    assert (child.decision, child.for_strategic) == ("One plan.", "Two agencies are short of staff.")
    page = page_of(manager, theme.get_absolute_url())
    assert "1 item to go." in page
    manager.post(f"/cmog/items/{theme.pk}/said/", posted(decision="", notes="", version="1"))
    theme.refresh_from_db()
    assert theme.is_written, "saved without a word it was looked at"
    assert "1 not discussed. Those whose reason still holds" in page_of(manager, f"/cmog/{meeting.pk}/end/")
    assert "Will not be discussed" in page_of(manager, f"/cmog/{meeting.pk}/agenda/")


def test_the_most_urgent_come_first_and_what_is_added_comes_before_themes(cast: Cast, case: Case) -> None:
    away = make_case(cast, category=RiskCategory.LOW)
    for days in (20, 12, 4):
        went_missing(cast, away, days=days)
    meeting = make_cmog(cast)
    person, _ = named_by_a_report(cast, make_case(cast, category=RiskCategory.LOW))
    topic = add_to(cast, meeting, ItemKind.TOPIC, "Half-term buses")
    rows = list(
        AgendaItem.objects.filter(meeting=meeting, case__in=[case, away]).values_list("case", flat=True)
    )
    assert rows[0] == away.pk
    kinds = list(AgendaItem.objects.filter(meeting=meeting).values_list("kind", flat=True))
    assert kinds.index(ItemKind.TOPIC) < kinds.index(ItemKind.THEME)
    assert topic.order < item_of(meeting, code="themes").order


def test_a_person_nobody_got_to_comes_to_the_next_cmog(cast: Cast, case: Case) -> None:
    person, place = named_by_a_report(cast, case)
    last = start_cmog(cast, months=-1)
    write(item_of(last, subject=person), notes="Looked at.", by=cast.police)
    end_cmog(cast, last)
    meeting = make_cmog(cast)
    about = AgendaItem.objects.filter(meeting=meeting, why__contains=[{"code": "never"}])
    assert [each.subject for each in about] == [place]


def test_wards_and_times_count_only_what_the_reader_sees(cast: Cast, case: Case) -> None:
    hidden = make_case(cast, child=make_child(given_name="Zinnia", ward=ABBEY), category=RiskCategory.HIGH)
    share_with(case, cast.health, by=cast.practitioner)
    for each, days in ((case, 4), (hidden, 5), (hidden, 6)):
        went_missing(cast, each, days=days)
    meeting = start_cmog(cast, people=[cast.health])
    for person, number in (("manager", 3), ("health", 1)):
        page = page_of(signed_in(cast, person), f"/cmog/{meeting.pk}/")
        assert f"Abbey, Smethwick: {number}" in page
        assert f"{number} row" in page
        assert "/intelligence/hotspots/?period=90&amp;ward=E05001260#rows" in page
    end_cmog(cast, meeting)
    send_out(cast, meeting)
    for address in (f"/cmog/{meeting.pk}/", f"/meetings/{meeting.pk}/minutes/"):
        assert "for this room only" not in page_of(signed_in(cast, "manager"), address)


def test_the_last_month_tells_of_intelligence_only_who_may_read_it(cast: Cast, case: Case) -> None:
    named_by_a_report(cast, case)
    went_missing(cast, case, days=3)
    share_with(case, cast.health, by=cast.practitioner)
    item = item_of(start_cmog(cast, people=[cast.health]), case=case)
    for person, reports in (("police", 1), ("health", 0)):
        reader = cast.people[person]
        with acting_for(reader):
            month = month_of(reader, item, [], [])
        assert month is not None
        assert (len(month.missing), len(month.reports)) == (1, reports)
        page = page_of(signed_in(cast, person), item.get_absolute_url())
        assert ("1 intelligence" in page) is bool(reports)


def test_decisions_are_found_again_by_whom_they_are_about(cast: Cast, case: Case, manager: Client) -> None:
    other = make_case(cast, child=make_child(given_name="Amara"), category=RiskCategory.HIGH)
    meeting = start_cmog(cast)
    for each, words in ((case, "One plan for Robyn."), (other, "Two visits.")):
        write(item_of(meeting, case=each), decision=words, by=cast.manager)
    page = page_of(manager, "/cmog/?q=robyn+test")
    assert "One plan for Robyn." in page
    assert "Two visits." not in page
    assert "Two visits." in page_of(manager, "/cmog/")
    police = page_of(signed_in(cast, "police"), "/cmog/?q=amara")
    assert "Two visits." not in police
