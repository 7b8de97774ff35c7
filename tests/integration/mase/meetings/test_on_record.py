"""What is on record stands under its agenda item, for its reader alone: never on a screen that others see."""

import datetime as dt
import re
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.services import add_entry
from cases.family import services as family
from cases.family.models import AddressKind, ConfidentialReason, HealthTopic
from cases.missing.models import InterviewStep
from cases.missing.services import episodes as missing
from cases.record.choices import RiskCategory, Section
from cases.record.models.case import Case
from cases.record.models.child import Child
from cases.sharing.services import access, exclusions
from cse_portal.accounts.models import User
from cse_portal.audit.models import AuditEvent
from cse_portal.keys import new_key
from cse_portal.ui.presenters import display_date
from intelligence.desk import services as linking
from intelligence.desk.models import IntelligenceReport
from intelligence.subjects.models import LinkKind, PersonOfConcern
from mase.meetings.choices import Audience, RecordCode
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import attendance
from mase.minutes.presenters.minutes import document
from mase.minutes.selectors.minutes import draft_record
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.intelligence import make_report
from tests.factories.meetings import make_meeting, read_meeting, read_room, start_meeting
from tests.factories.missing import went_missing

pytestmark = pytest.mark.django_db
BEFORE, SINCE = "She was seen by the garage in spring.", "She was seen by the park last week."
SUMMARY, CLINIC = "Health sees her every two weeks.", "Treated at the clinic."
HOME = {"address": "4 Quiet Lane", "postcode": "B70 9LD"}
PANEL = "app-on-record"


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """Police and social care work on it; the last meeting was three weeks ago; things happened before and since."""
    cast = shared_cast
    child = make_child(
        given_name="Amara", family_name="Testley", **HOME, lives_with="Her great-aunt", school="Quill School"
    )
    with time_machine.travel(three_weeks_ago(), tick=False):
        made = make_case(cast, child=child, category=RiskCategory.MEDIUM)
        share(cast, made)
        went_missing(cast, made, days=20)
        event(cast, made, BEFORE, timezone.localdate() - dt.timedelta(days=20))
        factory.end(cast, start_meeting(cast, Case.objects.get(pk=made.pk)), category=RiskCategory.MEDIUM)
    fresh = Case.objects.get(pk=made.pk)
    event(cast, fresh, SINCE, timezone.localdate() - dt.timedelta(days=5))
    return fresh


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast, case: Case) -> Meeting:
    return start_meeting(shared_cast, case, people=[shared_cast.health])


def three_weeks_ago() -> dt.datetime:
    return timezone.now() - dt.timedelta(days=21)


def share(cast: Cast, case: Case, by: User | None = None) -> None:
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=by or cast.practitioner,
    )  # fmt: skip


ITEMS = [f"item={each}" for each in RecordCode]


def event(cast: Cast, case: Case, text: str, day: dt.date) -> None:
    add_entry(case=case, kind=EntryKind.EVENT, happened_on=day, text=text, by=cast.practitioner)


def page_of(client: Client, meeting: Meeting, item: str = "") -> str:
    return unescape(client.get(reverse("mase:meeting", args=[meeting.pk]), {"item": item}).content.decode())


def panel(cast: Cast, person: str, meeting: Meeting, code: str) -> str:
    """What stands above the notes of this item on the person's own page; nothing where there is no such panel."""
    page = page_of(signed_in(cast, person), meeting, code)
    found = re.search(rf'<section class="[^"]*" id="{code}".*?</section>', page, re.DOTALL)
    drawn = found.group() if found else ""
    return drawn[drawn.index(f'class="{PANEL}"') :].split("<form")[0] if PANEL in drawn else ""


def named(
    cast: Cast, case: Case, report: IntelligenceReport | None = None
) -> tuple[IntelligenceReport, PersonOfConcern]:
    """A report about this child names somebody."""
    report = report or make_report(cast, case=case)
    about = {"given_name": "Rowan", "family_name": "Kestrel", "standing": "ALLEGED"}
    link = linking.add_nominal(
        report=report, kind=LinkKind.PERSON, fields=about, by=cast.police, key=new_key()
    )
    assert link.person is not None
    return report, link.person


def other_case(cast: Cast, **child: str) -> Case:
    """Another child's, which police and social care see."""
    made = make_case(cast, child=make_child(given_name="Beth", family_name="Otherchild", **child))
    share(cast, made)
    return made


# ------------------------------------------------------------------------------------------ since the last meeting


