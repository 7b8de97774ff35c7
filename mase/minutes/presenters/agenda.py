"""The agenda in minutes: what was said under each item, and what stands elsewhere."""

from dataclasses import dataclass

from mase.meetings.choices import AgendaCode, RecordCode
from mase.meetings.models.agenda import AgendaItem
from mase.minutes.selectors.minutes import MinutesRecord
from mase.transition.selectors import AGENDA_CODE as TURNING_18

# These say something even when nobody wrote a note under them.
ALWAYS_PRINTED = (
    AgendaCode.PURPOSE, AgendaCode.OUTSTANDING, AgendaCode.VOICE, AgendaCode.AGENCIES, AgendaCode.SAFETY_MAP,
    AgendaCode.CATEGORY, AgendaCode.PLAN, AgendaCode.DISAGREEMENTS, AgendaCode.REVIEW_DATE,
)  # fmt: skip
# What is written under one item and printed under another: whose it is, and which.
ELSEWHERE = {
    AgendaCode.SCALE_CHANGE: ("The numbers", AgendaCode.SAFETY_MAP),
    RecordCode.STEP_DOWN: ("The answers to the checklist", AgendaCode.CATEGORY),
}


@dataclass(frozen=True)
class Section:
    """One item of the agenda."""

    number: int
    code: str
    title: str
    restricted: bool
    notes: str
    says: str
    empty: bool
    worded_by_chair: bool = False


def sections(found: MinutesRecord) -> list[Section]:
    """The agenda in order, each item as it is worded; the restricted items are marked.

    An item is empty where nothing was recorded under it anywhere.
    """
    agenda = found.record.agenda
    names = {item.code: f"{item.title} ({number})" for number, item in enumerate(agenda, start=1)}
    made = []
    for number, item in enumerate(agenda, start=1):
        wording = found.wordings.get(item.pk)
        words, says = wording.words if wording else item.notes, _says(item, found, names)
        said = words or says
        made.append(
            Section(
                number,
                item.code,
                item.title,
                item.restricted,
                words,
                says,
                empty=not said and item.code not in ALWAYS_PRINTED,
                worded_by_chair=wording is not None and wording.is_reworded,
            )  # fmt: skip
        )
    return made


def _says(item: AgendaItem, found: MinutesRecord, names: dict[str, str]) -> str:
    """Beside its notes: where the rest of it stands; of a child who turns 18, the steps as the meeting had them."""
    if item.code == TURNING_18:
        return str(item.guidance)
    if not found.record.is_filled_elsewhere(item.code):
        return ""
    if item.code == AgendaCode.INTRODUCTIONS:
        return "Who was there stands above."
    what, where = ELSEWHERE.get(item.code, ("", ""))  # type: ignore[call-overload]
    return f"{what} stand under {names[where]}." if where in names else ""
