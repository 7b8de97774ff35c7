"""The family reads nothing that an agency wrote for professionals; and objects to minutes through a worker."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.letters.choices import LetterKind
from cases.letters.models import Letter
from cases.letters.services import change_letter, write_letter
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.keys import new_key
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import display_date
from mase.meetings.choices import KINDS, AgencyWord, AttendanceCode, Audience, ContributionKind
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.sections import Contribution
from mase.meetings.services import decision, ending, reports, sections
from mase.minutes import services as minutes
from mase.minutes.models import MinutesObjection
from mase.minutes.selectors.circulation import candidates
from mase.minutes.selectors.letters import facts_of, letters_about
from mase.minutes.selectors.minutes import latest_version
from mase.plans.services import actions, carrying, safety_map
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.family import make_member
from tests.factories.meetings import bring, make_meeting, read_meeting, read_room
from tests.factories.minutes import circulated, objected
from tests.papers import words_of

pytestmark = pytest.mark.django_db
BOXES = [each.value for each in KINDS if each != ContributionKind.APART]
# What the family reads of the meeting, whatever agencies tick.
OPEN = ("ChairsMap", "OpenNotes")


def taken(box: Contribution, cast: Cast) -> Any:
    [(key, _)] = box.suggestions
    return reports.take_suggestion(box=box, key=key, by=cast.manager)


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> tuple[Meeting, list[str], list[str]]:
    """Running, with a word in every box that an agency's words go into; those for professionals, and those ticked."""
    cast = shared_cast
    case = make_case(cast)
    earlier = factory.issued(cast, case)
    actions.complete(action=earlier, outcome="OutcomeClosed", effect="EffectClosed", by=cast.health)
    row = make_meeting(
        cast, case, agencies=[cast.agency("police")], people=[cast.health, cast.outsider], child_invited=True,
        child_not_invited="", parent_invited=True,
    )  # fmt: skip
    closed = bring(row, cast.agency("health"), cast.health, **{kind: f"Closed{kind}" for kind in KINDS})
    ticked = {kind: f"Ticked{kind}" for kind in BOXES}
    opened = bring(row, cast.agency("education"), cast.outsider, family=True, **ticked)
    ending.start(meeting=row, by=cast.manager)
    for boxes in (closed, opened):
        taken(boxes["PROTECT"], cast)
    bring(row, cast.agency("police"), cast.manager, new="TableClosed", apart="ApartClosed")
    for code, words in (("agencies", "NotedClosed"), ("education", "OpenNotes")):
        item = row.agenda.get(code=code)
        sections.save_notes(item=item, notes=words, version=item.version, by=cast.manager)
    safety_map.add_entry(meeting=row, key=new_key(), kind="strength", text="ChairsMap", by=cast.manager)
    danger = safety_map.add_danger(
        meeting=row, key=new_key(), danger=safety_map.Danger("A danger.", "A goal."), by=cast.manager
    )
    for seat, said in ({"person": cast.health}, "ScoreClosed"), ({"role": "PAR"}, "ScoreTicked"):
        safety_map.score(danger=danger, seat=row.invitations.get(**seat), value=4, by=cast.manager)
        safety_map.explain(score=danger.scores.last(), reason=said, by=cast.manager)
    hidden = [f"Closed{kind}" for kind in KINDS]
    hidden += [f"{each}Closed" for each in ("Table", "Apart", "Noted", "Score", "Outcome", "Effect")]
    hidden.append("DissentClosed")
    return row, hidden, [*ticked.values(), "ScoreTicked", "DissentTicked", *OPEN]


def dissent(cast: Cast, meeting: Meeting) -> None:
    for code, reason, may_read in (("police", "DissentClosed", False), ("education", "DissentTicked", True)):
        decision.record_word(
            meeting=meeting, agencies=[cast.agency(code)], word=AgencyWord.DISAGREES, reason=reason,
            family_may_read=may_read, by=cast.manager,
        )  # fmt: skip


