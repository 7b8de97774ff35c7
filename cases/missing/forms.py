"""Recording that a child is missing, is back, and what became of the return home interview."""

import datetime as dt
from typing import Any

from cases.missing.models import InterviewStep, MissingEpisode
from cases.missing.services import Back, Gone, Step
from cases.record.selectors import working_agencies
from cse_portal.accounts.models import Agency
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms import (
    HiddenField,
    LongTextField,
    ModelSelectField,
    MomentField,
    PortalForm,
    RadioField,
    SelectField,
    TextField,
    YesNoField,
)


class MissingForm(PortalForm):
    """Since when, from where, and who reported it."""

    kind = RadioField(
        label="Which is it?", choices=lambda: reference.choices("missing-type"), small=True,
        required_error="Say whether they are missing or away",
    )  # fmt: skip
    missing_since = MomentField(label="Since when?", past=True)
    missing_from = SelectField(
        label="From where?", choices=lambda: reference.choices("missing-from"), blank="Choose a place",
        required_error="Choose from where they went",
    )  # fmt: skip
    reporting_agency = ModelSelectField(
        Agency.objects.none(), label="Which agency reported it?", blank="Choose an agency",
        required_error="Choose the agency that reported it",
    )  # fmt: skip
    notes = LongTextField(
        label="What is known?", max_length=4000, rows=5, count=True, required=False,
        help_text="Last seen where and with whom, what they wear, where they were found before. Say how you know",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reporting_agency"].queryset = working_agencies()  # type: ignore[attr-defined]

    @property
    def gone(self) -> Gone:
        """As the service takes it."""
        said = self.cleaned_data
        return Gone(
            said["kind"], said["missing_since"], said["missing_from"], said["reporting_agency"], said["notes"] or ""
        )  # fmt: skip


class BackForm(PortalForm):
    """When they were back, and what is known of where they were. `instead_of` is the moment that is corrected."""

    instead_of = HiddenField(required=False)
    returned_at = MomentField(label="When were they back?", past=True)
    found_where = TextField(label="Where were they found?", max_length=200, required=False)
    return_notes = LongTextField(
        label="What is known of where they were?", max_length=4000, rows=5, count=True, required=False,
        help_text="How they are, whether they were harmed, who was with them. Send what points to people and places "
        "to the police as intelligence",
    )  # fmt: skip

    @staticmethod
    def values_of(episode: MissingEpisode) -> dict[str, Any]:
        """What was recorded, to be corrected; nothing where they are still missing."""
        if episode.returned_at is None:
            return {}
        return {
            "instead_of": episode.returned_at.isoformat(), "returned_at": episode.returned_at,
            "found_where": episode.found_where, "return_notes": episode.return_notes,
        }  # fmt: skip

    def corrects(self, episode: MissingEpisode) -> dt.datetime | None:
        """The moment that the page showed, if the episode still has it."""
        shown = self.values_of(episode).get("instead_of")
        return episode.returned_at if shown and self.cleaned_data["instead_of"] == shown else None

    @property
    def back(self) -> Back:
        """As the service takes it."""
        said = self.cleaned_data
        return Back(said["returned_at"], said["found_where"] or "", said["return_notes"] or "")


class InterviewForm(PortalForm):
    """Offered, held or declined; what belongs to another answer is left away."""

    step = RadioField(
        label="What happened?", choices=InterviewStep.choices, small=True,
        required_error="Say whether it was offered, held or declined",
    )  # fmt: skip
    at = MomentField(label="When was that?", past=True)
    provider = ModelSelectField(
        Agency.objects.none(), label="Which agency offers or holds it?", blank="Choose an agency",
        required_error="Choose the agency that offers or holds it",
    )  # fmt: skip
    interviewer = TextField(label="If it was held: by whom?", max_length=150, required=False)
    is_independent = YesNoField(
        label="If it was held: is that person independent?", required=False, small=True,
        help_text="Not involved in caring for the child or young person, and trained for it",
    )  # fmt: skip
    declined_reason = SelectField(
        label="If it was declined: why?", choices=lambda: reference.choices("interview-declined"), required=False,
        blank="Choose a reason",
    )  # fmt: skip
    text = LongTextField(
        label="What did they say, and what follows?", max_length=8000, rows=6, count=True, required=False,
        help_text="In the child’s or young person’s own words where you can. Everyone who can see this case reads it",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = working_agencies()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Who held it, or why it was declined."""
        said = super().clean() or {}
        if said.get("step") == InterviewStep.HELD:
            if not said.get("interviewer"):
                self.add_error("interviewer", "Say who held the interview")
            if said.get("is_independent") is None:
                self.add_error("is_independent", "Say whether that person is independent")
        if said.get("step") == InterviewStep.DECLINED and not said.get("declined_reason"):
            self.add_error("declined_reason", "Say why it was declined")
        return said

    @property
    def said(self) -> Step:
        """As the service takes it."""
        given = self.cleaned_data
        step = InterviewStep(given["step"])
        held, declined = step == InterviewStep.HELD, step == InterviewStep.DECLINED
        return Step(
            step, given["at"], given["provider"],
            interviewer=given["interviewer"] if held else "",
            is_independent=given["is_independent"] if held else None,
            declined_reason=given["declined_reason"] if declined else "",
            text=given["text"] or "",
        )  # fmt: skip
