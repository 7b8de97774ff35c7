"""A draft that begins with what was recorded elsewhere: one door, and a kind for each place it begins from."""

import datetime as dt
import textwrap
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from cases.chronology.models import ChronologyEntry
from cases.community import services as community
from cases.community.selectors import report_for
from cases.concerns.choices import MentionKind, MentionPart
from cases.concerns.selectors import mention_for
from cases.missing.selectors.told import ToldKind, interview_for, leads_in_interview
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.keys import key_from
from cse_portal.ui.presenters import display_date, display_datetime, local_date
from intelligence.submissions.models import IntelligenceSubmission, SubmissionSource
from intelligence.submissions.selectors import STEP_ROWS, StepAnswers, note_for
from intelligence.submissions.services import start, write_rows

LONGEST, MOST_LINES = 2000, 30
# How a line of a return home interview is filled in: which row, which of its fields, what is known besides, and what
# a line of the draft says of it.
ROW_OF = {
    ToldKind.PERSON: "subjects", ToldKind.PLACE: "places", ToldKind.VEHICLE: "vehicles",
    ToldKind.CONTACT: "contacts",
}  # fmt: skip
FILLED = {"subjects": "description", "places": "name", "vehicles": "details", "contacts": "value"}
ALSO = {"contacts": {"kind": "PHONE"}}
SAID = {
    ToldKind.PERSON: "Was with {}.", ToldKind.PLACE: "Went to {}.", ToldKind.VEHICLE: "Travelled by {}.",
    ToldKind.CONTACT: "Used or was contacted by {}.", ToldKind.FACT: "{}.",
    ToldKind.SINCE: "Contact since: {}.",
}  # fmt: skip


@dataclass(frozen=True)
class Beginning:
    """What a draft begins with. The pages that are `answered` by it need no second answer; their author reads them."""

    learned_on: dt.date | None
    rows: Mapping[str, list[dict[str, Any]]]
    fields: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    answered: bool = False
    # What follows where it began, once there is a draft.
    begun: Callable[[], object] | None = None


Reader = Callable[[User, uuid.UUID, Collection[str]], Beginning]
KINDS: dict[str, Reader] = {}


def begins_from(kind: str, read: Reader) -> None:
    """Let drafts begin from one more kind of record; `read` answers with what this person sees of it, or NotVisible."""
    KINDS[kind] = read


@transaction.atomic
def begin(
    *, kind: str, pk: uuid.UUID, by: User, ticked: Collection[str] = ()
) -> tuple[IntelligenceSubmission, bool]:
    """A draft for its author to check and send, and whether it is new.

    Pressed again, the same author finds the draft, or what became of it. Nobody else is told that there is one: what
    it began from, beside the intelligence, would name the source.
    """
    gate.require(by, Permission.INTELLIGENCE_SUBMIT)
    if kind not in KINDS:
        raise NotVisible
    found = KINDS[kind](by, pk, ticked)
    key = key_from(pk, of=f"intelligence of {kind} by {by.pk}")
    if there := IntelligenceSubmission.objects.filter(pk=key, author=by).first():
        return there, False
    submission = start(by=by, key=key)
    fields = {"strands": ["CSE"], "urgency": "ROUTINE", "learned_on": found.learned_on, **found.fields}
    for name, value in fields.items():
        setattr(submission, name, value)
    if found.answered and found.rows.get("lines"):
        submission.steps_done = [step.value for step in STEP_ROWS]
    submission.save()
    write_rows(submission, StepAnswers(rows=_fitted(submission, found.rows)))
    if found.source:
        SubmissionSource.objects.create(submission=submission, **found.source)
    if found.begun:
        found.begun()
    return submission, True


