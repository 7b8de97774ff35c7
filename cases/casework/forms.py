"""Writing down who the child is and who leads the case; closing and re-opening it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from cases.casework.services import IDENTITY_FIELDS, TRANSFERRED, Check
from cases.concerns.forms.numbers import clean_nhs_number, clean_postcode, clean_upn
from cases.record.forms import VersionedForm
from cases.record.models.case import Case
from cases.record.models.child import Child
from cases.record.selectors import caseworkers
from cases.sharing.forms import LawfulBasisField, start_with_usual_basis
from cse_portal.accounts.models import Membership, User
from cse_portal.reference import selectors as reference
from cse_portal.ui import forms

MOST_WORDS = 60


class PictureForm(forms.PortalForm):
    """How things are with the child now, in a few sentences."""

    text = forms.LongTextField(
        label="Current picture", max_length=600, rows=5, required_error="Write how things are now",
        help_text="At most 60 words: what is better, what worries you, what helps.",
    )  # fmt: skip

    def clean_text(self) -> str:
        """Short enough to be read at once."""
        text: str = self.cleaned_data["text"]
        if (words := len(text.split())) > MOST_WORDS:
            raise ValidationError(
                f"Current picture: use at most {MOST_WORDS} words. You have written {words}."
            )
        return text


class IdentityForm(VersionedForm):
    """Everything known of who the child is. All of it may be unknown; nothing is required but a name of some kind."""

    given_name = forms.TextField(label="First names", max_length=100, required=False, width=20)
    family_name = forms.TextField(label="Last name", max_length=100, required=False, width=20)
    known_as = forms.TextField(
        label="Known as", max_length=100, required=False, width=20,
        help_text="The name they use themselves, and want everybody to use who works with them",
    )  # fmt: skip
    pronouns = forms.TextField(
        label="Pronouns", max_length=40, required=False, width=10,
        help_text="Only if they want them used, like they/them",
    )  # fmt: skip
    date_of_birth = forms.DateField3(label="Date of birth", past=True, required=False)
    date_of_birth_estimated = forms.ConfirmField(
        label="The date of birth is estimated", required=False, small=True
    )
    sex = forms.SelectField(label="Sex", blank="Not known", required=False)
    ethnicity = forms.SelectField(label="Ethnicity", blank="Not known", required=False)
    disabilities = forms.CheckboxesField(label="Disabilities", required=False)
    first_language = forms.TextField(label="First language", max_length=60, required=False, width=20)
    nhs_number = forms.TextField(
        label="NHS number", max_length=20, required=False, width=10, help_text="10 digits, like 999 000 0018"
    )
    upn = forms.TextField(label="Unique pupil number", max_length=13, required=False, width=20)
    lives_with = forms.TextField(label="Lives with", required=False)
    address = forms.TextField(label="Address", max_length=300, required=False)
    postcode = forms.TextField(label="Postcode", max_length=8, required=False, width=10)
    ward = forms.SelectField(label="Ward", blank="Not known", required=False)
    legal_status = forms.SelectField(label="Legal status", blank="Not known", required=False)
    placing_authority = forms.TextField(
        label="Placing authority", max_length=100, required=False,
        help_text="If another local authority placed the child here",
    )  # fmt: skip
    school = forms.TextField(label="School, college or training", max_length=150, required=False)
    exploitation_models = forms.CheckboxesField(label="Models of exploitation", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, list_code in CODED.items():
            field: Any = self.fields[name]
            offered = _offered(list_code, self.initial.get(name))
            field.choices = (
                offered if isinstance(field, forms.CheckboxesField) else [("", "Not known"), *offered]
            )

    @property
    def sections(self) -> list[tuple[str, list[BoundField]]]:
        """The fields under the headings of the page."""
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]

    def clean(self) -> dict[str, Any]:
        """Numbers and the postcode as they are kept. What was recorded before is no reason to refuse a new school."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for name, checked in CHECKED.items():
            if said.get(name) not in (None, "", self.initial.get(name)):
                try:
                    said[name] = checked(said[name])
                except ValidationError as wrong:
                    self.add_error(name, wrong)
        return said

    @property
    def identity(self) -> dict[str, Any]:
        """The fields of the child as the service takes them."""
        return {name: self.cleaned_data[name] for name in IDENTITY_FIELDS}


