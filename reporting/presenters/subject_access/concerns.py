"""Worries people told: what they saw, what they said of others, and what was decided."""

from cases.choices import (
    ConcernStep,
    Ground,
    HarmStatus,
    IndicatorTiming,
    ItemKind,
    Known,
    MentionKind,
)
from cases.models import Concern, ConcernIndicator
from cases.presenters.case import spaced
from cases.presenters.concern_answers import CHOICES, CODED, LABELS
from cases.selectors.concerns import STEP_FIELDS
from cases.services.subject_access import ItemDraft, PassageDraft
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_date, joined, local_date
from reporting.presenters.subject_access.child import address_ground
from reporting.presenters.subject_access.drafting import of_police, passages
from reporting.selectors.subject_access import WholeRecord

SOURCE = "cases.Concern"
PLACES = {"address", "postcode", "school"}
OTHERS = {"lives_with", "parent_view", "parent_told", "others_who_know"}
# Why somebody was not told may be what keeps a child safe from them.
HARMFUL = {"not_told_reason"}


def concerns(record: WholeRecord) -> list[ItemDraft]:
    """Each concern that was sent and became part of this record, by the agency it came from."""
    where = address_ground(record)
    return [_concern(each, where) for each in record.concerns]


def _concern(concern: Concern, where: Ground | None) -> ItemDraft:
    police = of_police(concern.author_agency)
    told = [
        draft
        for step in (ConcernStep.DANGER, ConcernStep.CHILD, ConcernStep.WORRY, ConcernStep.SHARING)
        for name in STEP_FIELDS[step]
        for draft in passages(
            SOURCE,
            [(LABELS[name], _words(name, getattr(concern, name)))],
            held=_ground(name, where),
            police=police,
        )
    ]
    return ItemDraft(
        kind=ItemKind.CONCERN,
        title=f"Concern {concern.reference}",
        source=SOURCE,
        source_id=concern.pk,
        happened_on=local_date(concern.submitted_at),
        agency=concern.author_agency,
        passages=[*told, *_rows(concern, police), *_decision(concern, police)],
    )


def _rows(concern: Concern, police: bool) -> list[PassageDraft]:
    """Signs, whoever and whatever was mentioned, and what was added later."""
    wordings = {each.code: each.wording for each in reference.indicators()}
    signs = [(wordings.get(each.code, each.code)[:200], _sign(each)) for each in concern.indicators.all()]
    mentioned = [
        (
            MentionKind(each.kind).label,
            "\n".join(filter(None, (each.name, each.get_part_display(), each.details))),
        )
        for each in concern.mentions.all()
    ]
    added = [(f"Added {display_date(each.added_at)}", each.text) for each in concern.addenda.all()]
    return [
        *passages("cases.ConcernIndicator", signs, police=police),
        *passages("cases.ConcernMention", mentioned, held=Ground.THIRD_PARTY, police=police),
        *passages("cases.ConcernAddendum", added, police=police),
    ]


def _decision(concern: Concern, police: bool) -> list[PassageDraft]:
    """What came of it. Of a concern of the police it tells what they had told, so it waits for them too."""
    decision = getattr(concern, "decision", None)
    if decision is None:
        return []
    said = [
        ("What was decided", decision.get_outcome_display()),
        ("Why", decision.rationale),
        ("What its author was told", decision.feedback),
        ("Who took it on", decision.responsible_agency.name if decision.responsible_agency else ""),
    ]
    return passages("cases.ConcernDecision", said, police=police)


def _ground(name: str, where: Ground | None) -> Ground | None:
    if name in PLACES:
        return where
    if name in OTHERS:
        return Ground.THIRD_PARTY
    return Ground.SERIOUS_HARM if name in HARMFUL else None


def _words(name: str, value: object) -> str:
    if value in ("", None, []):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name in CHOICES:
        return str({**dict(Known.choices), **dict(HarmStatus.choices)}[str(value)])
    if name in CODED:
        codes = value if isinstance(value, list) else [value]
        return joined(reference.label(CODED[name], str(code)) for code in codes)
    if name == "nhs_number":
        return spaced(str(value))
    return display_date(value) if hasattr(value, "year") else str(value)  # type: ignore[arg-type]


def _sign(row: ConcernIndicator) -> str:
    shown = row.evidence or row.timing in (IndicatorTiming.CURRENT, IndicatorTiming.EARLIER)
    return "\n".join(filter(None, [row.get_timing_display(), row.evidence])) if shown else ""