def _fitted(
    submission: IntelligenceSubmission, rows: Mapping[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """The rows, each text as long as its box: what a box cuts off stands whole in a line."""
    longest = {
        noun: {each.name: each.max_length for each in getattr(submission, noun).model._meta.fields}
        for noun in rows
    }
    return {
        noun: [{name: value[: longest[noun][name]] for name, value in row.items()} for row in of_it]
        for noun, of_it in rows.items()
    }


def lines_of(text: str, happened: str = "") -> list[dict[str, str]]:
    """A line of the draft for each paragraph or bullet of a text."""
    paragraphs = (each.strip(" -•\t") for each in text.splitlines())
    lines = [line for each in paragraphs for line in textwrap.wrap(each, LONGEST)]
    return [{"text": line, "happened": happened} for line in lines[:MOST_LINES]]


def _interview(by: User, pk: uuid.UUID, ticked: Collection[str]) -> Beginning:
    """The lines of a return home interview that were ticked."""
    interview = interview_for(by, pk)
    told = [each for each in leads_in_interview(interview) if each.key in ticked]
    away = next((each.words for each in told if each.kind == ToldKind.WHEN), "")
    since_then = f"Since {display_datetime(interview.episode.returned_at)}" if away else ""
    rows: dict[str, list[dict[str, Any]]] = {noun: [] for noun in ("lines", *FILLED)}
    for line in told:
        if noun := ROW_OF.get(line.kind):
            rows[noun].append({**ALSO.get(noun, {}), FILLED[noun]: line.words})
        if line.kind in SAID:
            when = since_then if line.kind == ToldKind.SINCE else away
            rows["lines"].append({"text": SAID[line.kind].format(line.words), "happened": when})
    name = next((each.words for each in told if each.kind == ToldKind.SOURCE), "")
    relation = "The child or young person, in a return home interview"
    return Beginning(
        local_date(interview.at),
        rows,
        {"source_interview": interview.pk, "provenance": "TOLD_BY_CHILD", "first_hand": True},
        {"name": name[:200], "relation": relation} if name else {},
        answered=True,
    )


def _mention(by: User, pk: uuid.UUID, _: Collection[str]) -> Beginning:
    """What a concern names: the first fact, and the person or thing on its own page."""
    mention = mention_for(by, pk)
    gate.require(by, Permission.CONCERN_VIEW, mention.concern)
    noun, name, more = {
        MentionKind.PERSON: ("subjects", "other_names", "description"),
        MentionKind.PLACE: ("places", "address", "details"),
        MentionKind.VEHICLE: ("vehicles", "make_and_model", "details"),
        MentionKind.PHONE: ("contacts", "value", "details"),
        MentionKind.ACCOUNT: ("contacts", "value", "details"),
    }[MentionKind(mention.kind)]
    row = {name: mention.name, more: mention.details}
    if noun == "contacts":
        row["kind"] = "PHONE" if mention.kind == MentionKind.PHONE else "HANDLE"
    if mention.part == MentionPart.SUSPECTED:
        row["role"] = "SUSPECT"
    fact = ". ".join(filter(None, (mention.name, mention.details)))
    return Beginning(local_date(mention.concern.submitted_at), {"lines": lines_of(fact), noun: [row]})


def _note(by: User, pk: uuid.UUID, _: Collection[str]) -> Beginning:
    """What a note of the chronology says, for its author to shorten."""
    entry: ChronologyEntry = note_for(by, pk)
    gate.require(by, Permission.CASE_VIEW, entry.case)
    rows = {"lines": lines_of(entry.text, display_date(entry.happened_on))}
    return Beginning(local_date(entry.recorded_at), rows)


def _community(by: User, pk: uuid.UUID, _: Collection[str]) -> Beginning:
    """What the community told the CSE team; who told it is the source."""
    report = report_for(by, pk=pk)
    said = "\n".join(filter(None, (report.worry, report.about)))
    return Beginning(
        local_date(report.received_at),
        {"lines": lines_of(said, report.place.replace("\n", " "))},
        source={"name": report.contact[:200], "relation": report.get_from_whom_display()}
        if report.contact
        else {},
        begun=lambda: community.pass_to_intelligence(report=report, by=by),
    )


begins_from("community", _community)
begins_from("interview", _interview)
begins_from("mention", _mention)
begins_from("note", _note)
