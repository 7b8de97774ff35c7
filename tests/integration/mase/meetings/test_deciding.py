"""A meeting decides: what is beside the decision, who agrees, and what comes before a category falls."""

import datetime as dt
import re
from contextlib import nullcontext
from dataclasses import replace
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.assessments import services as assessments
from cases.assessments.models import DecisionSource, RiskAssessment
from cases.assessments.selectors import dropped_floor, evidence, lowest
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.models.child import Child
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.keys import new_key
from cse_portal.reference.working_days import add_months, is_working_day
from mase.meetings.choices import AgencyWord
from mase.meetings.errors import DISSENT_UNSEEN, HARM_GOES_ON, INCOMPLETE, CategoryStep, MeetingRefused
from mase.meetings.models.meeting import Meeting
from mase.meetings.models.sections import ChildVoice
from mase.meetings.selectors.checks import checklist, lowers, missing, reminders, review_limit
from mase.meetings.selectors.presence import part_id
from mase.meetings.selectors.record import record_of
from mase.meetings.selectors.thresholds import name_of
from mase.meetings.services import decision, ending, sections
from mase.meetings.services.decision import Decided, Point
from mase.minutes.presenters.minutes import details, views
from mase.plans.services import safety_map
from mase.plans.services.safety_map import Danger
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import assessed_as_a_network, assessed_as_quiet, make_case
from tests.factories.meetings import (
    end_meeting,
    every_point_met,
    everyone_agrees,
    latest_review,
    read_meeting,
    start_meeting,
    write_all,
)
from tests.factories.missing import went_missing

pytestmark = pytest.mark.django_db
AGREES, LEFT = AgencyWord.AGREES, AgencyWord.LEFT


def lower(cast: Cast, meeting: Meeting, category: RiskCategory) -> None:
    if category < meeting.case.category:
        assessed_as_quiet(cast, meeting.case)
    version = meeting.decision.version if hasattr(meeting, "decision") else 0
    decided = Decided(category, HarmStatus.H1, "Nothing new was seen for three months.")
    decision.save_decision(meeting=meeting, decided=decided, version=version, by=cast.manager)


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> Meeting:
    """About a child in category 3; it has only begun."""
    return start_meeting(shared_cast, make_case(shared_cast, category=RiskCategory.HIGH))


@pytest.fixture(scope="module")
def medium(shared_cast: Cast) -> Meeting:
    """About a child in category 2; it has only begun."""
    return start_meeting(shared_cast, make_case(shared_cast, category=RiskCategory.MEDIUM))


@pytest.fixture(scope="module")
def kept(shared_cast: Cast) -> Meeting:
    """Everything is written, and the child stays in category 3."""
    return write_all(
        shared_cast, start_meeting(shared_cast, make_case(shared_cast, category=RiskCategory.HIGH))
    )


@pytest.fixture(scope="module")
def lowered(shared_cast: Cast) -> Meeting:
    """Everything is written but the checklist: the child is to fall from category 3 to 2."""
    begun = start_meeting(shared_cast, make_case(shared_cast, category=RiskCategory.HIGH))
    return write_all(shared_cast, begun, category=RiskCategory.MEDIUM)


def test_a_category_falls_only_after_the_whole_checklist(cast: Cast, lowered: Meeting) -> None:
    meeting, case = lowered, lowered.case
    with pytest.raises(MeetingRefused, match=INCOMPLETE):
        ending.end(meeting=meeting, by=cast.manager)
    answers = {**every_point_met(meeting), "GOALS": None}
    decision.check_step_down(meeting=meeting, answers=answers, by=cast.manager)
    with pytest.raises(MeetingRefused, match=INCOMPLETE):
        ending.end(meeting=meeting, by=cast.manager)
    answers["GOALS"] = Point(False, "One goal goes on with its action")
    decision.check_step_down(meeting=meeting, answers=answers, by=cast.manager)
    everyone_agrees(meeting, cast.manager)
    ending.end(meeting=meeting, by=cast.manager)
    case.refresh_from_db()
    assert case.category == RiskCategory.MEDIUM
    assert meeting.step_down_points.get(code="GOALS").why == "One goal goes on with its action"


