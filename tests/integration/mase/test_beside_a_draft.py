"""An agency whose report is a draft still has its place at the table, and in the minutes; the draft stays its own."""

import pytest

from cases.models import Case
from mase.choices import Audience
from mase.models import AgencyInformation, AgreedRecord, MaseMeeting
from mase.presenters.minutes import document
from mase.selectors.minutes import draft_record
from mase.services import ending, reports, sections
from mase.services.reports import Report
from mase.services.sections import Edit
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import make_meeting, write_all
from tests.factories.minutes import agreed

DRAFT = "She told the nurse about a silver car."
SAID = "The deputy says that she was seen on Monday."


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


@pytest.fixture
def meeting(cast: Cast, case: Case) -> MaseMeeting:
    """The nurse began a report and is ill; the meeting has started without her."""
    booked = make_meeting(cast, case)
    row = booked.information.get(agency=cast.agency("health"))
    reports.save(information=row, report=Report(text=DRAFT), edit=Edit(row.version), by=cast.health)
    return ending.start(meeting=booked, by=cast.manager)


def box(cast: Cast, meeting: MaseMeeting) -> AgencyInformation:
    rows = AgencyInformation.objects.select_related("meeting__case", "agency")
    return rows.get(meeting=meeting, agency=cast.agency("health"), at_table=True)


def draft(cast: Cast, meeting: MaseMeeting) -> AgencyInformation:
    rows = AgencyInformation.objects.select_related("meeting__case", "agency")
    return rows.get(meeting=meeting, agency=cast.agency("health"), at_table=False)


def told_in(meeting: MaseMeeting) -> dict[str, str]:
    return dict(document(draft_record(meeting, Audience.FULL)).information)


def over(cast: Cast, meeting: MaseMeeting) -> MaseMeeting:
    return ending.end(meeting=write_all(cast, meeting), by=cast.manager)


def test_the_chair_has_an_empty_box_for_it_and_never_the_draft(cast: Cast, meeting: MaseMeeting) -> None:
    health = cast.agency("health").name
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    page = client.get(url).content.decode()
    assert f"What {health} says at the table" in page
    assert "silver car" not in page
    assert f"{url}parts/information/{box(cast, meeting).pk}/" in page
    sections.save_information(information=box(cast, meeting), text=SAID, edit=Edit(1), by=cast.manager)
    assert SAID in client.get(url).content.decode()
    assert draft(cast, meeting).text == DRAFT


def test_what_was_said_is_in_the_minutes_and_the_draft_is_not_nor_under_their_fingerprint(
    cast: Cast, meeting: MaseMeeting
) -> None:
    sections.save_information(information=box(cast, meeting), text=SAID, edit=Edit(1), by=cast.manager)
    ended = over(cast, meeting)
    assert told_in(ended)[f"{cast.agency('health').name}, at the table"] == SAID
    content = AgreedRecord.objects.get(minutes=agreed(cast, ended)).content
    assert SAID in content
    assert "silver car" not in content


def test_where_nothing_was_said_the_minutes_name_the_agency_all_the_same(
    cast: Cast, meeting: MaseMeeting
) -> None:
    told = told_in(over(cast, meeting))
    assert told[f"{cast.agency('health').name}, at the table"] == ""
    assert told[cast.agency("police").name] == ""


def test_the_end_page_names_who_has_not_sent_their_report(cast: Cast, meeting: MaseMeeting) -> None:
    write_all(cast, meeting)
    words = f"{cast.agency('health').name} has begun a report and not sent it."
    page = signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/end/").content.decode()
    assert words in page
    assert "silver car" not in page
    reports.send(information=draft(cast, meeting), by=cast.health)
    assert words not in signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/end/").content.decode()


def test_a_report_sent_during_the_meeting_stands_beside_what_was_said(
    cast: Cast, meeting: MaseMeeting
) -> None:
    reports.send(information=draft(cast, meeting), by=cast.health)
    ended = over(cast, meeting)
    health = cast.agency("health").name
    assert told_in(ended)[health] == DRAFT
    assert f"{health}, at the table" not in told_in(ended)
