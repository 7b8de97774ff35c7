"""What was recorded on the way to adult services."""

from cases.choices import ItemKind
from cases.services.subject_access import ItemDraft
from cse_portal.ui.presenters import display_date, local_date
from mase.models import TransitionEntry
from mase.presenters.transition import CODES
from reporting.presenters.subject_access.drafting import of_police, passages, worded
from reporting.selectors.subject_access import WholeRecord

SOURCE = "mase.TransitionEntry"


def transition(record: WholeRecord) -> list[ItemDraft]:
    """One item, each entry a text, the police's theirs to release."""
    texts = [
        draft
        for each in record.transition
        for draft in passages(SOURCE, [_said(each)], police=of_police(each.agency))
    ]
    first = local_date(record.transition[0].recorded_at) if record.transition else None
    return [ItemDraft(ItemKind.PLAN, "When you turn 18", SOURCE, None, first, None, texts)] if texts else []


def _said(each: TransitionEntry) -> tuple[str, object]:
    label = f"{each.get_part_display()}, {each.agency.name}, {display_date(each.recorded_at)}"
    code = next(
        (worded(name, each.code) for part, name in CODES.items() if part == each.part and each.code), ""
    )
    return label[:200], "\n".join(filter(None, [display_date(each.happened_on), code, each.text]))
