"""The family reads nothing that an agency wrote for professionals: no copy and no screen they see has it."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from cse_portal.keys import new_key
from mase.choices import PlanP
from mase.models import AgencyInformation, MaseMeeting, MinutesWording
from mase.selectors.suggestions import suggestions
from mase.services import (
    actions,
    attendance,
    carrying,
    decision,
    ending,
    minutes,
    reports,
    safety_map,
    sections,
)
from mase.services.minutes.objecting import Objection
from mase.services.sections import Edit
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.meetings import make_meeting
from tests.factories.minutes import circulated
from tests.papers import words_of

pytestmark = pytest.mark.django_db
PARTS = ("text", "worries", "working_well", "suggested")
# What the family reads of the meeting, whatever agencies tick.
OPEN = ("ChairsMap", "ChairsReason", "OpenNotes")


def report(row: AgencyInformation, word: str, *, ticked: bool) -> AgencyInformation:
    said = reports.Report(*(f"{word}{part}" for part in PARTS), family_may_read=ticked)
    by = row.meeting.invitations.get(agency=row.agency).person
    assert by is not None
    return reports.save_and_send(information=row, report=said, edit=Edit(row.version), by=by)


def taken(row: AgencyInformation, cast: Cast) -> Any:
    [(key, _)] = suggestions(row)
    return reports.take_suggestion(information=row, key=key, p=PlanP.PROTECT, by=cast.manager)


@pytest.fixture(scope="module")
def meeting(shared_cast: Cast) -> tuple[MaseMeeting, list[str], list[str]]:
    """Running, with a word in every box that an agency's words go into; those for professionals, and those ticked."""
    cast = shared_cast
    case = make_case(cast)
    earlier = factory.issued(cast, case)
    actions.complete(action=earlier, outcome="OutcomeClosed", effect="EffectClosed", by=cast.health)
    row = make_meeting(
        cast, case, agencies=[cast.agency("police")], people=[cast.health, cast.outsider], child_invited=True,
        child_not_invited="", parent_invited=True,
    )  # fmt: skip
    of = {each.agency.code: each for each in row.information.select_related("agency", "meeting__case")}
    closed = report(of["health"], "Closed", ticked=False)
    ticked = report(of["education"], "Ticked", ticked=True)
    ending.start(meeting=row, by=cast.manager)
    for each in (closed, ticked):
        taken(each, cast)
    police = AgencyInformation.objects.get(pk=of["police"].pk)
    sections.save_information(
        information=police, text="TableClosed", edit=Edit(police.version), by=cast.manager
    )
    apart = row.restricted_information.get(agency=cast.agency("health"))
    sections.save_information(information=apart, text="ApartClosed", edit=Edit(apart.version), by=cast.health)
    for code, words in (("agencies", "NotedClosed"), ("education", "OpenNotes")):
        item = row.agenda.get(code=code)
        sections.save_notes(item=item, notes=words, edit=Edit(item.version), by=cast.manager)
    safety_map.add_entry(meeting=row, key=new_key(), kind="strength", text="ChairsMap", by=cast.manager)
    danger = safety_map.add_danger(
        meeting=row, key=new_key(), danger=safety_map.Danger("A danger.", "A goal."), by=cast.manager
    )
    scores = {
        row.invitations.get(person=cast.health).pk: safety_map.Score(4, "ScoreClosed", "HigherClosed"),
        row.invitations.get(role="PAR").pk: safety_map.Score(6, "ScoreTicked", "HigherTicked"),
    }
    safety_map.score(danger=danger, scores=scores, by=cast.manager)
    hidden = [f"Closed{part}" for part in PARTS]
    hidden += [
        f"{each}Closed" for each in ("Table", "Apart", "Noted", "Score", "Higher", "Outcome", "Effect")
    ]
    hidden.append("DissentClosed")
    return row, hidden, [*(f"Ticked{part}" for part in PARTS), "ScoreTicked", "DissentTicked", *OPEN]


def dissent(cast: Cast, meeting: MaseMeeting) -> None:
    for code, reason, may_read in (("police", "DissentClosed", False), ("education", "DissentTicked", True)):
        decision.record_dissent(
            meeting=meeting, key=new_key(), agency=cast.agency(code), reason=reason, family_may_read=may_read,
            by=cast.manager,
        )  # fmt: skip


def family_copies(cast: Cast, meeting: MaseMeeting) -> list[str]:
    """The text of the child's and of the parent's copy, as the social worker hands them out."""
    client, found = signed_in(cast, "practitioner"), []
    for role in ("CHILD", "PAR"):
        seat = meeting.invitations.get(role=role)
        answer = client.get(f"/meetings/{meeting.pk}/minutes-open.pdf?for={seat.pk}")
        assert answer.status_code == 200
        found.append("".join(words_of(answer.content).split()))
    return found


@pytest.mark.usefixtures("undrawn")
def test_family_copies_hold_no_word_for_professionals(cast: Cast, meeting: Any) -> None:
    row, hidden, shown = meeting
    ended_row = factory.end_later(cast, row)
    dissent(cast, ended_row)
    ended = ending.end(
        meeting=ended_row, by=cast.manager, no_quorum_reason="", no_measure_reason="ChairsReason"
    )
    wording = MinutesWording.objects.get(item__meeting=ended, item__code="agencies")
    minutes.save_wording(wording=wording, text="WordedClosed", edit=Edit(wording.version), by=cast.manager)
    circulated(cast, ended)
    minutes.object_to(meeting=ended, said=Objection(None, "ObjectedClosed"), by=cast.health)
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
        assert "Closedsuggested" not in text
        assert "Tickedsuggested" in text, "carried forward"


@pytest.mark.parametrize("how", ["family is here", "on the screen"])
def test_screens_the_family_sees_hold_no_word_for_professionals(cast: Cast, meeting: Any, how: str) -> None:
    row, hidden, shown = meeting
    dissent(cast, row)
    client = signed_in(cast, "manager")
    before = client.get(f"/meetings/{row.pk}/").content.decode()
    assert "Closedtext" in before
    assert "DissentClosed" in before
    if how == "on the screen":
        client.post(f"/meetings/{row.pk}/projector/", {"on": "yes"})
    else:
        attendance.set_family_in_room(meeting=row, present=True, by=cast.manager)
    for reader in [client] if how == "on the screen" else [client, signed_in(cast, "health")]:
        page = reader.get(f"/meetings/{row.pk}/").content.decode()
        boxes = [
            word for word in hidden if not word.startswith(("Score", "Higher"))
        ]  # the chair writes those
        assert [word for word in boxes if word in page] == []
        assert [word for word in shown if word not in page and word != "ChairsReason"] == []


def test_a_report_is_for_professionals_until_its_writer_ticks(cast: Cast) -> None:
    row = make_meeting(cast, make_case(cast), people=[cast.health], agencies=[])
    client, address = signed_in(cast, "health"), f"/meetings/{row.pk}/report/"
    assert "The family may read this" in client.get(address).content.decode()
    typed = {"text": "She came to the clinic.", "version": "1", "send": "1"}
    client.post(address, typed)
    assert not row.information.get(agency=cast.agency("health")).family_may_read
    client.post(f"/meetings/{row.pk}/report/take-back/")
    client.post(address, {**typed, "family_may_read": "on", "version": "4"})
    assert row.information.get(agency=cast.agency("health")).family_may_read
