"""Messages of a police force's own system about missing children: each kept, the newest one placed on the record."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction

from cases.concerns import services as concerns
from cases.concerns.choices import Urgency
from cases.concerns.models import Concern
from cases.missing.errors import AnotherMessage
from cases.missing.models import MissingEpisode, PoliceReport
from cases.missing.services.changes import amend, move_start, regrade
from cases.missing.services.episodes import Back, Grade, Known, MissingReport, begin, end
from cases.record.models.case import Case
from cases.sharing.selectors.exclusions import same_child
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_datetime

URGENCY = {"HIGH": Urgency.IMMEDIATE, "MEDIUM": Urgency.HIGH}  # by the police risk grade
KNOWN = tuple(asdict(Known()))


@dataclass(frozen=True)
class Message:
    """The whole of what a force knows about one episode, at the message's own time."""

    sent_at: dt.datetime
    child: dict[str, Any]
    gone: MissingReport
    grade: Grade | None = None
    back: Back | None = None

    @property
    def kept(self) -> dict[str, Any]:
        """As JSON keeps it."""
        said = asdict(replace(self, gone=replace(self.gone, reporting_agency=None)))  # type: ignore[arg-type]
        kept: dict[str, Any] = json.loads(json.dumps(said, default=lambda each: each.isoformat()))
        return kept


def message_of(kept: dict[str, Any], agency: Agency) -> Message:
    """A message that was kept."""
    gone, grade, back = kept["gone"], kept["grade"], kept["back"]
    since, known = _moment(gone["missing_since"]), Known(**gone["known"])
    return Message(
        _moment(kept["sent_at"]), kept["child"],
        MissingReport(gone["kind"], since, gone["missing_from"], agency, known),
        Grade(**{**grade, "graded_at": _moment(grade["graded_at"])}) if grade else None,
        Back(**{**back, "returned_at": _moment(back["returned_at"])}) if back else None,
    )  # fmt: skip


@transaction.atomic
def receive(*, number: str, message: Message, by: User) -> bool:
    """Keep a message of a police system and place it. Returns whether it is the newest about its episode.

    The same message again does nothing more. One that comes late is kept under its own time; the newest one holds.
    The answer never tells whether the child has a case.
    """
    who = gate.require_standing(by, Permission.MISSING_FEED)
    if who.agency.kind != AgencyKind.POLICE:
        raise NotPermitted
    with acting.for_the_system():  # police send what they know; whether there is a case is not theirs to see
        made, _ = PoliceReport.objects.get_or_create(
            agency=who.agency, reference=number, defaults={"recorded_by": by}
        )
        report = PoliceReport.objects.select_for_update(of=("self",)).get(pk=made.pk)
        there = {each["sent_at"]: each for each in report.messages}
        kept = message.kept
        if kept["sent_at"] in there:
            if there[kept["sent_at"]] != kept:
                raise AnotherMessage
            return kept == report.messages[-1]
        before = message_of(report.messages[-1], who.agency) if report.messages else None
        report.messages = sorted([*report.messages, kept], key=lambda each: _moment(each["sent_at"]))
        report.save(update_fields=["messages"])
        record(Action.MISSING_FEED, by=by, obj=report)
        if not _place(report, before, by):
            report.concern = _tell_triage(report, message_of(report.messages[-1], who.agency), by)
            report.save(update_fields=["concern"])
        return kept == report.messages[-1]


def place_waiting() -> int:
    """Every hour: episodes that wait at triage, once their concern is part of an open case. Returns how many."""
    waiting = PoliceReport.objects.filter(episode__isnull=True, concern__case__isnull=False)
    return sum(
        _place(each, None, each.recorded_by) for each in waiting.select_related("agency", "recorded_by")
    )


@transaction.atomic
def _place(report: PoliceReport, before: Message | None, by: User) -> bool:
    """On the child's case. False where the child has none, or where it does not fit what the case says."""
    messages = [message_of(each, report.agency) for each in report.messages]
    case = _case_of(report, messages[-1])
    if case is None:
        return False
    try:
        with transaction.atomic():
            report.episode = _write(report, case, messages, before, by)
    except NotAllowedNow:
        return False
    report.save(update_fields=["episode"])
    return True


def _case_of(report: PoliceReport, message: Message) -> Case | None:
    """The open case of the episode or concern, or else the one that is of this very child. Locked."""
    rows = Case.objects.open().select_related("child", "lead_agency", "lead_professional")
    if report.episode is not None:
        rows = rows.filter(pk=report.episode.case_id)
    elif report.concern is not None and report.concern.case_id:
        rows = rows.filter(pk=report.concern.case_id)
    else:
        rows = rows.filter(same_child(Concern(**_facts(message))))
    found = list(rows.select_for_update(of=("self",))[:2])
    return found[0] if len(found) == 1 else None