def test_what_it_falls_from_is_the_category_of_the_day_not_of_the_booking(
    cast: Cast, medium: Meeting
) -> None:
    meeting = medium
    assessed_and_raised(cast, medium.case)
    write_all(cast, meeting, category=RiskCategory.HIGH)
    assert not lowers(record_of(Meeting.objects.get(pk=meeting.pk), restricted=False))
    lower(cast, Meeting.objects.get(pk=meeting.pk), RiskCategory.MEDIUM)
    decision.set_review(meeting=meeting, review_on=latest_review(3), by=cast.manager)
    with pytest.raises(MeetingRefused, match=INCOMPLETE):
        ending.end(meeting=meeting, by=cast.manager)
    decision.check_step_down(meeting=meeting, answers=every_point_met(meeting), by=cast.manager)
    everyone_agrees(meeting, cast.manager)
    ended = ending.end(meeting=meeting, by=cast.manager)
    assert (ended.category_before, ended.decision.category) == (RiskCategory.HIGH, RiskCategory.MEDIUM)
    raised = Meeting.objects.get(pk=meeting.pk)
    assert lowers(record_of(raised, restricted=False)), "and so it stays, whatever comes later"


def assessed_and_raised(cast: Cast, case: Case) -> None:
    """The CSE team finds the child in category 3."""
    assessments.confirm(
        case=case, category=RiskCategory.HIGH, harm_status=HarmStatus.H2, rationale="A second adult was seen",
        source=DecisionSource.ASSESSMENT, by=cast.manager,
    )  # fmt: skip


def test_it_falls_again_only_after_a_review_that_kept_it(cast: Cast, lowered: Meeting) -> None:
    first, case = lowered, lowered.case
    decision.check_step_down(meeting=first, answers=every_point_met(first), by=cast.manager)
    everyone_agrees(first, cast.manager)
    ending.end(meeting=first, by=cast.manager)
    review = start_meeting(cast, case)
    with pytest.raises(CategoryStep, match="reviewed once at this category"):
        lower(cast, review, RiskCategory.LOW)
    write_all(cast, review, category=RiskCategory.MEDIUM)
    ending.end(meeting=review, by=cast.manager)
    later = start_meeting(cast, case)
    lower(cast, later, RiskCategory.LOW)
    assert Meeting.objects.get(pk=later.pk).decision.category == RiskCategory.LOW


def test_no_category_falls_and_none_is_none_while_the_child_is_being_exploited(
    cast: Cast, meeting: Meeting
) -> None:
    """Refused as it is saved, in words, on the page too; and at the end, where the child's category rose meanwhile."""
    assessed_as_quiet(cast, meeting.case)
    now = Decided(RiskCategory.MEDIUM, HarmStatus.H3, "He was at the gate this morning.")
    with pytest.raises(MeetingRefused, match=HARM_GOES_ON):
        decision.save_decision(meeting=meeting, decided=now, version=0, by=cast.manager)
    part, client = part_id("decision", meeting.pk), signed_in(cast, "manager")
    address = reverse("mase:section", args=[meeting.pk, "decision", meeting.pk])
    given = {"category": "2", "harm_status": "H3", "rationale": now.rationale, "version": "0"}
    page = client.post(address, {f"{part}-{name}": value for name, value in given.items()}).content.decode()
    assert "You say that exploitation is happening now, so the category cannot go down" in page
    assert now.rationale in page
    assert not hasattr(again(meeting), "decision")
    kept = replace(now, category=RiskCategory.HIGH)
    decision.save_decision(meeting=meeting, decided=kept, version=0, by=cast.manager)
    none = start_meeting(cast, make_case(cast, category=RiskCategory.LOW))
    assessed_as_quiet(cast, none.case)
    for category in (RiskCategory.NONE, RiskCategory.LOW):
        refused = category == RiskCategory.NONE
        with pytest.raises(MeetingRefused, match=HARM_GOES_ON) if refused else nullcontext():
            decision.save_decision(
                meeting=none, decided=replace(now, category=category), version=0, by=cast.manager
            )


