"""Which hot spots to show."""

from typing import Any
from urllib.parse import urlencode

from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import CheckboxesField, FilterForm, HiddenField, RadioField, SelectField
from intelligence.hotspots.selectors import NO_HOUR, Hour, Source, Span

HOURS = {f"{day}-{band}": (day, band) for day in range(7) for band in range(12)} | {"none": NO_HOUR}


class HotspotFilter(FilterForm):
    """The period and what is counted; a ward or an hour is chosen on the pictures."""

    period = RadioField(label="Period", choices=Span.choices, small=True)
    source = CheckboxesField(label="Drawn from", choices=Source.choices)
    ward = SelectField(label="Ward", blank="All wards", choices=lambda: choices("ward"))
    hour = HiddenField(label="Hour", max_length=5)

    @property
    def span(self) -> Span:
        """The period; 90 days where none is chosen."""
        return Span(int(self.answers.get("period", Span.QUARTER)))

    @property
    def sources(self) -> list[Source]:
        """What is counted: everything where nothing is chosen."""
        return [Source(each) for each in self.answers.get("source", Source.values)]

    @property
    def chosen_hour(self) -> Hour | None:
        """The weekday and the two hours, or what has none; nothing where the address names none that there is."""
        return HOURS.get(self.answers.get("hour", ""))

    def address(self, what: str, which: str) -> str:
        """This page with one ward or one hour chosen, and the rows behind it."""
        kept: dict[str, Any] = {
            name: self.answers[name] for name in ("period", "source") if name in self.answers
        }
        return f"?{urlencode({**kept, what: which}, doseq=True)}#rows"
