"""The forms of a plan action."""

from typing import Any, cast

from django.forms import ModelChoiceField
from django.utils import timezone

from cse_portal.accounts.models import Membership, User
from cse_portal.ui import forms
from cse_portal.ui.presenters import display_date
from mase.meetings.forms.scheduling import PersonField
from mase.plans.choices import PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.selectors import actions as selectors

WHOSE = [(selectors.MINE, "Mine"), (selectors.AGENCY, "My agency's"), (selectors.ALL, "All I may see")]
SHOW = [
    (selectors.OPEN, "Still to do"),
    (selectors.OVERDUE, "Overdue"),
    (selectors.ESCALATED, "Escalated"),
    (selectors.WITHOUT_OWNER, "Declined, or needs an owner"),
    (selectors.WAITING, "Finished, waiting for the chair"),
    (selectors.FINISHED, "Finished"),
]


class ActionFilter(forms.FilterForm):
    """Whose actions, in which state, on which P."""

    whose = forms.RadioField(label="Whose", choices=WHOSE, small=True)
    show = forms.RadioField(label="Show", choices=SHOW, small=True)
    p = forms.SelectField(label="Part of the plan", choices=PlanP.choices, blank="All four Ps")


class ActionForm(forms.PortalForm):
    """About one action, for the person who is asked; some of them the chair's alone."""

    heading = button = saved = ""
    judges = False
    refused_at: str | None = None  # the field beside which a refusal is told

    def __init__(self, *args: Any, action: PlanAction, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action, self.by = action, by
        self.fit()

    def fit(self) -> None:
        """What this action asks otherwise than others."""


class ProgressForm(ActionForm):
    """How it is going."""

    heading, button, saved = "Report progress", "Save the report", "Your report is saved."
    note = forms.LongTextField(
        label="What has happened so far?",
        help_text="Facts: what was done, when, and what is in the way.",
        required_error="Write what has happened so far",
        rows=5,
    )


class FinishForm(ActionForm):
    """Done or not done, what came of it, and what that changed for the child."""

    heading, button = "Record the outcome", "Save the final report"
    saved = "The final report on this action is saved."
    done = forms.YesNoField(
        label="Was this action done?",
        choices=[("yes", "Yes, it was done"), ("no", "No, and it will not be done")],
        inline=False,
        reveals={"yes": ["done_on", "outcome", "effect"], "no": "reason"},
        required_error="Say whether the action was done",
    )
    done_on = forms.DateField3(
        label="When was it done?", past=True, required_when_shown="Enter the day it was done"
    )
    outcome = forms.LongTextField(
        label="What came of it?", required_when_shown="Write what came of the action", rows=5
    )
    effect = forms.LongTextField(
        label="What did it change for the child or young person?",
        help_text="What is different for them now, in their own words if you have them. If it is too early to "
        "tell, say so, and say when you will know.",
        required_when_shown="Write what it changed for the child or young person, or that it is too early to tell",
        rows=5,
    )
    reason = forms.LongTextField(
        label="Why will it not be done?",
        help_text="The chair is told. The next meeting reads this.",
        required_when_shown="Say why it will not be done",
        rows=5,
    )
    sure = forms.ConfirmField(
        label="This is the final report. Only the chair can send it back.",
        required_error="Tick the box to say that this is the final report",
    )

    def fit(self) -> None:
        """Done after it was agreed; of one about no child what it changed at all."""
        cast(forms.DateField3, self.fields["done_on"]).earliest = timezone.localdate(self.action.set_at)
        if self.action.case_id is None:
            effect = cast(forms.LongTextField, self.fields["effect"])
            effect.label, effect.required_when_shown = (
                "What did it change?",
                "Write what it changed, or that it is too early to tell",
            )
            effect.help_text = (
                "What is different now, and how anybody can see that. If it is too early to tell, say so, and say when "
                "you will know. Name no child."
            )


class HandOnForm(ActionForm):
    """Who does it from now on, and why."""

    heading, button, refused_at = "Hand on this action", "Hand it on", "person"
    person = PersonField(
        Membership.objects.none(),
        label="Who takes this action on?",
        help_text="They must be able to see the child's case.",
        blank="Choose a person",
        required_error="Choose who takes this action on",
    )
    reason = forms.LongTextField(
        label="Why does it change hands?", max_length=1000, required_error="Say why it changes hands"
    )

    def fit(self) -> None:
        """Colleagues; for the chair people of every agency."""
        person = cast(ModelChoiceField, self.fields["person"])
        person.queryset = selectors.people_to_own(self.by, self.action)
        if self.action.case_id is None:
            person.help_text = ""


class HandOverForm(forms.PortalForm):
    """Who takes on everything somebody has, and why."""

    to = PersonField(
        Membership.objects.none(),
        label="Who takes them on?",
        help_text="They get the actions they may open: of a child’s, if they see the case.",
        blank="Choose a person",
        required_error="Choose who takes them on",
    )
    reason = forms.LongTextField(
        label="Why do they change hands?", max_length=1000, required_error="Say why they change hands"
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ModelChoiceField, self.fields["to"]).queryset = people


class AcceptForm(ActionForm):
    """Whether its agency does an action: how we shall know that it is done, or why it declines."""

    heading, button = "Accept or decline this action", "Send the answer"
    accepted = forms.YesNoField(
        label="Does your agency do this?",
        choices=[("yes", "Yes, we accept it"), ("no", "No, we decline it")],
        inline=False,
        reveals={"yes": "measure", "no": "reason"},
        required_error="Say whether your agency does this",
    )
    measure = forms.LongTextField(
        label="How shall we know that it is done? (optional)", max_length=1000, required=False
    )
    reason = forms.LongTextField(
        label="Why can your agency not do it?",
        help_text="The chair reads this, and gives it to somebody else or speaks with you.",
        required_when_shown="Say why your agency cannot do it",
    )

    def fit(self) -> None:
        """The measure as it was agreed."""
        self.fields["measure"].initial = self.action.measure_of_success


class ConfirmForm(ActionForm):
    """The chair's word on a final report."""

    heading, button, judges = "Confirm this action", "Record the decision", True
    agreed = forms.YesNoField(
        label="Do you agree with this report?",
        choices=[("yes", "Yes, confirm it"), ("no", "No, send it back")],
        inline=False,
        reveals={"no": ["reason", "due_on"]},
        required_error="Say whether you agree with the report",
    )
    reason = forms.LongTextField(
        label="What is still to be done?",
        help_text="Anyone who does it reads this.",
        required_when_shown="Say what is still to be done",
    )
    due_on = forms.DateField3(
        label="A new date",
        future=True,
        required=False,
        help_text="Leave it empty and the date stays as it was. For example, 27 3 2026",
    )

    def fit(self) -> None:
        """What is past needs another date."""
        if self.action.due_on < timezone.localdate():
            field = cast(forms.DateField3, self.fields["due_on"])
            field.required_when_shown = "Enter a new date: the old one is past"
            field.help_text = (
                f"It was due on {display_date(self.action.due_on)}. Without a new date nobody is reminded of it again. "
                "For example, 27 3 2026"
            )


class CancelForm(ActionForm):
    """Why an action is not needed any more."""

    heading, button, judges = "Cancel this action", "Cancel the action", True
    saved = "The action is cancelled."
    reason = forms.LongTextField(
        label="Why is it not needed any more?", required_error="Say why it is not needed any more"
    )


class ReadersForm(ActionForm):
    """Why other people read an action from now on; `to` says whom the page named."""

    heading, button, judges = "Change who reads this action", "Save", True
    reason = forms.LongTextField(label="Why?", max_length=500, required_error="Say why it changes")
    to = forms.HiddenField(max_length=10, required=False)

    def fit(self) -> None:
        """Who reads it from now on."""
        self.fields["to"].initial = "open" if self.action.restricted else "restricted"
        self.fields[
            "reason"
        ].help_text = f"From now on it is read by {readers(self.action)}, and by who does it."


def readers(action: PlanAction) -> str:
    """Who reads it once that has changed."""
    if action.case_id is None:
        team = "the CSE team and the police intelligence unit where they see its CMOG item"
        return "everybody who sees its CMOG item" if action.restricted else team
    everybody = "everybody who sees the case, and the family in later minutes"
    return everybody if action.restricted else "professionals who have the restricted part"
