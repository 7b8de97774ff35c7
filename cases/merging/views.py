"""Comparing two records, saying that they are of one child, and undoing it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.matching.selectors.known import Match
from cases.matching.services import record_compared
from cases.merging.forms import MergeForm, OtherForm, UndoForm
from cases.merging.presenters import compared
from cases.merging.selectors import merge_of, other_record, side
from cases.merging.services import merge, undo
from cases.record.models.case import Case
from cases.record.presenters import banner
from cases.record.selectors import case_for
from cases.record.services import record_view
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either


@either
def same_child(request: SignedInRequest, reference: str) -> HttpResponse:
    """Name the other record; then both side by side. Likely ones are among what is known already."""
    user = request.user
    case = case_for(user, reference)
    gate.require(user, Permission.CONCERN_TRIAGE)
    asked = OtherForm(request.GET if "other" in request.GET else None)
    named = asked.cleaned_data["other"].upper() if asked.is_valid() else ""
    other = other_record(user, case, named) if named else None
    if other is not None:
        return _compare(request, case, other)
    if named:
        asked.add_error("other", "No other record that you can see has this reference")
    return case_page(request, case, "cases/merging/compare.html", "same-child", form=asked)


def _compare(request: SignedInRequest, case: Case, other: Case) -> HttpResponse:
    """Both records, and a form for who may close either."""
    user, both = request.user, (case, other)
    posted = request.POST if request.method == "POST" else None
    for each in both if posted is not None else ():
        gate.require(user, Permission.CASE_CLOSE, each)
    made, merging = merge_of(user, case, other), MergeForm(posted, cases=both)
    parting = UndoForm(posted) if made else None
    if made and parting and parting.does(lambda: undo(made=made, why=parting.cleaned_data["why"], by=user)):
        messages.success(request, f"{case.reference} and {other.reference} are two children again.")
        return redirect("cases:case", reference=case.reference)
    if parting is None and merging.does(lambda: merge(by=user, key=merging.key, **merging.said)):
        kept, merged = merging.done.kept, merging.done.merged
        messages.success(request, f"{merged.reference} is recorded as the same child as {kept.reference}.")
        return redirect("cases:case", reference=kept.reference)
    for each in both:
        record_view(case=each, by=user, page="same-child")
    record_compared(about=case, found=[Match(other)], by=user)
    context = {
        "case": case, "other": other, "banner": banner(case), "made": made, "form": parting or merging,
        "may": all(gate.can(user, Permission.CASE_CLOSE, each) for each in both),
        "rows": compared(side(user, case), side(user, other)),
    }  # fmt: skip
    return render(request, "cases/merging/compare.html", context)
