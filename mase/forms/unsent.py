"""The forms of a meeting's page as one person left them: what they typed and have not sent stands in its box again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mase.forms.meeting import Key, kept_form, section_form
from mase.forms.sections import SectionForm
from mase.models import TextSetAside
from mase.selectors.record import MeetingRecord, belongs

Beside = list[tuple[SectionForm, TextSetAside]]


@dataclass
class FormsShown:
    """Each part's form; the parts drawn as they were left; texts that stand beside a part; how many are not shown."""

    forms: dict[Key, SectionForm] = field(default_factory=dict)
    unsent: set[Key] = field(default_factory=set)
    beside: dict[Key, Beside] = field(default_factory=dict)
    waiting: int = 0


def forms_for(
    record: MeetingRecord, keys: Iterable[Key], own: Sequence[TextSetAside], *, shared: bool
) -> FormsShown:
    """The parts one person may write now, with their own texts; none of these on a screen that a room sees.

    What would be for professionals only stands there only while the restricted part does.
    """
    shown, seen = FormsShown(), 0
    for key in keys:
        shown.forms[key] = section_form(record, key)
        rows = [] if shared else [each for each in own if belongs(each, *key, record)]
        left = [(kept_form(record, key, each), each) for each in rows if each.token]
        left = [(form, each) for form, each in left if record.sees_restricted or not form.is_apart]
        beside: Beside = [(shown.forms[key], each) for each in rows if not each.token]
        seen += len(left) + len(beside)
        if left:
            form, _ = left.pop()
            shown.forms[key] = form
            shown.unsent.add(key)
        shown.beside[key] = [*beside, *left]
    shown.waiting = max(0, len(own) - seen)
    return shown