def family_copies(cast: Cast, meeting: Meeting) -> list[str]:
    """The text of the child's and of the parent's copy, as the social worker hands them out."""
    client, found = signed_in(cast, "practitioner"), []
    for role in ("CHILD", "PAR"):
        seat = meeting.invitations.get(role=role)
        answer = client.get(f"/meetings/{meeting.pk}/minutes.pdf?for={seat.pk}")
        assert answer.status_code == 200
        found.append("".join(words_of(answer.content).split()))
    return found


@pytest.mark.usefixtures("undrawn")
def test_family_copies_hold_no_word_for_professionals(cast: Cast, meeting: Any) -> None:
    row, hidden, shown = meeting
    ended_row = factory.end_later(cast, row)
    dissent(cast, ended_row)
    ended = ending.end(meeting=ended_row, by=cast.manager, no_quorum_reason="")
    item = ended.agenda.get(code="agencies")
    minutes.save_wording(item=item, text="WordedClosed", version=item.version, by=cast.manager)
    page = signed_in(cast, "manager").get(f"/meetings/{ended.pk}/minutes/send-out/").content.decode()
    preview = page.split('class="app-family-copy"')[1]
    assert [word for word in [*hidden, "WordedClosed"] if word in preview] == []
    assert [word for word in shown if word not in preview] == [], "read line by line before it is sent"
    letters_go_with_them(cast, ended, hidden)
    minutes.object_to(meeting=ended, text="ObjectedClosed", by=cast.health)
    minutes.answer(
        objection=ended.minutes.objections.get(), accepted=True, reason="AnsweredClosed", by=cast.manager
    )
    circulated(cast, ended)
    for text in family_copies(cast, ended):
        told = {
            word for word in [*hidden, "WordedClosed", "ObjectedClosed", "AnsweredClosed"] if word in text
        }
        assert told == set()
        assert [word for word in shown if word not in text] == []
    later = factory.running(cast, ended.case, people=[cast.health], child_invited=True, child_not_invited="",
                            parent_invited=True)  # fmt: skip
    for action in ended.actions.all():
        carrying.carry_forward(
            action=action, meeting=later, due_on=timezone.localdate() + dt.timedelta(days=3), by=cast.manager
        )
    later.actions.update(measure_of_success="Seen.")
    last = factory.end(cast, later)
    circulated(cast, last)
    for text in family_copies(cast, last):
        assert "ClosedPROTECT" not in text
        assert "TickedPROTECT" in text, "carried forward"


def letters_go_with_them(cast: Cast, meeting: Meeting, hidden: list[str]) -> None:
    """One to the child and one to her mother, shown before they are written; none to whom it is not safe to contact."""
    client, address = signed_in(cast, "manager"), f"/meetings/{meeting.pk}/minutes/send-out/"
    make_member(cast, meeting.case)
    make_member(
        cast, meeting.case, name="Max Testley", relation="FATHER", contact_safe="no", contact_reason="No."
    )
    page = client.get(address).content.decode()
    assert "Max Testley" not in page
    assert all(words in page for words in ("We call the danger “medium”", "What you said, and what changed"))
    keys = [str(each.key) for each in letters_about(cast.manager, meeting)]
    listed = [str(each.holder.pk) for each in candidates(meeting.minutes) if each.listed]
    assert client.post(address, {"recipients": listed, "letters": keys}).status_code == 302
    to_child, to_mother = sorted(Letter.objects.all(), key=lambda each: each.recipient_id is not None)
    for letter in (to_child, to_mother):
        assert [word for word in [*hidden, "WordedClosed"] if word in letter.body] == []
        for word in ("Tickednew", "Tickedworry", "Tickedworks", "TickedPROTECT", "DissentTicked", "Until "):
            assert word in letter.body, word
    assert [("same things" in each.body) for each in (to_child, to_mother)] == [True, False]
    assert "Written already" in client.get(address).content.decode()