def test_a_category_raised_after_the_decision_is_not_lowered_by_it_while_the_harm_goes_on(
    cast: Cast, medium: Meeting
) -> None:
    meeting, case = write_all(cast, medium, category=RiskCategory.MEDIUM), medium.case
    now = Decided(RiskCategory.MEDIUM, HarmStatus.H3, "He was at the gate this morning.")
    decision.save_decision(meeting=meeting, decided=now, version=1, by=cast.manager)
    assert missing(record_of(again(meeting), restricted=False)) == []
    assessed_as_quiet(cast, case)
    assessed_and_raised(cast, case)
    decision.check_step_down(meeting=meeting, answers=every_point_met(meeting), by=cast.manager)
    said = [each.words for each in missing(record_of(again(meeting), restricted=False))]
    assert any("exploitation is happening now" in words for words in said)
    everyone_agrees(meeting, cast.manager)
    with pytest.raises(MeetingRefused, match=INCOMPLETE):
        ending.end(meeting=again(meeting), by=cast.manager)


def test_an_assessment_made_meanwhile_holds_a_decision_that_is_saved_already(
    cast: Cast, lowered: Meeting
) -> None:
    meeting, case = lowered, lowered.case
    decision.check_step_down(meeting=meeting, answers=every_point_met(meeting), by=cast.manager)
    assessed_as_a_network(cast, case)
    with pytest.raises(MeetingRefused, match=INCOMPLETE):
        ending.end(meeting=meeting, by=cast.manager)
    assert (
        "Less can be decided only after a newer assessment."
        in missing(record_of(meeting, restricted=False))[0].words
    )
    lower(cast, Meeting.objects.get(pk=meeting.pk), RiskCategory.HIGH)
    decision.set_review(meeting=meeting, review_on=latest_review(RiskCategory.HIGH), by=cast.manager)
    everyone_agrees(meeting, cast.manager)
    ending.end(meeting=meeting, by=cast.manager)
    case.refresh_from_db()
    assert case.category == RiskCategory.HIGH


def test_what_lies_below_the_floor_is_not_offered_and_refused_with_the_reason(
    cast: Cast, medium: Meeting
) -> None:
    meeting = medium
    client, page = signed_in(cast, "manager"), reverse("mase:meeting", args=[meeting.pk])
    address = reverse("mase:section", args=[meeting.pk, "decision", meeting.pk])
    part = part_id("decision", meeting.pk)

    def offered() -> list[str]:
        shown = re.findall(r"<input[^>]*>", client.get(page, {"stage": "decide"}).content.decode())
        mine = [each for each in shown if f'name="{part}-category"' in each and "disabled" not in each]
        return [number for each in mine for number in re.findall(r'value="(\d)"', each)]

    assert "2" in offered()
    assessed_as_a_network(cast, meeting.case)
    assert offered() == ["3"]
    answers = {"category": "2", "harm_status": "H1", "rationale": "As before", "version": "0"}
    refused = client.post(
        address, {f"{part}-{name}": value for name, value in answers.items()}
    ).content.decode()
    assert "A lower category cannot be decided now." in refused
    assert "As before" in refused
    client.post(address, {f"{part}-{name}": value for name, value in {**answers, "category": "3"}.items()})
    assert Meeting.objects.get(pk=meeting.pk).decision.category == RiskCategory.HIGH


def test_nearly_an_adult_is_whoever_the_first_transition_clock_has_reached(
    cast: Cast, meeting: Meeting
) -> None:
    """At 16½ by the reference data, whatever else the birthday says."""
    for months, holds in ((12 * 16, True), (197, True), (198, None), (12 * 17, None)):
        born = add_months(timezone.localdate(), -months)
        Child.objects.filter(pk=meeting.case.child_id).update(date_of_birth=born)
        told = {each.code: each for each in checklist(record_of(again(meeting), restricted=True))}
        assert told["ADULT"].told == f"The child is {months // 12}."
        assert told["ADULT"].holds is holds, months


