"""The meeting decides otherwise than it did; and what an assessment found is on no screen that others see."""

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from cases.record.choices import HarmStatus, RiskCategory
from mase.meetings.choices import AgencyWord, AttendanceCode
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.presence import part_id
from mase.meetings.selectors.record import record_of
from mase.meetings.services import decision, ending, sections
from mase.meetings.services.decision import Decided
from mase.meetings.services.sections import Came
from mase.minutes.presenters.minutes import dissent_heading, views
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import FOUND, assessed_as_exploited, assessed_as_quiet, make_case
from tests.factories.meetings import (
    every_point_met,
    everyone_agrees,
    latest_review,
    read_meeting,
    start_meeting,
    write_all,
)

pytestmark = pytest.mark.django_db
WHY = "The car was seen on Monday."


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> Meeting:
    """Category 3 stays, says the meeting, and every agency agrees."""
    case = make_case(shared_cast, category=RiskCategory.HIGH)
    return write_all(shared_cast, start_meeting(shared_cast, case), category=RiskCategory.HIGH)


def decide(
    cast: Cast, meeting: Meeting, category: RiskCategory, harm: HarmStatus, why: str = "Quiet."
) -> None:
    version = again(meeting).decision.version
    if category < meeting.case.category:
        assessed_as_quiet(cast, meeting.case)
    decision.save_decision(
        meeting=meeting, decided=Decided(category, harm, why), version=version, by=cast.manager
    )


def dissents(cast: Cast, meeting: Meeting) -> None:
    decision.record_word(
        meeting=meeting,
        agencies=[cast.agency("police")],
        word=AgencyWord.DISAGREES,
        reason=WHY,
        by=cast.manager,
    )


def again(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related("decision").get(pk=meeting.pk)


def test_nobody_has_agreed_to_a_step_down_they_were_not_asked_about(cast: Cast, meeting: Meeting) -> None:
    everyone = {each.short_name for each in record_of(meeting, restricted=False).agencies}
    decide(cast, meeting, RiskCategory.MEDIUM, HarmStatus.H2)
    written = record_of(again(meeting), restricted=False)
    assert (written.agreeing, {each.short_name for each in written.silent}) == ([], everyone)
    decision.set_review(meeting=meeting, review_on=latest_review(RiskCategory.MEDIUM), by=cast.manager)
    decision.check_step_down(meeting=meeting, answers=every_point_met(meeting), by=cast.manager)
    asked = unescape(signed_in(cast, "manager").get(reverse("mase:end", args=[meeting.pk])).content.decode())
    assert "each agency is asked again." in asked
    for agency in written.silent:
        assert agency.short_name in asked
    everyone_agrees(meeting, cast.manager)
    assert ending.end(meeting=meeting, by=cast.manager).decision.category == RiskCategory.MEDIUM


def test_other_harm_is_another_decision_and_other_reasons_are_the_same(cast: Cast, meeting: Meeting) -> None:
    police = cast.agency("police")
    decision.record_word(meeting=meeting, agencies=[police], word=AgencyWord.LEFT, by=cast.manager)
    decide(cast, meeting, RiskCategory.HIGH, HarmStatus.H2, "The same, in better words.")
    written = record_of(again(meeting), restricted=False)
    assert written.silent == []
    assert written.decision is not None
    assert written.decision.changed_at is None
    decide(cast, meeting, RiskCategory.HIGH, HarmStatus.H3)
    written = record_of(again(meeting), restricted=False)
    assert written.left_before == [police], "who had left before it had left before this, too"
    assert len(written.silent) == len(written.agencies) - 1


def test_what_was_said_of_the_earlier_decision_stands_as_said_of_that(cast: Cast, meeting: Meeting) -> None:
    police = cast.agency("police")
    dissents(cast, meeting)
    decide(cast, meeting, RiskCategory.MEDIUM, HarmStatus.H1)
    written = record_of(again(meeting), restricted=False)
    [kept] = written.dissents
    assert (kept.reason, kept.of_category, kept.of_harm) == (WHY, RiskCategory.HIGH, HarmStatus.H2)
    assert police in written.silent
    assert police not in written.against
    of = "Category 3: high – significant. Evidence that exploitation has happened"
    assert dissent_heading(kept) == f"{police.name}, of what was decided first and then changed: {of}"
    page = unescape(read_meeting(signed_in(cast, "manager"), meeting))
    assert f"{police.name} did not agree with what was decided before: {of}" in page
    assert "No word recorded from" in dict(views(written))

    dissents(cast, meeting)
    written = record_of(again(meeting), restricted=False)
    assert [each.is_of_current_decision for each in written.dissents] == [False, True], (
        "the same words, said anew"
    )
    assert written.against == [police]
    decide(cast, meeting, RiskCategory.HIGH, HarmStatus.H2)
    assert {each.of_category for each in again(meeting).views.filter(word=AgencyWord.DISAGREES)} == {2, 3}


FLOORS = FOUND[:2]
TOLD = (*FOUND, "1 significant indicator now")


@pytest.fixture(scope="module")
def assessed(shared_cast: Cast) -> Meeting:
    """Category 1 is decided; then a newer assessment says no less than 3."""
    cast = shared_cast
    row = start_meeting(cast, make_case(cast, category=RiskCategory.MEDIUM))
    assessed_as_quiet(cast, row.case)
    decided = decision.Decided(RiskCategory.LOW, "H1", "Nothing new.")  # type: ignore[arg-type]
    decision.save_decision(meeting=row, decided=decided, version=0, by=cast.manager)
    seats = row.invitations.filter(person=cast.manager)
    answers = {each.pk: Came(AttendanceCode.ATTENDED) for each in seats}
    sections.record_attendance(meeting=row, answers=answers, by=cast.manager)
    assessed_as_exploited(cast, row.case)
    return row


def page_of(client: Client, assessed: Meeting, name: str = "meeting") -> str:
    return client.get(reverse(f"mase:{name}", args=[assessed.pk]), {"stage": "decide"}).content.decode()


def refused(client: Client, assessed: Meeting, **headers: str) -> str:
    """The chair decides what may not be decided."""
    part = part_id("decision", assessed.pk)
    sent = {f"{part}-category": "0", f"{part}-harm_status": "H1", f"{part}-rationale": "All is well."}
    url = reverse("mase:section", args=[assessed.pk, "decision", assessed.pk])
    return client.post(url, {**sent, f"{part}-version": "1"}, headers=headers).content.decode()


def test_the_chair_alone_reads_what_was_found(cast: Cast, assessed: Meeting) -> None:
    client = signed_in(cast, "manager")
    page = page_of(client, assessed)
    assert [words for words in TOLD if words not in page] == []
    for words in FLOORS:
        assert words in page
        assert words in page_of(client, assessed, "end")
        assert words in refused(client, assessed)


def test_no_screen_that_others_see_tells_it(cast: Cast, assessed: Meeting) -> None:
    client = signed_in(cast, "manager")
    room = page_of(client, assessed, "room")
    sections.set_family_in_room(meeting=assessed, present=True, by=cast.manager)
    pages = {
        "room": room,
        "meeting": page_of(client, assessed),
        "end": page_of(client, assessed, "end"),
        "refused": refused(client, assessed),
        "refused, live": refused(client, assessed, **{"HX-Request": "true"}),
    }
    for name, page in pages.items():
        assert [words for words in TOLD if words in page] == [], name
    assert "Not below category 3." in pages["meeting"]
    assert "A lower category cannot be decided now. Not below category 3." in pages["refused"]
