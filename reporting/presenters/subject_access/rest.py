"""The plan, what happened, health, documents, who it was shared with, and that the police hold something."""

import uuid
from itertools import groupby
from typing import Any

from cases.choices import EntryKind, Ground, ItemKind, Requester, Section
from cases.models import ChronologyEntry
from cases.selectors.access import Access
from cases.services.subject_access import ItemDraft, PassageDraft
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_date, local_date
from mase.choices import PlanP, UpdateKind
from mase.models import ActionUpdate, PlanAction
from reporting.presenters.subject_access.drafting import (
    is_police_work,
    kept_apart,
    of_police,
    passages,
    titled,
)
from reporting.selectors.subject_access import WholeRecord

# A reader may be shut out of what these tell of, and still see the case.
KEPT_BY_KEY = (EntryKind.INTELLIGENCE, EntryKind.CONCERN)


def plan(record: WholeRecord) -> list[ItemDraft]:
    """Each action with what came of it. What was agreed against those who do harm is the police's to release."""
    return [_action(each) for each in record.actions]


def chronology(record: WholeRecord) -> list[ItemDraft]:
    """What happened, a year to an item and an event to a text."""
    source, theirs = "cases.ChronologyEntry", _of_police(record)
    items = []
    for year, rows in groupby(record.chronology, key=lambda entry: entry.happened_on.year):
        entries = list(rows)
        texts = [
            PassageDraft(
                f"{display_date(each.happened_on)}: {each.get_kind_display()}, {each.agency.name}"[:200],
                each.text, source, Ground.RESTRICTED if each.restricted else None,
                needs_release=of_police(each.agency) or each.source_id in theirs, part=_part_of(each),
                source_id=each.source_id if each.kind in KEPT_BY_KEY else None,
            )
            for each in entries
        ]  # fmt: skip
        items.append(
            ItemDraft(
                ItemKind.CHRONOLOGY, f"Events of {year}", source, None, entries[0].happened_on, None, texts
            )
        )
    return items


def health(record: WholeRecord) -> list[ItemDraft]:
    """What health agencies wrote, in full and in short. A child's health is not a parent's to read unasked."""
    held = None if record.request.asked_by == Requester.CHILD else Ground.INTERESTS
    notes = [
        (f"{each.get_topic_display()}, {each.agency.name}, {display_date(each.happened_on)}"[:200], each.text)
        for each in record.health
    ]
    told = [
        (f"In short, {each.agency.name}, {display_date(each.written_at)}"[:200], each.text)
        for each in record.health_summaries
    ]
    source = "cases.HealthNote"
    detail = passages(source, notes, held=held, part=Section.HEALTH)
    texts = [*detail, *passages("cases.HealthSummary", told, held=held)]
    return [ItemDraft(ItemKind.HEALTH, "Your health", source, passages=texts)] if texts else []


def documents(record: WholeRecord) -> list[ItemDraft]:
    """The list of files. Whoever brought one gives it out themselves: a file is not the portal's to cut."""
    source = "cases.Document"
    texts = []
    for each in record.documents:
        if not each.is_removed:
            label = f"A document from {each.agency.name}, {display_date(each.uploaded_at)}"
            words = titled(each.title, "\n".join(filter(None, [each.get_kind_display(), each.handling])))
            texts.append(PassageDraft(label[:200], words, source, needs_release=of_police(each.agency)))
    return [ItemDraft(ItemKind.DOCUMENT, "Documents on your record", source, passages=texts)]


def sharing(record: WholeRecord) -> list[ItemDraft]:
    """Which agencies see the record today and why, and when it was opened in an emergency.

    Why the police were given it, gave it or opened it tells what they look into: theirs to release.
    """
    held = [
        PassageDraft(
            f"{'One person at ' if each.is_person else ''}{each.agency.name if each.agency else 'a former partner'}",
            f"Since {display_date(each.granted_at)}. {each.source.label}.\n{each.reason}\n"
            f"{reference.label('lawful-basis', each.lawful_basis)}",
            "cases.CaseUserObjectPermission" if each.is_person else "cases.CaseGroupObjectPermission",
            needs_release=of_police(each.agency) or not record.police_officers.isdisjoint(_people_of(each)),
        )
        for each in record.access
    ]
    opened = [
        draft
        for each in record.emergencies
        for draft in passages(
            "cases.BreakGlass",
            [
                (
                    f"Opened in an emergency by {each.agency.name}, {display_date(each.opened_at)}",
                    f"{each.get_kind_display()}\n{each.reason}",
                )
            ],
            police=of_police(each.agency),
        )
    ]
    return [
        ItemDraft(
            ItemKind.SHARING, "Who sees your record", "cases.Case", record.case.pk,
            passages=[*held, *opened],
        )
    ]  # fmt: skip