def test_the_chair_reads_under_each_item_what_has_happened_since_the_last_meeting(
    cast: Cast, case: Case, meeting: Meeting
) -> None:
    since = display_date(three_weeks_ago())
    told = panel(cast, "manager", meeting, "chronology")
    assert f"On record since the last meeting on {since}" in told
    assert SINCE in told
    assert cast.practitioner.full_name in told
    assert BEFORE not in told, "the last meeting had it"
    url = reverse("cases:chronology", args=[case.reference])
    link = next(each for each in re.findall(r'href="([^"]+)"', told) if "kind=event" in each)
    assert link.startswith(url)
    opened = signed_in(cast, "manager").get(link).content.decode()
    assert SINCE in opened
    assert BEFORE not in opened


def test_missing_episodes_since_the_last_meeting_and_where_the_interview_stands(
    cast: Cast, case: Case, meeting: Meeting
) -> None:
    told = panel(cast, "manager", meeting, "missing")
    assert (
        f"No missing episode is on record since the last meeting on {display_date(three_weeks_ago())}."
        in told
    )
    assert "1 episode in the last 12 months." in told
    held, late = went_missing(cast, case, days=12), went_missing(cast, case, days=8, hours=30)
    assert held.returned_at is not None
    step = missing.Step(
        step=InterviewStep.HELD, at=held.returned_at + dt.timedelta(hours=20), provider=cast.agency("csc"),
        interviewer="Sam Field", is_independent=True, declined_reason="", text="She spoke of a car.",
    )  # fmt: skip
    missing.interview(episode=held, step=step, by=cast.practitioner, key=new_key())
    told = panel(cast, "health", meeting, "missing")
    assert "2 episodes since the last meeting" in told
    assert "3 episodes in the last 12 months." in told
    assert "Return home interview: held in time" in told
    assert "Return home interview: late" in told
    assert "1 day and 6 hours" in told
    assert "She spoke of a car." not in told, "what was said in it is on its own page"
    now = went_missing(cast, case, hours=None)
    told = panel(cast, "manager", meeting, "missing")
    assert "Missing now" in told
    url = reverse("cases:missing", args=[case.reference])
    opened = signed_in(cast, "manager").get(url).content.decode()
    for each in (held, late, now):
        assert f"{url}#episode-{each.pk}" in told
        assert f'id="episode-{each.pk}"' in opened


# ------------------------------------------------------------------------------------------ facts of the child


def test_a_home_that_is_confidential_is_told_by_nothing(cast: Cast, case: Case, meeting: Meeting) -> None:
    other_case(cast, **HOME)
    assert "Otherchild" in panel(cast, "practitioner", meeting, "siblings")
    family.record_address(
        case=case, kind=AddressKind.PLACEMENT, address="The Old Mill, Nowhere Lane", reason=ConfidentialReason.RISK,
        by=cast.practitioner,
    )  # fmt: skip
    told = panel(cast, "practitioner", meeting, "placement")
    assert "Confidential" in told
    assert "Old Mill" not in told
    assert "same address" not in panel(cast, "practitioner", meeting, "siblings")


def test_health_lets_everybody_know_a_sentence_and_its_holders_where_the_detail_is(
    cast: Cast, case: Case, meeting: Meeting
) -> None:
    assert "Health has written no sentence for the others." in panel(cast, "police", meeting, "health")
    family.add_note(
        case=case, topic=HealthTopic.SEXUAL, happened_on=timezone.localdate(), text=CLINIC, for_others=SUMMARY,
        by=cast.health,
    )  # fmt: skip
    url = reverse("cases:health", args=[case.reference])
    for person, holds in (("health", True), ("practitioner", True), ("police", False), ("manager", False)):
        told = panel(cast, person, meeting, "health")
        assert SUMMARY in told
        assert CLINIC not in told
        assert (url in told) is holds
        assert ("1 note of it since" in told) is holds


# ------------------------------------------------------------------------------------------ intelligence


def test_who_reads_intelligence_finds_the_way_to_it(cast: Cast, case: Case, meeting: Meeting) -> None:
    for name in ("manager", "practitioner", "police"):
        for code in ("people-places", "intelligence", "disruption"):
            told = panel(cast, name, meeting, code)
            assert reverse("intelligence:case-reports", args=[case.reference]) in told
            assert reverse("intelligence:disruptions") in told


def test_whoever_reads_no_intelligence_is_not_told_that_there_is_any(
    cast: Cast, case: Case, meeting: Meeting
) -> None:
    access.show(
        case=case, section=Section.MINUTES, to=cast.agency("health"), reason="Sits there", lawful_basis=LAWFUL_BASIS,
        by=cast.practitioner,
    )  # fmt: skip
    report, _ = named(cast, case)
    assert "Her great-aunt" in panel(cast, "health", meeting, "siblings")
    assert all(
        panel(cast, "health", meeting, code) == "" for code in ("people-places", "intelligence", "disruption")
    )
    page = unescape(read_meeting(signed_in(cast, "health"), meeting, *ITEMS))
    assert [each for each in ("Kestrel", report.reference) if each in page] == []


