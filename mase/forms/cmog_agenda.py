"""Adding to the agenda of a CMOG by hand."""

from collections.abc import Sequence
from typing import Any

from cse_portal.ui.forms import HiddenField, PortalForm, RadioField, TextField
from mase.choices import ADDED_BY_HAND, CmogKind
from mase.services.cmog_agenda import Wanted

# In which box each is named.
BOXES = {
    CmogKind.CHILD: "child", CmogKind.PERSON: "person", CmogKind.PLACE: "place", CmogKind.TOPIC: "topic",
}  # fmt: skip
WHICH = {CmogKind.PERSON: "Which person do you mean?", CmogKind.PLACE: "Which place do you mean?"}


class AddToCmogForm(PortalForm):
    """A child by its reference, a person or place by its reference or name, or a topic; and why.

    A name is answered with a choice of those it may mean, on the same page: `offer`. `was` carries the words that the
    choice answers, so that another name is another search.
    """

    kind = RadioField(
        label="What is it about?",
        choices=[(each, each.label) for each in ADDED_BY_HAND],
        hints={CmogKind.TOPIC: "Something that names nobody. Everybody at the CMOG reads it."},
        reveals={kind.value: box for kind, box in BOXES.items()},
        required_error="Say what it is about",
    )
    child = TextField(
        label="Reference of the case", max_length=30, width=20, required=False,
        help_text="Like CSE-2026-00042. You find it at the top of the case.",
        required_when_shown="Enter the reference of the case",
    )  # fmt: skip
    person = TextField(
        label="Reference of the person, or part of a name", max_length=100, required=False,
        help_text="A first name, a family name, a nickname or part of one. You choose among those you may see.",
        required_when_shown="Enter the reference or part of the name of the person",
    )  # fmt: skip
    place = TextField(
        label="Reference of the place, or part of its name or address", max_length=100, required=False,
        help_text="A street, a shop, a postcode or part of one. You choose among those you may see.",
        required_when_shown="Enter the reference or part of the name or address of the place",
    )  # fmt: skip
    topic = TextField(
        label="Topic", max_length=150, required=False, help_text="Name no child, person or place.",
        required_when_shown="Say what is to be talked about",
    )  # fmt: skip
    because = TextField(
        label="Why is it on the agenda?", max_length=500,
        help_text="In a sentence. Everybody who sees the item reads it: of a person, a place or a topic name no child.",
        required_error="Say why it is on the agenda",
    )  # fmt: skip
    was = HiddenField(max_length=120, required=False)

    def offer(self, found: Sequence[tuple[str, str, str]], *, more: bool) -> None:
        """Ask which one is meant: (reference, name, what else tells them apart) of each.

        An answer already given is kept; none given to the same question a second time is asked for.
        """
        asked = f"{self.kind_named}:{self.named}"
        which = RadioField(
            label=WHICH[self.kind_named], choices=[(key, name) for key, name, _ in found],
            hints={key: rest for key, _, rest in found}, required=False,
            help_text=f"There are more than these {len(found)}. If it is none of them, type more below."
            if more
            else "If it is none of them, change what you typed below.",
        )  # fmt: skip
        self.fields = {"choice": which, **self.fields}
        answer = self.data.get("choice", "")
        self.cleaned_data["choice"] = answer if answer in {key for key, _, _ in found} else ""
        if not self.cleaned_data["choice"] and self.cleaned_data["was"] == asked:
            self.add_error("choice", "Choose which one you mean, or change what you typed")
        posted: Any = self.data
        self.data = {**posted.dict(), "was": asked}

    @property
    def chosen(self) -> str:
        """The reference of the one that is meant, where that was asked and answered."""
        return str(self.cleaned_data.get("choice", ""))

    @property
    def kind_named(self) -> CmogKind:
        """What it is about."""
        return CmogKind(self.cleaned_data["kind"])

    @property
    def named(self) -> str:
        """As it was typed."""
        return str(self.cleaned_data[self.box])

    @property
    def wanted(self) -> Wanted:
        """As the service takes it."""
        return Wanted(self.kind_named, self.chosen or self.named, self.cleaned_data["because"])

    @property
    def box(self) -> str:
        """Where it is named."""
        return BOXES[self.kind_named]
