"""What each CMOG said of the child, or of an action for them."""

from collections.abc import Iterable

from cases.choices import Ground, ItemKind
from cases.services.subject_access import ItemDraft, PassageDraft
from cse_portal.accounts.models import Agency
from cse_portal.ui.presenters import display_date, local_date
from mase.models import CmogItem
from mase.presenters.cmog import why_words
from reporting.presenters.subject_access.drafting import is_police_work, kept_apart, of_police, passages


def cmog_item(item: CmogItem) -> ItemDraft:
    """What professionals alone said, of people of concern too: it begins left out, and each text is decided on.

    Said of an action, it is read and released as the action itself is: kept apart with it, and the police's with it.
    """
    source, day = "mase.CmogItem", local_date(item.meeting.scheduled_for)
    why = ". ".join(why_words(item, item.meeting))
    about = [("About the action", item.action.text)] if item.action else []
    said = [
        *about, ("Why you were talked about", why),
        ("Why somebody put you on the agenda", item.added_because), ("What was said", item.notes),
        ("What was decided", item.decision), ("Why it was put off", item.deferred_reason),
    ]  # fmt: skip
    drafts = [*_told(item, source, said), *_minutes(item)]
    return ItemDraft(ItemKind.MEETING, "CMOG, a meeting of professionals", source, item.pk, day, None, drafts)


def _minutes(item: CmogItem) -> list[PassageDraft]:
    """What its minutes say of the child, said before that, and what was objected to, answered and added later."""
    drafts: list[PassageDraft] = []
    wording = getattr(item, "wording", None)
    says = wording.text if wording else item.notes
    if wording:
        drafts += _told(item, "mase.CmogWording", [("The minutes say", says)])
    for sent in item.sent.all():
        if sent.words != says:
            told = [(f"Version {sent.version.number} of the minutes said", sent.words)]
            drafts += _told(item, "mase.CmogSentWords", told)
    for each in item.objections.all():
        said = [(f"{each.agency.name} objected to the minutes"[:200], each.text), ("The answer", each.answer)]
        drafts += _told(item, "mase.CmogMinutesObjection", said, by=each.agency)
    for added in item.addenda.all():
        said = [(f"Added to the minutes on {display_date(added.at)}", added.text)]
        drafts += _told(item, "mase.CmogMinutesAddendum", said)
    return drafts


def _told(
    item: CmogItem, source: str, said: Iterable[tuple[str, object]], *, by: Agency | None = None
) -> list[PassageDraft]:
    action = item.action
    police = of_police(by) or (action is not None and is_police_work(action))
    part = kept_apart(action is not None and action.restricted)
    return passages(source, said, held=Ground.RESTRICTED, police=police, part=part)
