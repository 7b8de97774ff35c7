"""The form of each record of this part; an event or a measure belongs to an investigation of the case."""

from typing import Any

from cases.court.models import Investigation
from cases.record.forms import RecordForm


class CourtForm(RecordForm):
    """Begins with what is recorded; how the days fit together is checked by the service."""

    def __init__(self, *args: Any, row: Any, without: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, row=row, without=("code", *without), **kwargs)
        self.only: Investigation | None = None
        if "investigation" in self.fields:
            offered = Investigation.objects.filter(case=row.case)
            self.fields["investigation"].queryset = offered  # type: ignore[attr-defined]
            if len(offered) == 1:
                self.only = offered[0]
                del self.fields["investigation"]

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it: an event of the one investigation, where there is no choice."""
        return super().said | ({"investigation": self.only} if self.only else {})
