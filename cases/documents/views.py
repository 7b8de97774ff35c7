"""The documents tab: the list, adding one, opening one, removing one."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from cases.chronology.selectors import PER_PAGE
from cases.documents import services as documents
from cases.documents.forms import DocumentForm, RemovalForm
from cases.documents.selectors import document_for, documents_of
from cases.record.selectors import case_for
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.paging import page_of
from cse_portal.ui.downloads import attachment

TAB = "documents"


@require_GET
def document_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """What agencies have brought to the case, the newest first."""
    case = case_for(request.user, reference)
    page = page_of(documents_of(request.user, case), PER_PAGE, request.GET.get("page"))
    return case_page(
        request, case, "cases/documents/list.html", TAB, current_tab=TAB, page=page, rows=page.object_list
    )


@either
def document_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Bring a file to the case. What is wrong with it is said beside it; what was typed stays."""
    case = gate.require(request.user, Permission.DOCUMENT_ADD, case_for(request.user, reference))
    form = DocumentForm(request.POST or None, request.FILES or None)
    if form.does(lambda: documents.add(case=case, by=request.user, key=form.key, **form.said)):
        waits = "" if form.done.can_be_opened else " It can be opened once it has been checked for viruses."
        messages.success(request, f"“{form.done.title}” is on the case.{waits}")
        return redirect("cases:documents", reference=case.reference)
    if fault := form.fault:
        documents.note_refused(case=case, fault=fault, by=request.user)
    return case_page(request, case, "cases/documents/add.html", "document-add", form=form)


@require_GET
def document_file(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The file, to be saved; the audit notes who took it."""
    document = document_for(request.user, reference, pk)
    with warns(request):
        content = documents.download(document=document, by=request.user)
        return attachment(content, name=document.name, content_type=document.content_type)
    return redirect("cases:documents", reference=reference)


@either
def document_remove(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Take a document off the case, for a reason."""
    document = document_for(request.user, reference, pk)
    gate.require(request.user, Permission.DOCUMENT_REMOVE, document)
    form = RemovalForm(request.POST or None)
    if form.does(
        lambda: documents.remove(document=document, reason=form.cleaned_data["reason"], by=request.user)
    ):
        messages.success(request, f"“{document.title}” is off the case.")
        return redirect("cases:documents", reference=reference)
    return case_page(
        request, document.case, "cases/documents/remove.html", "document-remove", form=form, document=document
    )