def intelligence(record: WholeRecord) -> list[ItemDraft]:
    """An item for each report, without a word of it: the police say whether it may be given, and give it themselves."""
    source = "intelligence.IntelligenceReport"
    return [
        ItemDraft(
            ItemKind.INTELLIGENCE, "Information from the police", source, each.pk, local_date(each.issued_at), None,
            [
                PassageDraft(
                    "Information from the police",
                    f"The police hold a report about you from {display_date(each.issued_at)}. Ask them for it.",
                    source,
                    needs_release=True,
                    part=Section.INTELLIGENCE,
                )
            ],
        )
        for each in record.reports
    ]  # fmt: skip


def _of_police(record: WholeRecord) -> set[uuid.UUID]:
    """Rows the police answer for: what the chronology repeats of them waits for the police as they do themselves."""
    told = [each for each in record.concerns if of_police(each.author_agency)]
    judged = [each for each in record.assessments if of_police(each.author_agency)]
    brought = [each for each in record.documents if of_police(each.agency)]
    agreed = [each for each in record.actions if is_police_work(each)]
    looked_for = [each.episode for each in record.missing if of_police(each.episode.reporting_agency)]
    linked = [
        each.source_id for each in record.chronology if each.kind == EntryKind.INTELLIGENCE and each.source_id
    ]
    return {*(each.pk for each in (*told, *judged, *brought, *agreed, *looked_for)), *linked}


def _part_of(entry: ChronologyEntry) -> Section | None:
    """That the police know something is told with the intelligence itself; what is restricted, with that part."""
    return Section.INTELLIGENCE if entry.kind == EntryKind.INTELLIGENCE else kept_apart(entry.restricted)


def _people_of(access: Access) -> set[uuid.UUID]:
    """Whoever gave access, and whoever was given it by name, also where they have left their agency since."""
    return {access.granted_by.pk, access.holder.pk}


def _action(action: PlanAction) -> ItemDraft:
    """One that is not issued is of its meeting's record, and the goal it serves stays so: each by the meeting's key."""
    source = "mase.PlanAction"
    police, goal = is_police_work(action), action.goal
    where = action.pk if action.issued_at or action.meeting_id is None else action.meeting_id
    said = [
        ("What was agreed", action.text),
        ("How we shall know that it is done", action.measure_of_success),
        ("Who", action.agency.name),
        ("By when", display_date(action.due_on)),
    ]
    serves = [("For the safety goal", goal.text)] if goal else []
    became = [
        ("How it stands", action.get_state_display()),
        ("What came of it", action.outcome),
        ("What it changed for you", action.effect_on_child),
    ]
    held, part = Ground.RESTRICTED if action.restricted else None, kept_apart(action.restricted)
    updates = [
        draft for row in action.updates.all() for draft in _update(row, police or of_police(row.agency), held)
    ]
    title, day = f"Action: {PlanP(action.p).label}", local_date(action.issued_at)
    rules: Any = {"held": held, "police": police, "part": part}
    texts = [
        *passages(source, said, **rules),
        *passages(source, serves, meeting=goal.danger.meeting_id if goal else None, **rules),
        *passages(source, became, **rules),
        *updates,
    ]
    return ItemDraft(ItemKind.PLAN, title, source, where, day, action.agency, texts)


def _update(row: ActionUpdate, police: bool, apart: Ground | None) -> list[PassageDraft]:
    label = f"{row.get_kind_display()}, {row.agency.name}, {display_date(row.at)}"[:200]
    why_kept_apart = Ground.RESTRICTED if row.kind == UpdateKind.READERS else apart
    held = Ground.POLICE if police else why_kept_apart
    part = kept_apart(why_kept_apart == Ground.RESTRICTED)
    return passages("mase.ActionUpdate", [(label, row.text)], held=held, police=police, part=part)