def test_the_record_speaks_to_the_points_it_knows(cast: Cast, meeting: Meeting) -> None:
    told = {each.code: each for each in checklist(record_of(meeting, restricted=True))}
    assert told["VOICE"].holds is False
    assert told["SCALE"].told == "There is no danger statement, so nobody has given a number."
    assert told["INTELLIGENCE"].holds is None
    assert told["MISSING"].holds is True
    voice = ChildVoice(
        obtained=True, words="I feel safer.", heard_by="A youth worker", tool="CONVERSATION", seen_alone=True
    )
    sections.save_voice(voice=meeting.voice, said=voice, version=1, by=cast.manager)
    danger = safety_map.add_danger(
        meeting=meeting,
        key=new_key(),
        danger=Danger("She is driven away.", "She goes by bus."),
        by=cast.manager,
    )
    seats = list(meeting.invitations.exclude(agency=None))
    for seat, value in zip(seats, (9, 4, 8), strict=False):
        safety_map.score(danger=danger, seat=seat, value=value, by=cast.manager)
    went_missing(cast, meeting.case, days=3)
    meeting = Meeting.objects.get(pk=meeting.pk)
    told = {each.code: each for each in checklist(record_of(meeting, restricted=True))}
    assert told["VOICE"].holds is True
    low = f"Danger 1: from 4 to 9, on average 7.0. Below 7: {name_of(seats[1])} (4)."
    assert told["SCALE"].told == low
    assert told["SCALE"].holds is None, "enough on average hides nobody, and is the meeting's to judge"
    other = safety_map.add_danger(
        meeting=meeting, key=new_key(), danger=Danger("She is filmed.", "Her phone is with her aunt."), by=cast.manager
    )  # fmt: skip
    told = {each.code: each for each in checklist(record_of(again(meeting), restricted=True))}
    assert told["SCALE"].told.endswith("Danger 2: nobody has given a number.")
    assert told["SCALE"].holds is False
    for each in (danger, other):
        for seat in seats:
            safety_map.score(danger=each, seat=seat, value=9, by=cast.manager)
    told = {each.code: each for each in checklist(record_of(again(meeting), restricted=True))}
    assert told["SCALE"].holds is True
    assert told["MISSING"].told.startswith("1 missing episode since ")
    assert told["MISSING"].holds is False


