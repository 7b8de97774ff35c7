"""Where agencies did not agree about the child: what each said, and what came of it."""

from cases.choices import ItemKind
from cases.services.subject_access import ItemDraft, PassageDraft
from cse_portal.ui.presenters import display_date, local_date
from mase.models import Disagreement
from reporting.presenters.subject_access.drafting import of_police, passages, worded
from reporting.selectors.subject_access import WholeRecord

SOURCE = "mase.Disagreement"


def disagreements(record: WholeRecord) -> list[ItemDraft]:
    """Each by itself, among the meetings; what the police said is the police's to release."""
    return [_disagreement(each) for each in record.disagreements]


def _disagreement(row: Disagreement) -> ItemDraft:
    sides = f"{row.agency.name} did not agree with {row.against.name}"
    about = [("What it was about", worded("escalation-issue", row.issue)), (sides[:200], row.about)]
    said = [
        *passages(SOURCE, about, police=of_police(row.agency)),
        *_stages(row),
        *_answers(row),
        *passages(
            SOURCE,
            [
                ("How it stands", row.get_state_display()),
                ("What came of it", row.outcome),
                ("What was learned", row.learning),
            ],
        ),
    ]
    return ItemDraft(
        ItemKind.MEETING, "Agencies that did not agree", SOURCE, row.pk, local_date(row.raised_at), None, said
    )


def _stages(row: Disagreement) -> list[PassageDraft]:
    return [
        draft
        for each in row.stages.all()
        for draft in passages(
            "mase.DisagreementStage",
            [(f"{each.get_cause_display()}, {display_date(each.started_at)}"[:200], each.reason)],
        )
    ]


def _answers(row: Disagreement) -> list[PassageDraft]:
    return [
        draft
        for each in row.answers.all()
        for draft in passages(
            "mase.DisagreementAnswer",
            [(f"What {each.agency.name} said, {display_date(each.at)}"[:200], each.text)],
            police=of_police(each.agency),
        )
    ]