def _write(
    report: PoliceReport, case: Case, messages: Iterable[Message], before: Message | None, by: User
) -> MissingEpisode:
    """Bring the episode up to the newest message. What a person changed on the record since stays."""
    *_, newest = messages
    found = report.episode or _recorded_by_hand(case, newest)
    if found is None:
        episode, was = begin(case=case, gone=newest.gone, by=by), newest
    else:
        episode = MissingEpisode.objects.select_for_update(of=("self",)).get(pk=found.pk)
        was = before or replace(newest, gone=replace(newest.gone, known=Known()))
        _amend(case, episode, newest, was, by)
    there = {(each.grade, each.graded_at) for each in episode.risk_grades.all()}
    for grade in [each.grade for each in messages if each.grade]:
        at = max(grade.graded_at, episode.missing_since)  # a person may have written down a later start
        if (grade.grade, at) not in there:
            there.add((grade.grade, at))
            regrade(case=case, episode=episode, grade=replace(grade, graded_at=at), by=by)
    said_before = was.back.returned_at if was.back and found else None
    if newest.back and newest.back.returned_at != episode.returned_at == said_before:
        end(case=case, episode=episode, back=newest.back, by=by)
    return episode


def _recorded_by_hand(case: Case, message: Message) -> MissingEpisode | None:
    """The time that an agency wrote down before the message came: of this number, or the open one without any."""
    rows = case.missing_episodes.all()
    if same := rows.filter(police_reference=message.gone.known.police_reference).first():
        return same
    still = rows.filter(returned_at__isnull=True, police_reference="").first()
    is_over = still and message.back and message.back.returned_at <= still.missing_since
    return None if is_over else still


def _amend(case: Case, episode: MissingEpisode, newest: Message, was: Message, by: User) -> None:
    """Over what is empty, or is what the message before said."""
    said, old = asdict(newest.gone.known), asdict(was.gone.known)
    now = {name: getattr(episode, name) for name in KNOWN}
    wanted = {name: said[name] if now[name] in ("", old[name]) else now[name] for name in KNOWN}
    kind = newest.gone.kind if episode.kind == was.gone.kind else episode.kind
    if newest.gone.missing_since != was.gone.missing_since == episode.missing_since:
        move_start(case=case, episode=episode, missing_since=newest.gone.missing_since, by=by)
    if wanted != now or kind != episode.kind:
        amend(case=case, episode=episode, kind=kind, known=Known(**wanted), by=by)


def _tell_triage(report: PoliceReport, newest: Message, by: User) -> Concern:
    """A concern, urgent by the risk grade; or to the concern that waits, what is new."""
    urgency = URGENCY.get(newest.grade.grade if newest.grade else "", Urgency.ROUTINE)
    worry = _in_words(newest)
    if report.concern is not None:
        concerns.add_from_register(concern=report.concern, text=worry, urgency=urgency, by=by)
        return report.concern
    return concerns.log_from_register(facts=_facts(newest) | {"worry": worry}, urgency=urgency, by=by)


def _facts(message: Message) -> dict[str, Any]:
    born = message.child.get("date_of_birth")
    return {**message.child, "date_of_birth": dt.date.fromisoformat(str(born)) if born else None}


def _in_words(message: Message) -> str:
    """What the police say, a line each."""
    gone, known, back = message.gone, message.gone.known, message.back
    lines = [
        (
            "The police report",
            f"{reference.label('missing-type', gone.kind)} since {display_datetime(gone.missing_since)}",
        ),
        ("Police reference", known.police_reference),
        ("From", reference.label("missing-from", gone.missing_from)),
        ("Risk grade", reference.label("police-risk-grade", message.grade.grade) if message.grade else ""),
        ("Last seen", ", by ".join(filter(None, (known.last_seen_where, known.last_seen_by)))),
        ("Wearing", known.last_seen_wearing),
        ("May be with", known.with_whom),
        ("What else is known", known.notes),
        ("Back since", display_datetime(back.returned_at) if back else ""),
        ("Found", ", by ".join(filter(None, (back.found_where, back.found_by))) if back else ""),
        ("What is known of it", back.return_notes if back else ""),
    ]
    return "\n".join(f"{label}: {words}" for label, words in lines if words)


def _moment(said: str) -> dt.datetime:
    return dt.datetime.fromisoformat(said)
