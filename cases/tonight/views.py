"""The Tonight sheet of a case, and the form of its note."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.record.selectors import case_for
from cases.record.services import record_view
from cases.tonight.presenters import sheet
from cases.tonight.selectors import found_for
from cases.tonight.services import NoteKind, add_note
from cases.trigger_plans.services import photo_of
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.forms import LongTextField, PortalForm, RadioField
from cse_portal.ui.presenters import counted


class NoteForm(PortalForm):
    """What somebody saw or did tonight. The button that is pressed says which kind; two kinds need no words."""

    kind = RadioField(label="What is it?", choices=NoteKind.choices)
    text = LongTextField(
        label="What happened?", max_length=2000, required=False, help_text="Where, when, and how they are"
    )

    def clean(self) -> dict[str, Any]:
        """A note has words."""
        said = super().clean() or {}
        if said.get("kind") == NoteKind.NOTE and not said.get("text"):
            self.add_error("text", "Say what happened")
        return said

    @property
    def note(self) -> dict[str, Any]:
        """As the service takes it."""
        said = self.cleaned_data
        return {"kind": NoteKind(said["kind"]), "text": said["text"] or "", "key": self.key}


@either
def tonight(request: SignedInRequest, reference: str) -> HttpResponse:
    """For everybody who sees the case: whom to call, where to look; and a note, which calls nobody."""
    user, case = request.user, case_for(request.user, reference)
    form = NoteForm(request.POST or None)
    if form.does(lambda: add_note(case=case, by=user, **form.note)):
        told = counted(len(form.done), "person has,people have")
        messages.success(
            request,
            f"Added to the chronology. {told} been told. It has called nobody: call if you need help.",
        )
        return redirect("cases:tonight", reference=case.reference)
    found = found_for(user, case)
    record_view(case=case, by=user, page="tonight")
    photo = photo_of(found.plan, by=user) if found.plan else ""
    context = {**sheet(case, found, photo), "case": case, "form": form}
    return render(request, "cases/tonight/sheet.html", context)