SECTIONS = (
    ("The child or young person", (
        "given_name", "family_name", "known_as", "pronouns", "date_of_birth", "date_of_birth_estimated", "sex",
        "ethnicity", "disabilities", "first_language", "nhs_number", "upn",
    )),
    ("Home and school", (
        "lives_with", "address", "postcode", "ward", "legal_status", "placing_authority", "school",
    )),
    ("Exploitation", ("exploitation_models",)),
)  # fmt: skip
CHECKED = {"nhs_number": clean_nhs_number, "upn": clean_upn, "postcode": clean_postcode}
# Which reference list words each coded field.
CODED = {
    "sex": "sex", "ethnicity": "ethnicity", "disabilities": "disability", "ward": "ward",
    "legal_status": "legal-status-group", "exploitation_models": "exploitation-model",
}  # fmt: skip


class AliasForm(forms.PortalForm):
    """One other name."""

    name = forms.TextField(
        label="Other name", max_length=150, width=20, help_text="A nickname, an online name, an earlier name"
    )


AliasForms = forms.add_another(AliasForm, noun="name", maximum=20)


class MembershipField(forms.ModelSelectField):
    """A person as they are found: agency first."""

    def label_from_instance(self, obj: Membership) -> str:
        """Agency and name."""
        return f"{obj.agency.name}: {obj.user.full_name}"


class LeadForm(VersionedForm):
    """Who leads from now on, and why."""

    lead = MembershipField(
        caseworkers,
        label="New lead professional",
        blank="Choose a person",
        help_text="Their agency becomes the lead agency",
    )
    reason = forms.LongTextField(
        label="Why does the lead change?", max_length=500, required_error="Say why the lead changes"
    )
    lawful_basis = LawfulBasisField()

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start_with_usual_basis(self, by)

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        lead = given["lead"]
        return {
            "agency": lead.agency, "professional": lead.user, "reason": given["reason"],
            "lawful_basis": given["lawful_basis"],
        }  # fmt: skip


def identity_initial(case: Case) -> dict[str, Any]:
    """The form's first answers: what is recorded now."""
    child: Child = case.child
    known = {name: getattr(child, name) for name in IDENTITY_FIELDS}
    return {**known, "exploitation_models": case.exploitation_models, "version": str(child.version)}


def _offered(list_code: str, stored: Any) -> list[tuple[str, str]]:
    """The list as it holds today, and whatever is stored already, so that an old code survives an edit."""
    offered = reference.choices(list_code)
    known = {code for code, _ in offered}
    kept = stored if isinstance(stored, list) else [stored] if stored else []
    return [*offered, *((code, reference.label(list_code, code)) for code in kept if code not in known)]


class CloseForm(forms.PortalForm):
    """Why the case closes, and every line of the checklist answered; it begins with what a meeting answered."""

    code = forms.RadioField(
        label="Why is the case closing?", choices=(),
        hints={TRANSFERRED: "Only after the other authority has acknowledged it, under Across borders."},
    )  # fmt: skip
    reason = forms.LongTextField(
        label="What changed, and how do you know?", required_error="Say what changed, and how you know", rows=5,
        count=True,
    )  # fmt: skip
    confirmed = forms.ConfirmField(
        label="Close this case: from now on its record can be read, but not changed",
        required_error="Tick the box to confirm that the case should close",
    )

    def __init__(self, *args: Any, answered: Iterable[Mapping[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = reference.choices("closure-reason")  # type: ignore[attr-defined]
        for line in answered:
            self.initial[f"check_{line['code']}"] = line["done"]
            self.initial[f"why_{line['code']}"] = line["reason"]
        confirmed = self.fields.pop("confirmed")
        self.lines = [entry.code for entry in reference.codes("step-down")]
        for entry in reference.codes("step-down"):
            why = f"why_{entry.code}"
            self.fields[f"check_{entry.code}"] = forms.YesNoField(
                label=entry.label, reveals={"no": why}, inline=False, small=True,
                required_error=f"Answer yes or no: {entry.label}",
            )  # fmt: skip
            self.fields[why] = forms.LongTextField(
                label="Why not?", max_length=1000, rows=2, required_when_shown=f"Say why not: {entry.label}"
            )
        self.fields["confirmed"] = confirmed

    @property
    def checklist(self) -> list[Check]:
        """The answers, as the service takes them."""
        said = self.cleaned_data
        return [Check(code, said[f"check_{code}"], said[f"why_{code}"] or "") for code in self.lines]

    @property
    def check_fields(self) -> list[Any]:
        """The lines of the checklist as they are drawn."""
        return [self[f"check_{code}"] for code in self.lines]


class ReopenForm(forms.PortalForm):
    """A closed case is worked on again."""

    reason = forms.LongTextField(
        label="Why is the case opening again?", required_error="Say why the case is opening again",
        max_length=8000, rows=5, count=True,
    )  # fmt: skip
    lawful_basis = LawfulBasisField()

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start_with_usual_basis(self, by)