@pytest.mark.parametrize("how", ["family is here", "on the screen"])
def test_screens_the_family_sees_hold_no_word_for_professionals(cast: Cast, meeting: Any, how: str) -> None:
    row, hidden, shown = meeting
    dissent(cast, row)
    client = signed_in(cast, "manager")
    before = read_meeting(client, row, "stage=new", "stage=decide")
    assert "Closednew" in before
    assert "DissentClosed" in before
    if how == "family is here":
        sections.set_family_in_room(meeting=row, present=True, by=cast.manager)
    readers = [client, signed_in(cast, "health")]
    pages = [
        read_meeting(each, row) + read_meeting(each, row, "item=safety-map")
        if how == "family is here"
        else read_room(each, row)
        for each in readers
    ]
    for page in pages:
        boxes = [
            word for word in hidden if not word.startswith(("Score", "Higher"))
        ]  # the chair writes those
        assert [word for word in boxes if word in page] == []
        slides = ("Tickednew", "Tickedworry", "Tickedworks") if how == "on the screen" else shown
        assert [word for word in slides if word not in page] == []


def test_a_report_is_for_professionals_until_its_writer_ticks(cast: Cast) -> None:
    row = make_meeting(cast, make_case(cast), people=[cast.health], agencies=[])
    client, address = signed_in(cast, "health"), f"/meetings/{row.pk}/report/"
    assert "The family may read this" in client.get(address).content.decode()
    boxes = row.contributions.filter(agency=cast.agency("health"))
    for ticked in (False, True):
        typed = {
            "new": "She came to the clinic.",
            "works": "Her aunt.",
            **({"new_family": "on"} if ticked else {}),
        }
        assert client.post(address, typed).status_code == 302
        assert dict(boxes.values_list("kind", "family_may_read")) == {"new": ticked, "works": False}


WRONG = "I was not told about the car until the Friday."


@pytest.fixture(scope="module")
def minuted(shared_cast: Cast) -> Meeting:
    """Her mother was asked and came; the minutes are out."""
    cast = shared_cast
    row = factory.running(cast, make_case(cast), people=[cast.health], parent_invited=True)
    written = factory.end_later(cast, row)
    came = {row.invitations.get(role="PAR").pk: sections.Came(AttendanceCode.ATTENDED, "Dana Testley")}
    sections.record_attendance(meeting=written, answers=came, by=cast.manager)
    ended = ending.end(meeting=written, by=cast.manager, no_quorum_reason="The others sent reports.")
    circulated(cast, ended)
    return ended


@pytest.fixture(scope="module")
def mother(minuted: Meeting) -> Invitation:
    return minuted.invitations.get(role="PAR")


def test_a_parents_objection_is_hers_and_leaves_the_social_worker_their_own(
    cast: Cast, minuted: Meeting, mother: Invitation
) -> None:
    client, address = signed_in(cast, "practitioner"), f"/meetings/{minuted.pk}/minutes/object/"
    assert "Dana Testley (parent or carer)" in client.get(address).content.decode()
    typed = {"whose": str(mother.pk), "item": "whole", "restricted": "no", "text": WRONG}
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 302, "pressed twice"
    [hers] = MinutesObjection.objects.all()
    assert (hers.seat, hers.by) == (mother, cast.practitioner)
    page = client.get(f"/meetings/{minuted.pk}/minutes/").content.decode()
    assert "Dana Testley (parent or carer), written down by Priya Raman" in page
    assert "Object to the minutes" in page, "their own is still to come"
    objected(minuted, by=cast.practitioner)
    with pytest.raises(NotAllowedNow):
        objected(minuted, by=cast.practitioner, text="Another of mine.")
    version = latest_version(minuted.minutes)
    with pytest.raises(IntegrityError), transaction.atomic():
        MinutesObjection.objects.create(
            minutes=minuted.minutes, version=version, text="x", by=cast.practitioner, agency=hers.agency
        )
    page = client.get(f"/meetings/{minuted.pk}/minutes/").content.decode()
    assert "Write their objection down" in page
    minutes.answer(objection=hers, accepted=True, reason="The day is put right.", by=cast.manager)
    printed = minutes.hand_out(meeting=minuted, by=cast.practitioner, to=mother).objections
    assert [(each.seat, each.text) for each in printed] == [(mother, WRONG)]


