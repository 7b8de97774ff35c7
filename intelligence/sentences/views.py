"""What the police shared with one's agency: the list, and an answer with a visit."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either
from intelligence.sentences import selectors, services
from intelligence.sentences.forms import VisitForm


@require_GET
def shared(request: SignedInRequest) -> HttpResponse:
    """Every sentence this person's agency may still use. No subject, no child and no report stands beside it."""
    gate.require(request.user, Permission.SENTENCE_ANSWER)
    page = selectors.shared_with_us(request.user, request.GET.get("page", "1"))
    services.record_sentences(shown=list(page), by=request.user)
    return render(request, "intelligence/sentences/list.html", {"page": page})


@either
def sentence(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One sentence, what was found so far, and the form for a visit."""
    found = selectors.sentence_for(request.user, pk)
    form = VisitForm(request.POST if request.method == "POST" else None)
    if form.does(
        lambda: services.add_visit(sentence=found, by=request.user, key=form.key, **form.cleaned_data)
    ):
        messages.success(request, "Thank you. The police intelligence unit reads what you found.")
        return redirect("intelligence:shared-sentence", pk)
    services.record_sentences(shown=[found], by=request.user)
    return render(request, "intelligence/sentences/sentence.html", {"sentence": found, "form": form})
