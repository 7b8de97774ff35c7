"""The forms of a CMOG, its agenda and its items."""

from typing import Any

from django.utils import timezone

from cse_portal.accounts.models import Membership, User
from cse_portal.reference.selectors import choices, clock_rule
from cse_portal.ui.forms import (
    ConfirmField,
    DateField3,
    LongTextField,
    ModelCheckboxesField,
    MomentField,
    PortalForm,
    RadioField,
    SelectField,
    TextField,
)
from cse_portal.ui.presenters import display_date
from intelligence.disruption.services import Tactic
from mase.cmog.choices import ADDED_BY_HAND
from mase.cmog.selectors.cmog import agencies_for_actions
from mase.cmog.services.agenda import Wanted
from mase.cmog.services.cmog import CmogDetails
from mase.cmog.services.items import Said
from mase.meetings.choices import AttendanceCode, ItemKind
from mase.meetings.forms.agencies import APART, OPEN, USUAL, ActionForm, ChoiceOfAgencies
from mase.meetings.forms.sections import EditedForm
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.services.attendance import Came

READ_BY_OF_NO_CHILD = [
    (
        USUAL,
        "As usual: Pursue and Prosecute the CSE team and police intelligence, Prevent and Protect everybody",
    ),
    (OPEN, "Everybody who sees this item"),
    (APART, "The CSE team and police intelligence, where they see this item"),
]


class PeopleField(ModelCheckboxesField):
    """People with their agency."""

    def label_from_instance(self, obj: Membership) -> str:
        """Health: Hannah Okafor, Named nurse."""
        job = f", {obj.user.job_title}" if obj.user.job_title else ""
        return f"{obj.agency.short_name}: {obj.user.full_name}{job}"


class CmogForm(PortalForm):
    """The day, the place and the chair."""

    scheduled_for = MomentField(label="Date and time", future=True)
    place = TextField(label="Place", required_error="Say where people meet, or that it is online")
    chair = SelectField(label="Chair", help_text="A CSE Team Manager.")

    def __init__(self, *args: Any, chairs: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chairs = {str(person.pk): person for person in chairs}
        self.fields["chair"].choices = [(key, person.full_name) for key, person in self.chairs.items()]  # type: ignore[attr-defined]

    @property
    def details(self) -> CmogDetails:
        """As the service takes it."""
        given = self.cleaned_data
        return CmogDetails(given["scheduled_for"], given["place"], self.chairs[given["chair"]])

    @staticmethod
    def values_of(meeting: Meeting) -> dict[str, Any]:
        """The CMOG as it stands."""
        return {
            "scheduled_for": meeting.scheduled_for,
            "place": meeting.place,
            "chair": str(meeting.chair_id),
        }


class ChangeCmogForm(CmogForm):
    """Another day, place or chair, and why."""

    reason = TextField(label="Why does it change?", max_length=500, required_error="Say why it changes")


class CancelCmogForm(PortalForm):
    """Why it is not held."""

    reason = TextField(label="Why is it cancelled?", max_length=500, required_error="Say why it is cancelled")


class GuestsForm(PortalForm):
    """Who is asked by name."""

    people = PeopleField(
        None, label="Who is asked?", small=True,
        help_text="The CSE team and the police intelligence unit sit on every CMOG. Anybody else is asked to one. It "
        "opens no child’s case to them: each sees the items about children, people and places they may see anyway.",
        required_error="Choose whom to ask",
    )  # fmt: skip

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]


