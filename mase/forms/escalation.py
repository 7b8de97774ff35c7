"""The form on which an agency's lead says who answers for it at each stage of a disagreement."""

from typing import Any, cast

from django.forms import ModelChoiceField

from cse_portal.accounts.models import Membership, User
from cse_portal.ui.forms import ModelSelectField, PortalForm
from mase.choices import NamedStage
from mase.presenters.disagreements import stage_words
from mase.selectors.escalation import Named


class ColleagueField(ModelSelectField):
    """People of the agency, by name and job."""

    def label_from_instance(self, obj: Any) -> str:
        """Hannah Okafor, named nurse."""
        title = f", {obj.user.job_title}" if obj.user.job_title else ""
        return f"{obj.user.full_name}{title}"


class StagePeopleForm(PortalForm):
    """One person for each stage above practitioners, or nobody: then the agency's lead answers."""

    def __init__(self, *args: Any, people: Any, named: list[Named], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = {row.user_id: row for row in people}
        for each in named:
            field = ColleagueField(
                Membership.objects.none(), label=stage_words(each.stage.value), blank="Nobody: the lead answers",
                required=False,
            )  # fmt: skip
            cast(ModelChoiceField, field).queryset = people
            if each.person is not None and not each.works_there:
                field.help_text = f"{each.person.full_name} does not take part for you any more."
            self.fields[f"stage_{each.stage.value}"] = field
            if each.person is not None and each.person.pk in chosen:
                self.initial[f"stage_{each.stage.value}"] = chosen[each.person.pk].pk

    @property
    def people(self) -> dict[NamedStage, User | None]:
        """Who was chosen for each stage."""
        chosen = {stage: self.cleaned_data.get(f"stage_{stage.value}") for stage in NamedStage}
        return {stage: row.user if row else None for stage, row in chosen.items()}
