"""What is written in a meeting: by whom, and what happens when two write the same part."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.choices import HarmStatus, RiskCategory
from cse_portal.errors import NotPermitted
from cse_portal.keys import new_key
from mase.choices import Audience, DangerEnd, MapKind, PlanP
from mase.errors import (
    CategoryStep,
    ChangedMeanwhile,
    DangerStays,
    MeetingNotStarted,
    OwnerCannotTakeIt,
    ReviewTooLate,
    ScoreIncomplete,
    SomeoneElseSaved,
)
from mase.models import MapEntry, MaseMeeting, PlanAction, ScaleScore
from mase.presenters.minutes import document
from mase.selectors.minutes import draft_record
from mase.selectors.presence import part_id
from mase.selectors.record import record_for, record_of
from mase.selectors.step_down import checklist
from mase.services import attendance, decision, ending, plan, safety_map, sections
from mase.services.sections import Edit
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.meetings import end_meeting, make_meeting, start_meeting, write_all

pytestmark = pytest.mark.django_db


def test_an_invited_agency_writes_its_own_part_and_no_other(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    own = meeting.information.get(agency=cast.agency("health"))
    saved = sections.save_information(information=own, text="Seen on Monday.", edit=Edit(1), by=cast.health)
    assert (saved.text, saved.version, saved.saved_by) == ("Seen on Monday.", 2, cast.health)
    other = meeting.information.get(agency=cast.agency("police"))
    with pytest.raises(NotPermitted):
        sections.save_information(information=other, text="No", edit=Edit(1), by=cast.health)
    with pytest.raises(NotPermitted):
        sections.save_notes(item=meeting.agenda.first(), notes="No", edit=Edit(1), by=cast.health)


def test_a_stale_save_is_refused_and_tells_the_other_text(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    row = meeting.information.get(agency=cast.agency("health"))
    sections.save_information(information=row, text="Hers.", edit=Edit(1), by=cast.health)
    with pytest.raises(SomeoneElseSaved) as stale:
        sections.save_information(information=row, text="The chair's.", edit=Edit(1), by=cast.manager)
    assert stale.value.theirs.text == "Hers."
    saved = sections.save_information(information=row, text="Both.", edit=Edit(2), by=cast.manager)
    assert saved.text == "Both."


def test_saving_the_same_again_changes_nothing(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    item = meeting.agenda.get(code="health")
    for _ in range(2):
        saved = sections.save_notes(item=item, notes="GP letter.", edit=Edit(1), by=cast.manager)
    assert saved.version == 2


def test_nothing_but_information_and_voice_before_the_start(cast: Cast) -> None:
    meeting = make_meeting(cast, make_case(cast))
    with pytest.raises(MeetingNotStarted):
        sections.save_notes(item=meeting.agenda.first(), notes="Early", edit=Edit(1), by=cast.manager)
    said = sections.Voice(obtained=False, not_obtained="MISSING")
    assert (
        sections.save_voice(voice=meeting.voice, said=said, edit=Edit(1), by=cast.practitioner).obtained
        is False
    )
    with pytest.raises(NotPermitted):
        sections.save_voice(voice=meeting.voice, said=said, edit=Edit(2), by=cast.health)


def scored(value: int) -> safety_map.Score:
    return safety_map.Score(value, "She is home by nine.", "Two weeks without a call.")


def test_the_map_and_its_scale(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    danger = safety_map.Danger("Everyone fears it happens again.", "She is seen at home every evening.")
    key = new_key()
    rows = [safety_map.add_danger(meeting=meeting, key=key, danger=danger, by=cast.manager) for _ in range(2)]
    assert rows[0] == rows[1]
    seats = {each.pk: scored(number) for number, each in enumerate(meeting.invitations.all())}
    safety_map.score(danger=rows[0], scores={**seats, new_key(): scored(9)}, by=cast.manager)
    assert rows[0].scores.count() == len(seats)
    safety_map.score(danger=rows[0], scores=dict.fromkeys(seats), by=cast.manager)
    assert rows[0].scores.count() == 0
    entry = safety_map.add_entry(
        meeting=meeting,
        key=new_key(),
        kind=MapKind.STRENGTH,
        text="Her aunt calls every day.",
        by=cast.manager,
    )
    safety_map.remove_entry(entry=entry, by=cast.manager)
    assert not MapEntry.objects.exists()
    assert {each.danger_id for each in rows[0].scores.all()} <= {rows[0].pk}


def test_a_number_never_stands_without_its_words(cast: Cast) -> None:
    """The page asks for them; past the page the service refuses, and says beside which box."""
    meeting = start_meeting(cast, make_case(cast))
    said = safety_map.Danger("Everyone fears it happens again.", "She is seen at home every evening.")
    danger = safety_map.add_danger(meeting=meeting, key=new_key(), danger=said, by=cast.manager)
    seat = meeting.invitations.all()[0].pk
    for wrong, error, field in (
        (safety_map.Score(4), ScoreIncomplete, "reason"),
        (safety_map.Score(4, " ", "A week at home"), ScoreIncomplete, "reason"),
        (safety_map.Score(10, "", ""), ScoreIncomplete, "reason"),
        (safety_map.Score(4, "She is home by nine."), ScoreIncomplete, "higher"),
    ):
        with pytest.raises(error) as refused:
            safety_map.score(danger=danger, scores={seat: wrong}, by=cast.manager)
        assert refused.value.field == f"{field}_{seat.hex}"
    assert not danger.scores.exists()
    safety_map.score(danger=danger, scores={seat: safety_map.Score(10, "She is safe.")}, by=cast.manager)
    assert danger.scores.get().value == 10


def test_what_an_older_record_has_is_not_asked_for_again(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    said = safety_map.Danger("Everyone fears it happens again.", "She is seen at home every evening.")
    danger = safety_map.add_danger(meeting=meeting, key=new_key(), danger=said, by=cast.manager)
    old, new = [each.pk for each in meeting.invitations.all()[:2]]
    ScaleScore.objects.create(danger=danger, invitation_id=old, value=3, recorded_by=cast.manager)
    scores = {old: safety_map.Score(3), new: scored(5)}
    safety_map.score(danger=danger, scores=scores, by=cast.manager)
    assert danger.scores.count() == 2


def test_a_category_falls_one_step_at_a_time(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast, category=RiskCategory.HIGH))
    two_steps = decision.Decided(RiskCategory.LOW, HarmStatus.H1, "Better.")
    with pytest.raises(CategoryStep):
        decision.save_decision(meeting=meeting, decided=two_steps, edit=Edit(0), by=cast.manager)
    decided = decision.Decided(RiskCategory.MEDIUM, HarmStatus.H1, "Better.")
    assert (
        decision.save_decision(meeting=meeting, decided=decided, edit=Edit(0), by=cast.manager).category == 2
    )


def test_the_review_is_no_later_than_the_category_allows(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast, category=RiskCategory.HIGH))
    today = timezone.localdate()
    with pytest.raises(ReviewTooLate):
        decision.set_review(meeting=meeting, review_on=today + dt.timedelta(days=29), by=cast.manager)
    decision.set_review(meeting=meeting, review_on=today + dt.timedelta(days=28), by=cast.manager)


def test_an_action_is_owned_by_someone_of_its_agency(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    due = timezone.localdate() + dt.timedelta(days=7)
    wrong = plan.Agreed(PlanP.PROTECT, "Meet her.", cast.agency("police"), due, cast.health)
    with pytest.raises(OwnerCannotTakeIt):
        plan.add_action(meeting=meeting, key=new_key(), agreed=wrong, by=cast.manager)
    right = plan.Agreed(PlanP.PROTECT, "Meet her.", cast.agency("police"), due, cast.police)
    action = plan.add_action(meeting=meeting, key=new_key(), agreed=right, by=cast.manager)
    plan.remove_action(action=action, by=cast.manager)
    assert not PlanAction.objects.exists()


def test_a_review_begins_with_the_dangers_of_the_meeting_before(cast: Cast) -> None:
    case = make_case(cast)
    before = end_meeting(cast, case).dangers.get()
    case.refresh_from_db()
    meeting = ending.start(meeting=make_meeting(cast, case), by=cast.manager)
    again = meeting.dangers.get()
    assert (again.text, again.earlier, again.goal.text) == (before.text, before, before.goal.text)
    assert [each.text for each in record_of(meeting, restricted=False).outstanding] == [
        "Meet her at the gate every day."
    ]


def test_a_danger_written_by_mistake_is_taken_off_while_nothing_rests_on_it(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    wrong, right = (
        safety_map.add_danger(meeting=meeting, key=new_key(), danger=safety_map.Danger(words, "Home."), by=cast.manager)
        for words in ("She is driven to the coast.", "She is driven away.")
    )  # fmt: skip
    seat = meeting.invitations.first()
    assert seat is not None
    score = safety_map.Score(4, "She is quiet.", "She sleeps at home all week.")
    safety_map.score(danger=right, scores={seat.pk: score}, by=cast.manager)
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    page = client.get(url).content.decode()
    assert f"{url}remove/danger/{wrong.pk}/" in page
    assert f"{url}remove/danger/{right.pk}/" not in page
    assert signed_in(cast, "health").post(f"{url}remove/danger/{wrong.pk}/").status_code in (403, 404)
    client.post(f"{url}remove/danger/{wrong.pk}/")
    assert list(meeting.dangers.all()) == [right]
    with pytest.raises(DangerStays):
        safety_map.remove_danger(danger=right, by=cast.manager)
    words = safety_map.Danger("She is filmed.", "Her phone is with her aunt.")
    again = safety_map.add_danger(meeting=meeting, key=new_key(), danger=words, by=cast.manager)
    assert again.order > right.order
    planned = plan.Agreed(
        PlanP.PROTECT, "Keep it.", cast.agency("csc"), timezone.localdate() + dt.timedelta(days=7), goal=again.goal,
    )  # fmt: skip
    plan.add_action(meeting=meeting, key=new_key(), agreed=planned, by=cast.manager)
    with pytest.raises(DangerStays):
        safety_map.remove_danger(danger=again, by=cast.manager)


def test_a_carried_danger_ends_with_its_reason_and_is_carried_no_further(cast: Cast) -> None:
    case = make_case(cast)
    end_meeting(cast, case)
    case.refresh_from_db()
    meeting = start_meeting(cast, case)
    danger = meeting.dangers.get()
    with pytest.raises(DangerStays):
        safety_map.remove_danger(danger=danger, by=cast.manager)
    client, url = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/"
    section, part = f"{url}parts/danger-end/{danger.pk}/", part_id("danger-end", danger.pk)
    assert section in client.get(url).content.decode()
    refused = client.post(section, {f"{part}-because": "met"}).content.decode()
    assert "Write down what the meeting saw that ends this danger" in refused
    said = {f"{part}-because": "met", f"{part}-reason": "She has come home by bus for three months."}
    assert signed_in(cast, "health").post(section, said).status_code in (403, 404)
    assert client.post(section, said).status_code == 302
    page = client.get(url).content.decode()
    assert "Its safety goal is met. She has come home by bus for three months." in page
    with pytest.raises(ChangedMeanwhile):
        safety_map.end_danger(danger=danger, because=DangerEnd.WRONG, reason="It never was.", by=cast.manager)
    told = {each.code: each for each in checklist(record_of(meeting, restricted=True))}
    assert (told["SCALE"].told, told["SCALE"].holds) == (
        "Every danger statement was ended at this meeting.",
        None,
    )
    assert (told["GOALS"].told, told["GOALS"].holds) == ("Danger 1: ended, its safety goal is met.", True)
    client.post(f"{url}remove/danger-end/{danger.pk}/")
    assert not meeting.dangers.get().is_ended
    client.post(section, said)
    write_all(cast, MaseMeeting.objects.get(pk=meeting.pk))
    ended = ending.end(meeting=meeting, by=cast.manager)
    drawn = repr(document(draft_record(MaseMeeting.objects.get(pk=ended.pk), Audience.PROFESSIONALS)))
    assert "She has come home by bus for three months." in drawn
    case.refresh_from_db()
    review = start_meeting(cast, case)
    assert [each.earlier.text for each in review.dangers.all() if each.earlier] == [
        each.text for each in meeting.dangers.filter(ended_at=None)
    ]
    assert review.dangers.count() == meeting.dangers.count() - 1
    told = {each.code: each for each in checklist(record_of(review, restricted=True))}
    assert (told["GOALS"].told, told["GOALS"].holds) == ("", None)


def test_restricted_items_are_gone_while_family_is_in_the_room(cast: Cast) -> None:
    meeting = start_meeting(cast, make_case(cast))
    attendance.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    meeting.refresh_from_db()
    assert not any(each.restricted for each in record_for(cast.manager, meeting).agenda)
    assert record_for(cast.manager, meeting).restricted == []
    attendance.set_family_in_room(meeting=meeting, present=False, by=cast.manager)
    meeting.refresh_from_db()
    assert any(each.restricted for each in record_for(cast.manager, meeting).agenda)
    assert not any(each.restricted for each in record_for(cast.health, meeting).agenda)
