"""Who gets the minutes: everybody on the list has a tick; whoever loses theirs is left out, with a reason."""

import uuid
from copy import copy
from dataclasses import dataclass
from typing import Any, cast

from cse_portal.ui.forms import ConfirmField, HiddenField, LongTextField, PortalBoundField, PortalForm
from mase.presenters.circulation import RecipientWords, recipient_words
from mase.selectors.circulation import Recipient

GREW = "Somebody has come onto this list since you opened the page. Look at it again, then press the button."


@dataclass(frozen=True)
class Line:
    """One recipient, with the box and the reason; neither for whoever stays on the list."""

    words: RecipientWords
    gets: PortalBoundField | None
    why: PortalBoundField | None


class CirculationForm(PortalForm):
    """A tick and a reason for each recipient who may be left out.

    `seen` are those the page listed: nobody is sent minutes, or left out of them, whom the chair has not read there.
    """

    seen = HiddenField(required=False, max_length=100_000)

    def __init__(self, *args: Any, recipients: list[Recipient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recipients = recipients
        self.choosable = [each for each in recipients if each.stays is None]
        self.initial["seen"] = " ".join(each.holder.pk.hex for each in recipients)
        for each in self.choosable:
            key = each.holder.pk.hex
            self.fields[f"gets_{key}"] = ConfirmField(
                label=each.name, required=False, small=True, initial=True
            )
            self.fields[f"why_{key}"] = LongTextField(
                label=f"Why {each.within_a_sentence} is left out",
                max_length=500,
                rows=2,
                required=False,
                label_size="",
            )
        if self.is_bound and self.quiet:
            self._list_all()

    def clean(self) -> dict[str, Any]:
        """A reason for each who is left out, and none typed for somebody who is not."""
        given = super().clean() or self.cleaned_data
        if new := self._not_seen():
            self.add_error(None, GREW)
        for each in self.choosable:
            gets, why = f"gets_{each.holder.pk.hex}", f"why_{each.holder.pk.hex}"
            if each in new or why in self.errors:
                continue
            if not given.get(gets) and not given.get(why):
                self.add_error(why, f"Say why {each.within_a_sentence} does not get the minutes")
            elif given.get(gets) and given.get(why):
                self.add_error(
                    gets, f"Take the tick away to leave {each.within_a_sentence} out, or clear the reason"
                )
        if self.errors:
            self._list_all()
        return given

    def _not_seen(self) -> list[Recipient]:
        """Who has come onto the list since the page was drawn."""
        seen = set(str(self.data.get(self.add_prefix("seen")) or "").split())
        return [each for each in self.recipients if each.holder.pk.hex not in seen]

    def _list_all(self) -> None:
        """The page that comes back lists everybody there is, the new ones with their tick."""
        new, self.data = self._not_seen(), cast(Any, copy(self.data))
        self.data[self.add_prefix("seen")] = self.initial["seen"]  # type: ignore[index]
        for each in new:
            self.data[self.add_prefix(f"gets_{each.holder.pk.hex}")] = "on"  # type: ignore[index]

    @property
    def lines(self) -> list[Line]:
        """As the page draws them."""
        return [
            Line(
                recipient_words(each),
                self._field(f"gets_{each.holder.pk.hex}"),
                self._field(f"why_{each.holder.pk.hex}"),
            )
            for each in self.recipients
        ]

    @property
    def leaving_out(self) -> dict[uuid.UUID, str]:
        """The keys of those who lost their tick, each with the reason."""
        given = self.cleaned_data
        return {
            each.holder.pk: given[f"why_{each.holder.pk.hex}"]
            for each in self.choosable
            if not given[f"gets_{each.holder.pk.hex}"]
        }

    def _field(self, name: str) -> PortalBoundField | None:
        return cast(PortalBoundField, self[name]) if name in self.fields else None