def test_a_draft_letter_follows_the_minutes_and_what_somebody_changed_or_sent_stays(
    cast: Cast, minuted: Meeting, mother: Invitation
) -> None:
    """The last day to object moves with each version, and stands in the letter."""
    make_member(cast, minuted.case)
    letters = letters_about(cast.manager, minuted)
    for each in letters:
        write_letter(
            case=minuted.case, kind=LetterKind.OUTCOME, recipient=each.recipient, language="", key=each.key,
            facts=facts_of(minuted), by=cast.manager,
        )  # fmt: skip
    assert not any(each.is_to_write for each in letters_about(cast.manager, minuted))
    hers = Letter.objects.get(recipient__isnull=False)
    change_letter(letter=hers, version=1, heading=hers.heading, body="In my own words.", by=cast.practitioner)
    objection = objected(minuted, by=cast.health)
    minutes.answer(objection=objection, accepted=True, reason="It was.", by=cast.manager)
    address = f"/meetings/{minuted.pk}/minutes/send-out/"
    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        client = signed_in(cast, "manager")
        until = display_date(clock_rule("MINUTES_OBJECTION").due(timezone.now()))
        assert (
            "Changed by hand, and these minutes say something else now"
            in client.get(address).content.decode()
        )
        listed = [str(each.holder.pk) for each in candidates(minuted.minutes) if each.listed]
        keys = [str(each.key) for each in letters_about(cast.manager, minuted) if each.is_to_write]
        assert client.post(address, {"recipients": listed, "letters": keys}).status_code == 302
    childs = Letter.objects.get(recipient__isnull=True)
    assert f"Until {until} we can change it." in childs.body
    hers.refresh_from_db()
    assert hers.body == "In my own words."


def test_only_who_works_on_the_case_objects_for_family_and_only_to_what_they_are_given(
    cast: Cast, minuted: Meeting, mother: Invitation
) -> None:
    assert (
        "Dana Testley"
        not in signed_in(cast, "health").get(f"/meetings/{minuted.pk}/minutes/object/").content.decode()
    )
    with pytest.raises(NotPermitted):
        minutes.object_to(meeting=minuted, text=WRONG, seat=mother, by=cast.health)
    others = make_meeting(cast, make_case(cast), parent_invited=True).invitations.get(role="PAR")
    professional = minuted.invitations.get(person=cast.health)
    for seat in (others, professional):
        with pytest.raises(NotVisible):
            minutes.object_to(meeting=minuted, text=WRONG, seat=seat, by=cast.practitioner)
    with pytest.raises(NotPermitted):
        minutes.object_to(meeting=minuted, text=WRONG, restricted=True, seat=mother, by=cast.practitioner)
    typed = {"whose": str(mother.pk), "item": "whole", "restricted": "yes", "text": WRONG}
    page = signed_in(cast, "practitioner").post(f"/meetings/{minuted.pk}/minutes/object/", typed)
    assert "The family is not given the part for professionals only" in page.content.decode()
    assert WRONG in page.content.decode()
    assert not MinutesObjection.objects.exists()


@pytest.mark.usefixtures("undrawn")
def test_the_familys_copy_says_for_whom_it_was_made_and_who_handed_it_out(
    cast: Cast, minuted: Meeting, mother: Invitation
) -> None:
    address = f"/meetings/{minuted.pk}/minutes.pdf?for={mother.pk}"
    client = signed_in(cast, "practitioner")
    assert address in client.get(f"/meetings/{minuted.pk}/minutes/").content.decode()
    text = words_of(client.get(address).content)
    event = AuditEvent.objects.get(action=Action.MINUTES_DOWNLOADED)
    given = f"Copy {event.detail['copy']} for Dana Testley (parent or carer), handed out by Priya Raman, "
    assert given in text
    assert (event.detail["for"], event.detail["audience"]) == ("PAR", Audience.OPEN)
    for key in (minuted.invitations.get(person=cast.health).pk, "x"):
        assert client.get(f"/meetings/{minuted.pk}/minutes.pdf?for={key}").status_code == 404
    assert signed_in(cast, "health").get(address).status_code == 404
