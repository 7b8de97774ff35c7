"""The agenda in minutes: what was said under each item, and what stands elsewhere."""

from dataclasses import dataclass

from mase.meetings.choices import AgendaCode, RecordCode
from mase.meetings.models.agenda import AgendaItem
from mase.minutes.selectors.minutes import MinutesRecord
from mase.transition.selectors import AGENDA_CODE as TURNING_18

# What comes first after the decision and the plan, in this order, whatever the meeting's own.
FIRST = (AgendaCode.VOICE, AgendaCode.AGENCIES, AgendaCode.SAFETY_MAP)
# What is written under one item and printed under another: whose it is, and which.
ELSEWHERE = {
    AgendaCode.SCALE_CHANGE: ("The numbers", AgendaCode.SAFETY_MAP),
    RecordCode.STEP_DOWN: ("The answers to the checklist", AgendaCode.CATEGORY),
}


@dataclass(frozen=True)
class Section:
    """One item of the agenda."""

    code: str
    title: str
    restricted: bool
    notes: str
    says: str
    worded_by_chair: bool = False


def sections(found: MinutesRecord) -> list[Section]:
    """The items under which anything was recorded, each as it is worded; the child's voice whatever was.

    What the first page has is left out, but for notes on it.
    """
    record = found.record
    filled = {code for code in FIRST if record.is_filled_elsewhere(code)} | {AgendaCode.VOICE}
    if any(each.earlier for each in found.actions):
        filled.add(AgendaCode.OUTSTANDING)
    if record.step_down_points or record.decision and record.decision.exploitation_models:
        filled.add(AgendaCode.CATEGORY)
    titles = {item.code: item.title for item in record.agenda}
    made = []
    for item in record.agenda:
        wording = found.wordings.get(item.pk)
        words, says = wording.words if wording else item.notes, _says(item, found, titles)
        if words or says or item.code in filled:
            worded = wording is not None and wording.is_reworded
            made.append(Section(item.code, item.title, item.restricted, words, says, worded_by_chair=worded))
    return sorted(made, key=lambda each: FIRST.index(each.code) if each.code in FIRST else len(FIRST))


def _says(item: AgendaItem, found: MinutesRecord, titles: dict[str, str]) -> str:
    """Beside its notes: where the rest of it stands; of a child who turns 18, the steps as the meeting had them."""
    if item.code == TURNING_18:
        return str(item.guidance)
    what, where = ELSEWHERE.get(item.code, ("", ""))  # type: ignore[call-overload]
    if where not in titles or not found.record.is_filled_elsewhere(item.code):
        return ""
    return f"{what} stand under {titles[where]}."