def again(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


def test_each_agency_agrees_or_dissents_and_never_both(cast: Cast, meeting: Meeting) -> None:
    police, health = cast.agency("police"), cast.agency("health")
    both = [police, health]
    decision.record_word(meeting=meeting, agencies=both, word=AGREES, by=cast.manager)
    assert set(meeting.views.values_list("agency", "word")) == {(police.pk, AGREES), (health.pk, AGREES)}
    decision.record_word(
        meeting=meeting, agencies=[police], word=AgencyWord.DISAGREES, reason="Two cars were seen again",
        by=cast.manager,
    )  # fmt: skip
    against = meeting.views.get(agency=police)
    assert [row.agency for row in meeting.views.filter(word=AGREES)] == [health]
    with pytest.raises(MeetingRefused, match=DISSENT_UNSEEN):
        decision.record_word(meeting=meeting, agencies=both, word=AGREES, by=cast.manager)
    decision.record_word(meeting=meeting, agencies=both, word=AGREES, by=cast.manager, seen=[against.pk])
    assert not meeting.views.exclude(word=AGREES).exists()
    decision.record_word(meeting=meeting, agencies=both, word=None, by=cast.manager)
    assert not meeting.views.exists()


@pytest.mark.parametrize(
    ("by", "code", "allowed"),
    [
        ("health", "health", True),
        ("health", "police", False),
        ("manager", "police", True),
        ("manager", "education", False),
        ("outsider", "education", False),
    ],
)
def test_people_say_the_word_of_their_own_agency_and_the_chair_that_of_any_at_the_table(
    cast: Cast, meeting: Meeting, by: str, code: str, allowed: bool
) -> None:
    with nullcontext() if allowed else pytest.raises((NotPermitted, NotVisible)):
        agencies = [cast.agency(code)]
        decision.record_word(meeting=meeting, agencies=agencies, word=AGREES, by=cast.people[by])
    assert meeting.views.exists() is allowed


def test_an_agency_that_had_left_may_agree_after_all_and_minutes_say_who_said_nothing(
    cast: Cast, meeting: Meeting
) -> None:
    """Silence is no agreement, and blocks no end."""
    write_all(cast, meeting, agree=False)
    health, police = cast.agency("health"), cast.agency("police")
    for agency, word in ((health, LEFT), (police, AGREES)):
        decision.record_word(meeting=meeting, agencies=[agency], word=word, by=cast.manager)
    assert record_of(again(meeting), restricted=False).left_before == [health]
    ended = ending.end(meeting=again(meeting), by=cast.manager)
    said = dict(views(record_of(again(ended), restricted=False)))
    assert (said["Agree"], said["Left before it was decided"]) == (police.name, health.name)
    assert said["No word recorded from"]


def test_what_the_record_denies_is_not_met_and_the_record_may_move(cast: Cast, lowered: Meeting) -> None:
    """Nobody was missing when it was answered; she went missing before the end, so that answer holds no more."""
    meeting = lowered
    with pytest.raises(MeetingRefused):
        decision.check_step_down(
            meeting=meeting, answers={"SCALE": Point(True, "Discussed")}, by=cast.manager
        )
    decision.check_step_down(meeting=meeting, answers=every_point_met(meeting), by=cast.manager)
    assert missing(record_of(again(meeting), restricted=False)) == []
    went_missing(cast, meeting.case, days=3)
    [left] = missing(record_of(again(meeting), restricted=False))
    assert "the record speaks against “No missing episode" in left.words
    with pytest.raises(MeetingRefused, match=INCOMPLETE):
        ending.end(meeting=meeting, by=cast.manager)
    [told] = missing(replace(record_of(again(meeting), restricted=False), shared=True))
    assert "speaks against 1 point." in told.words, "no point is named where others see the screen"
    word = "One night at her aunt's, who had told the police."
    client, part = signed_in(cast, "manager"), part_id("step-down", meeting.pk)
    url = reverse("mase:section", args=[meeting.pk, "step-down", meeting.pk])
    said = {f"{part}-met_MISSING": "yes", f"{part}-why_MISSING": word}
    assert "Saved." not in client.post(url, said, follow=True).content.decode()
    decision.check_step_down(meeting=meeting, answers={"MISSING": Point(False, word)}, by=cast.manager)
    ended = ending.end(meeting=again(meeting), by=cast.manager)
    said = dict(details(record_of(again(ended), restricted=False)))
    assert any(f"in the last three months: not met. {word}" in each for each in said.values())


@pytest.mark.parametrize(
    ("by", "code", "met", "allowed"),
    [
        ("manager", "INTELLIGENCE", True, False),
        ("manager", "INTELLIGENCE", False, True),
        ("manager", "LEAD", True, True),
        ("police", "INTELLIGENCE", True, True),
        ("police", "PASSED_ON", True, True),
    ],
)
def test_police_alone_say_that_their_points_are_met(
    cast: Cast, lowered: Meeting, by: str, code: str, met: bool, allowed: bool
) -> None:
    with nullcontext() if allowed else pytest.raises(MeetingRefused):
        answers: dict[str, Point | None] = {code: Point(met, "On Friday.")}
        decision.check_step_down(meeting=lowered, answers=answers, by=cast.people[by])
    assert lowered.step_down_points.filter(code=code, met=met).exists() is allowed


def test_an_old_assessment_blocks_a_step_down_beside_the_category_and_at_the_end(
    cast: Cast, lowered: Meeting
) -> None:
    meeting = lowered
    RiskAssessment.objects.filter(case=meeting.case).update(
        assessed_at=timezone.now() - dt.timedelta(days=100)
    )
    words = "The newest assessment is too old, so the category cannot go down."
    told = [each.words for each in missing(record_of(again(meeting), restricted=False))]
    assert any(words in each for each in told)
    assert words in read_meeting(signed_in(cast, "manager"), meeting, "stage=decide")
    decided = Decided(RiskCategory.MEDIUM, HarmStatus.H1, "Quiet.")
    with pytest.raises(CategoryStep, match=words):
        decision.save_decision(meeting=meeting, decided=decided, version=1, by=cast.manager)


@pytest.mark.parametrize(
    ("change", "blocks", "reminds"),
    [
        ({}, [], []),
        ({"obtained": None}, ["The child's voice: write down"], []),
        ({"tool": ""}, [], ["The child's voice: say who heard them"]),
        ({"what_changed": ""}, [], ["The child's voice: say what changes"]),
        ({"parent_not_sought": ""}, [], ["The parent's or carer's view: write it down"]),
        ({"parent_view": "Home by nine."}, [], ["The parent's or carer's view: say who heard it"]),
    ],
)
def test_what_blocks_the_end_and_what_is_a_reminder(
    cast: Cast, kept: Meeting, change: dict[str, str | None], blocks: list[str], reminds: list[str]
) -> None:
    meeting = kept
    ChildVoice.objects.filter(meeting=meeting).update(**change)
    record = record_of(again(meeting), restricted=False)
    always = [
        "Safety: nobody has given a number.",
        "No report has come from Social care, Health and Police.",
        "Contingency plan: none is written down.",
    ]
    blocking, reminding = ([each.words for each in found] for found in (missing(record), reminders(record)))
    assert len(blocking) == len(blocks)
    assert all(words.startswith(start) for words, start in zip(blocking, blocks, strict=True))
    assert [
        words for words in reminding if words not in always and words.startswith(tuple(reminds or "!"))
    ] == [words for words in reminding if words not in always]
    with pytest.raises(MeetingRefused, match=INCOMPLETE) if blocks else nullcontext():
        ending.end(meeting=again(meeting), by=cast.manager)


def test_the_review_that_is_offered_is_a_working_day_inside_the_clock() -> None:
    for category, days in ((3, 28), (2, 42), (1, 84)):
        limit = timezone.localdate() + dt.timedelta(days=days)
        assert review_limit(category) in (limit, limit + dt.timedelta(days=1))
        offered = latest_review(category)
        assert is_working_day(offered)
        assert offered <= review_limit(category)
        between = (
            offered + dt.timedelta(days=n) for n in range(1, (review_limit(category) - offered).days + 1)
        )
        assert not any(map(is_working_day, between))


def test_a_floor_that_an_assessment_dropped_since_the_last_meeting_stands_beside_the_decision(
    cast: Cast,
) -> None:
    """One assessment is enough to take a floor away: the meeting sees that it went, when, and whose it was."""
    case = make_case(cast, category=RiskCategory.HIGH)
    assessed_as_a_network(cast, case)
    end_meeting(cast, case)
    review = start_meeting(cast, case)
    client, url = signed_in(cast, "manager"), f"/meetings/{review.pk}/?stage=decide"
    assert "A lowest category was dropped" not in client.get(url).content.decode()
    judgement = assessments.Judgement(RiskCategory.MEDIUM, HarmStatus.H1, "Only one adult is known.", "Known")
    for _ in range(2):
        assessments.record_assessment(
            case=case, answers=assessments.Answers(), judgement=judgement, by=cast.practitioner, key=new_key()
        )
    assert lowest(case, evidence(case)).category == RiskCategory.MEDIUM, "so less may be decided"
    dropped = dropped_floor(case, evidence(case))
    assert dropped is not None
    assert (dropped.category, dropped.assessed_at) == (
        3,
        case.assessments.order_by("assessed_at")[1].assessed_at,
    )
    page = unescape(client.get(url).content.decode())
    assert "A lowest category was dropped: 3. An earlier assessment had it: " in page
    assert f"{cast.practitioner.full_name}, " in page
    room = client.get(reverse("mase:room", args=[review.pk])).content.decode()
    assert "A lowest category was dropped" not in room, "it is an assessment's"
    write_all(cast, review)
    ending.end(meeting=again(review), by=cast.manager)
    assert dropped_floor(case, evidence(case)) is None, "a meeting has seen it"