class CmogAttendanceForm(PortalForm):
    """Y, A, D, N or R for each agency that sits on every CMOG, and for everyone invited."""

    def __init__(self, *args: Any, invitations: list[Invitation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitations = invitations
        for each in invitations:
            came = getattr(each, "attendance", None)
            self.fields[f"code_{each.pk.hex}"] = SelectField(
                label=f"{each.person.full_name}, {each.agency_name}" if each.person else each.agency_name,
                choices=AttendanceCode.choices,
                blank="Not marked yet", required=False, initial=came.code if came else "",
            )  # fmt: skip
            self.fields[f"who_{each.pk.hex}"] = TextField(
                label="Who came, if somebody else" if each.person else "Who came for them",
                max_length=150, required=False, label_size="",
                initial=came.who_came if came else "",
            )  # fmt: skip

    @property
    def answers(self) -> dict[Any, Came]:
        """Only those who were marked."""
        given = self.cleaned_data
        return {
            each.pk: Came(AttendanceCode(code), given[f"who_{each.pk.hex}"] or "")
            for each in self.invitations
            if (code := given[f"code_{each.pk.hex}"])
        }


class SaidForm(EditedForm):
    """What is said about an item, and what is decided."""

    notes = LongTextField(label="What was said", max_length=20_000, rows=5, required=False)
    decision = LongTextField(
        label="What is decided",
        max_length=8000,
        rows=3,
        required=False,
        help_text="In a sentence or two. About a child, it is added to the child’s chronology when the CMOG ends.",
    )
    button = "Save"

    @property
    def said(self) -> Said:
        """As the service takes it."""
        return Said(self.cleaned_data["notes"] or "", self.cleaned_data["decision"] or "")


class DeferForm(PortalForm):
    """Why it waits."""

    reason = TextField(
        label="Why does it wait until next month?", max_length=500, required_error="Say why it waits"
    )


class CmogActionForm(ActionForm):
    """One action agreed at a CMOG, for a child or about what else the item is about."""

    def __init__(self, *args: Any, may_restrict: bool, of_a_child: bool = True, **kwargs: Any) -> None:
        super().__init__(
            *args, agencies=agencies_for_actions(), goals={}, may_restrict=may_restrict, **kwargs
        )
        del self.fields["goal"]
        if not of_a_child:
            self._name_no_child()

    def _name_no_child(self) -> None:
        """Anyone who does it reads the action alone: not the item it is agreed under, nor what was said there."""
        fields: dict[str, Any] = self.fields
        fields["text"].help_text = (
            "Something that can be seen to be done. Anyone who does it may not see this item: say here where, and all "
            "else they need. Everybody at their agency who works with children reads it. Name no child."
        )
        fields["measure_of_success"].help_text = "What will be different, and how anybody can see that."
        by = display_date(clock_rule("ACTION_NAMED").due(timezone.now()))
        fields["owner"].help_text = f"If nobody is named, the agency must name someone by {by}."
        fields["read_by"].choices = READ_BY_OF_NO_CHILD

    @property
    def agreed(self) -> Any:
        """As the service takes it."""
        self.cleaned_data["goal"] = ""
        return super().agreed


class DisruptionForm(ChoiceOfAgencies, PortalForm):
    """A tactic against a person or place of concern."""

    tactic = SelectField(
        label="Tactic", choices=lambda: choices("disruption-tactic"), blank="Choose a tactic"
    )
    text = LongTextField(
        label="What is to be done", max_length=2000, rows=3, required_error="Say what is to be done",
        help_text="By whom, when it is looked at again, and what it means for a child. Name no child here.",
    )  # fmt: skip
    agency = SelectField(label="Agency", help_text="Somebody there must be able to see this person or place.")
    due_on = DateField3(
        label="To be in force by", future=True, required_error="Say by when it is to be in force",
        help_text="The agency is reminded of it, and it is on each CMOG until it is in force or not used after all.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer(self.fields["agency"], agencies_for_actions())
        self.fields["due_on"].initial = clock_rule("DISRUPTION_DUE").due(timezone.localdate())

    @property
    def agreed(self) -> Tactic:
        """As the service takes it."""
        given = self.cleaned_data
        return Tactic(given["tactic"], given["text"], self.agencies[given["agency"]], given["due_on"])


class EndCmogForm(PortalForm):
    """What ends a CMOG."""

    sure = ConfirmField(
        label="The record is as it should be. It cannot be changed afterwards.",
        required_error="Tick the box to say that the record is as it should be",
    )


# In which box each is named.
BOXES = {
    ItemKind.CHILD: "child", ItemKind.PERSON: "person", ItemKind.PLACE: "place", ItemKind.TOPIC: "topic",
}  # fmt: skip


class AddToCmogForm(PortalForm):
    """A child, person or place by its reference, or a topic; and why."""

    kind = RadioField(
        label="What is it about?",
        choices=[(each, each.label) for each in ADDED_BY_HAND],
        hints={ItemKind.TOPIC: "Something that names nobody. Everybody at the CMOG reads it."},
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
    def kind_named(self) -> ItemKind:
        """What it is about."""
        return ItemKind(self.cleaned_data["kind"])

    @property
    def wanted(self) -> Wanted:
        """As the service takes it."""
        return Wanted(self.kind_named, str(self.cleaned_data[self.box]), self.cleaned_data["because"])

    @property
    def box(self) -> str:
        """Where it is named."""
        return BOXES[self.kind_named]