def test_a_report_that_a_meeting_may_not_talk_about_stands_under_no_item(
    cast: Cast, case: Case, meeting: Meeting
) -> None:
    report, _ = named(cast, case)
    IntelligenceReport.objects.filter(pk=report.pk).update(meeting_may_discuss=False)
    assert "Kestrel" not in unescape(read_meeting(signed_in(cast, "manager"), meeting, *ITEMS))


# ------------------------------------------------------------------------------------------ other children


def test_other_children_at_the_address_are_named_to_whoever_sees_both(
    cast: Cast, case: Case, meeting: Meeting
) -> None:
    home = other_case(cast, **HOME)
    told = panel(cast, "practitioner", meeting, "siblings")
    assert reverse("cases:case", args=[home.reference]) in told
    noted = AuditEvent.objects.filter(actor=cast.practitioner, detail__page="on record").latest("at")
    assert noted.detail["cases"] == [str(home.pk)]


def test_a_child_whose_case_is_hidden_is_on_no_page_of_whoever_may_not_know(
    cast: Cast, case: Case, meeting: Meeting
) -> None:
    nobody = panel(cast, "practitioner", meeting, "siblings")
    assert "No other child whose case you may see lives at the same address." in nobody
    child = make_child(given_name="Beth", family_name="Otherchild", **HOME)
    hidden = make_case(cast, child=child, lead_agency=cast.agency("health"), lead_professional=cast.health)
    share(cast, hidden, by=cast.health)
    assert hidden.reference in panel(cast, "police", meeting, "siblings")
    traces = ("Otherchild", hidden.reference, str(hidden.pk))
    page = unescape(read_meeting(signed_in(cast, "practitioner"), meeting, *ITEMS))
    assert [each for each in traces if each in page] == []
    assert panel(cast, "practitioner", meeting, "siblings") == nobody
    assert hidden.reference in panel(cast, "manager", meeting, "siblings")
    exclusions.exclude(case=hidden, user=cast.manager, reason="Knows the family", by=cast.privacy)
    page = unescape(read_meeting(signed_in(cast, "manager"), meeting, *ITEMS))
    assert [each for each in traces if each in page] == []


# ------------------------------------------------------------------------------------------ who sees the screen


def everything(cast: Cast, case: Case) -> tuple[str, ...]:
    """Something in each panel, which stands nowhere else on the page."""
    went_missing(cast, case, days=12)
    other = other_case(cast, **HOME)
    Child.objects.filter(pk=case.child_id).update(ethnicity="AIND")
    return (
        PANEL, SINCE, "Return home interview", other.reference, "Otherchild", "All disruption you may see",
        "Quill School", "Her great-aunt", "Indian", "Not recorded", "Health has written no sentence",
        "No lower category",
    )  # fmt: skip


def test_the_room_is_shown_nothing_of_it(cast: Cast, case: Case, meeting: Meeting) -> None:
    told, client = everything(cast, case), signed_in(cast, "manager")
    own = unescape(read_meeting(client, meeting, *ITEMS))
    assert [words for words in told if words not in own] == []
    assert own.count(PANEL) >= len(RecordCode)
    room = unescape(read_room(client, meeting))
    assert [words for words in told if words in room] == []


def test_while_a_parent_is_there_nobody_s_screen_has_any_of_it(
    cast: Cast, case: Case, meeting: Meeting
) -> None:
    told = everything(cast, case)
    for person in ("manager", "practitioner", "police", "health"):
        assert PANEL in page_of(signed_in(cast, person), meeting, "chronology")
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    for person in ("manager", "practitioner", "police", "health"):
        page = unescape(read_meeting(signed_in(cast, person), meeting, *ITEMS))
        assert [words for words in told if words in page] == [], person
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    assert SINCE in panel(cast, "health", meeting, "chronology")


def test_before_it_starts_and_after_it_ends_there_is_none_and_the_minutes_have_none(
    cast: Cast, case: Case, meeting: Meeting
) -> None:
    told = everything(cast, case)
    ahead = make_meeting(cast, other_case(cast))
    assert PANEL not in read_meeting(signed_in(cast, "manager"), ahead, *ITEMS)
    factory.end(cast, meeting)
    assert PANEL not in read_meeting(signed_in(cast, "manager"), meeting, *ITEMS)
    for audience in (Audience.PROFESSIONALS, Audience.FULL):
        drawn = str(document(draft_record(meeting, audience)))
        assert [words for words in told if words in drawn] == []
