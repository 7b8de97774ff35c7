"""The return home interview: booked, and what became of it."""

from dataclasses import fields

from cases.missing.models import InterviewStep
from cases.missing.services.episodes import Step
from cases.record.selectors import working_agencies
from cse_portal.reference import selectors as reference
from cse_portal.ui import forms

HELD = (
    "interviewer", "is_independent", "held_where", "others_present", "push_factors", "pull_factors", "where_they_went",
    "with_whom", "transport", "phones", "gifts", "harm", "contact_since", "would_help",
)  # fmt: skip


class BookForm(forms.PortalForm):
    """When it will be held, by whom and where."""

    at = forms.MomentField(label="When will it be held?", future=True)
    interviewer = forms.TextField(
        label="Who will hold it?", max_length=150, help_text="Name and role. Independent, wherever possible",
        required_error="Say who will hold the interview",
    )  # fmt: skip
    held_where = forms.TextField(
        label="Where?", required=False, help_text="Where the child or young person feels safe to talk"
    )
    provider = forms.ModelSelectField(
        working_agencies, label="Which agency holds it?", blank="Choose an agency",
        required_error="Choose the agency that holds it",
    )  # fmt: skip

    @property
    def said(self) -> Step:
        """As the service takes it."""
        return Step(InterviewStep.BOOKED, **self.cleaned_data)


class InterviewForm(forms.PortalForm):
    """Offered, held or declined. What is asked of one that was held is asked of no other."""

    step = forms.RadioField(
        label="What happened?", small=True,
        choices=[
            (each.value, each.label) for each in (InterviewStep.OFFERED, InterviewStep.HELD, InterviewStep.DECLINED)
        ],
        reveals={InterviewStep.HELD.value: HELD, InterviewStep.DECLINED.value: "declined_reason"},
        required_error="Say whether it was offered, held or declined",
    )  # fmt: skip
    interviewer = forms.TextField(
        label="Who held it?", max_length=150, required_when_shown="Say who held the interview"
    )
    is_independent = forms.YesNoField(
        label="Is that person independent?", small=True,
        help_text="Not involved in caring for the child or young person, and trained for it",
        required_when_shown="Say whether that person is independent",
    )  # fmt: skip
    held_where = forms.TextField(label="Where was it held?", required=False)
    others_present = forms.TextField(label="Who else was there?", max_length=300, required=False)
    push_factors = forms.CheckboxesField(
        label="What pushed them away?", choices=lambda: reference.choices("push-factor"), required=False
    )
    pull_factors = forms.CheckboxesField(
        label="What drew them there?", choices=lambda: reference.choices("pull-factor"), required=False
    )
    where_they_went = forms.TextField(
        label="Where did they go?", max_length=500, required=False, help_text="Part places by semicolons"
    )
    with_whom = forms.TextField(
        label="Who were they with?", max_length=300, required=False, help_text="Part people by semicolons"
    )
    transport = forms.TextField(label="How did they travel?", required=False)
    phones = forms.TextField(
        label="Which phones and accounts did they name?", max_length=300, required=False,
        help_text="Part them by semicolons",
    )  # fmt: skip
    gifts = forms.TextField(label="What were they given?", max_length=300, required=False)
    harm = forms.SelectField(
        label="Do they tell of harm while they were away?", choices=lambda: reference.choices("harm-while-away"),
        required=False, blank="Not said",
    )  # fmt: skip
    contact_since = forms.TextField(
        label="Has anybody been in contact since?", max_length=300, required=False,
        help_text="Who, and how: calls, messages, visits",
    )  # fmt: skip
    would_help = forms.LongTextField(
        label="What would help, in their words?", max_length=1000, required=False, help_text="And what you answered",
    )  # fmt: skip
    declined_reason = forms.SelectField(
        label="Why was it declined?", choices=lambda: reference.choices("interview-declined"), blank="Choose a reason",
        required_when_shown="Say why it was declined",
    )  # fmt: skip
    at = forms.MomentField(
        label="When was that?", past=True, required_error="Enter when that was, with the time"
    )
    provider = forms.ModelSelectField(
        working_agencies, label="Which agency offers or holds it?", blank="Choose an agency",
        required_error="Choose the agency that offers or holds it",
    )  # fmt: skip
    text = forms.LongTextField(
        label="What did they say, and what follows?", max_length=8000, rows=6, count=True, required=False,
        help_text="In the child’s or young person’s own words where you can. Everyone who can see this case reads it",
    )  # fmt: skip

    @property
    def said(self) -> Step:
        """As the service takes it: what was not asked is empty."""
        return Step(**{each.name: self.cleaned_data[each.name] for each in fields(Step)})


class SharedForm(forms.PortalForm):
    """When the interview was shared with the police."""

    at = forms.MomentField(label="When was it shared with the police?", past=True)
