"""Adding to the agenda of a CMOG by hand."""

from cse_portal.ui.forms import PortalForm, RadioField, TextField
from mase.choices import ADDED_BY_HAND, CmogKind
from mase.services.cmog_agenda import Wanted

# In which box each is named.
BOXES = {
    CmogKind.CHILD: "child", CmogKind.PERSON: "person", CmogKind.PLACE: "place", CmogKind.TOPIC: "topic",
}  # fmt: skip


class AddToCmogForm(PortalForm):
    """A child, person or place by its reference, or a topic; and why."""

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
        label="Reference of the person", max_length=30, width=20, required=False,
        help_text="You find it at the top of the person’s page.",
        required_when_shown="Enter the reference of the person",
    )  # fmt: skip
    place = TextField(
        label="Reference of the place", max_length=30, width=20, required=False,
        help_text="You find it at the top of the place’s page.",
        required_when_shown="Enter the reference of the place",
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

    @property
    def kind_named(self) -> CmogKind:
        """What it is about."""
        return CmogKind(self.cleaned_data["kind"])

    @property
    def wanted(self) -> Wanted:
        """As the service takes it."""
        return Wanted(self.kind_named, str(self.cleaned_data[self.box]), self.cleaned_data["because"])

    @property
    def box(self) -> str:
        """Where it is named."""
        return BOXES[self.kind_named]
