"""The Tonight sheet of a case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.record.selectors import case_for
from cases.record.services import record_view
from cases.tonight.forms import NoteForm
from cases.tonight.presenters import sheet
from cases.tonight.selectors import found_for
from cases.tonight.services import add_note
from cases.trigger_plans.services import photo_of
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.presenters import counted


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
