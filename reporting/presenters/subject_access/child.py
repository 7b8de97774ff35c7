"""Who the child is, the work with them, and the assessments of it."""

from cases.choices import Ground, HarmStatus, IndicatorTiming, ItemKind, Requester, RiskCategory
from cases.models import AssessmentAnswer, CategoryDecision, Episode, RiskAssessment
from cases.presenters.case import spaced
from cases.services.subject_access import ItemDraft, PassageDraft
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_date, joined, local_date
from reporting.presenters.subject_access.drafting import of_police, passages, worded
from reporting.selectors.subject_access import WholeRecord

# Whoever asks, where the child lives is not told by a bundle that goes astray.
KEEPS_ADDRESS = {"ADDRESS_CONFIDENTIAL", "WITNESS_PROTECTION"}


def address_ground(record: WholeRecord) -> Ground | None:
    """Why where the child lives and learns begins left out: somebody else asks, or the place is confidential."""
    kept = record.case.restricted_reason in KEEPS_ADDRESS or record.hides_home
    return Ground.ADDRESS if kept or record.request.asked_by != Requester.CHILD else None


def identity(record: WholeRecord) -> ItemDraft:
    """Names, numbers, and where the child lives."""
    child, source = record.case.child, "cases.Child"
    age = " (estimated)" if child.date_of_birth_estimated else ""
    first = [
        ("Name", f"{child.given_name} {child.family_name}"),
        ("Date of birth", f"{display_date(child.date_of_birth)}{age}" if child.date_of_birth else ""),
        ("Sex", worded("sex", child.sex)),
        ("Ethnicity", worded("ethnicity", child.ethnicity)),
        ("Disabilities", joined(worded("disability", code) for code in child.disabilities)),
        ("First language", child.first_language),
        ("NHS number", spaced(child.nhs_number)),
        ("Unique pupil number", child.upn),
        ("Legal status", worded("legal-status-group", child.legal_status)),
        ("Placing authority", child.placing_authority),
    ]
    home = [
        ("Address", child.address),
        ("Postcode", child.postcode),
        ("Ward", worded("ward", child.ward)),
        ("School, college or training", child.school),
    ]
    aliases = joined(alias.name for alias in record.aliases)
    return ItemDraft(
        ItemKind.IDENTITY,
        "Who you are",
        source,
        child.pk,
        local_date(child.created_at),
        passages=[
            *passages(source, first),
            *passages("cases.ChildAlias", [("Also known as", aliases)]),
            *passages(source, home, held=address_ground(record)),
            *passages(source, [("Lives with", child.lives_with)], held=Ground.THIRD_PARTY),
        ],
    )


def work(record: WholeRecord) -> list[ItemDraft]:
    """The case as it stands, each period of work, and each category that was confirmed."""
    case, source = record.case, "cases.Case"
    now = [
        ("Reference", case.reference),
        ("How the work stands", case.get_status_display()),
        ("Led by", case.lead_agency.name),
        ("Lead professional", case.lead_professional.full_name if case.lead_professional else ""),
        ("Category", case.get_category_display()),
        ("Harm", case.get_harm_status_display()),
        (
            "Kinds of exploitation",
            joined(worded("exploitation-model", each) for each in case.exploitation_models),
        ),
        ("Next review", display_date(case.next_review_on)),
    ]
    restricted = [
        ("Why only named people see this record", worded("restricted-reason", case.restricted_reason))
    ]
    present = [*passages(source, now), *passages(source, restricted, held=Ground.SERIOUS_HARM)]
    return [
        ItemDraft(
            ItemKind.CASE, "Your record now", source, case.pk, local_date(case.opened_at), None, present
        ),
        *(_episode(each) for each in record.episodes),
        *(_decision(each) for each in record.decisions),
    ]


def assessments(record: WholeRecord) -> list[ItemDraft]:
    """Each assessment with the professional's judgement and every answer."""
    return [_assessment(each) for each in record.assessments]


def _episode(row: Episode) -> ItemDraft:
    closed = display_date(row.closed_at)
    said = [
        ("Began", display_date(row.opened_at)),
        ("Why", row.opening_reason),
        ("Ended", closed),
        ("Why it ended", worded("closure-reason", row.closing_code)),
        ("What was written about that", row.closing_reason),
        ("Checked before it ended", joined(worded("step-down", each["code"]) for each in row.checklist)),
    ]
    day = local_date(row.opened_at)
    return ItemDraft(
        ItemKind.CASE, "A period of work", "cases.Episode", row.pk, day, None, passages("cases.Episode", said)
    )


def _decision(row: CategoryDecision) -> ItemDraft:
    said = [
        ("Category", RiskCategory(row.category).label),
        ("Before", RiskCategory(row.previous_category).label),
        ("Harm", HarmStatus(row.harm_status).label),
        ("Decided in", row.get_source_display()),
        ("Why", row.rationale),
    ]
    source = "cases.CategoryDecision"
    return ItemDraft(
        ItemKind.ASSESSMENT, "A category was confirmed", source, row.pk, local_date(row.decided_at), None,
        passages(source, said),
    )  # fmt: skip


def _assessment(row: RiskAssessment) -> ItemDraft:
    police, source = of_police(row.author_agency), "cases.RiskAssessment"
    said = [
        (
            "What the tool’s points give",
            f"{row.get_indicative_category_display()} ({row.indicative_total} points)",
        ),
        ("The professional’s judgement", row.get_professional_category_display()),
        ("Why they differ", row.difference_reason),
        ("Harm", row.get_harm_status_display()),
        ("What was written", row.narrative),
    ]
    wordings = {each.code: each.wording for each in reference.indicators()}
    answers = [_answer(each, wordings, police) for each in row.answers.all() if _says_something(each)]
    return ItemDraft(
        ItemKind.ASSESSMENT, "Risk assessment", source, row.pk, local_date(row.assessed_at), row.author_agency,
        [*passages(source, said, police=police), *answers],
    )  # fmt: skip


def _answer(row: AssessmentAnswer, wordings: dict[str, str], police: bool) -> PassageDraft:
    words = "\n".join(filter(None, [row.get_timing_display(), row.evidence]))
    return PassageDraft(
        wordings.get(row.code, row.code)[:200], words, "cases.AssessmentAnswer", needs_release=police
    )


def _says_something(row: AssessmentAnswer) -> bool:
    return bool(row.evidence) or row.timing in (IndicatorTiming.CURRENT, IndicatorTiming.EARLIER)
