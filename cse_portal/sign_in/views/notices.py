"""Which mails somebody gets, of which kind."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cse_portal.jobs import selectors, services
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.sign_in.forms import NoticesForm


@either
def notices(request: SignedInRequest) -> HttpResponse:
    """One's own choice, and nobody else's."""
    form = NoticesForm(request.POST or None, initial=selectors.notice_ways(request.user))
    if request.method == "POST" and form.is_valid():
        services.choose_notices(ways=form.ways, by=request.user)
        messages.success(request, "Your choice of mails is kept.")
        return redirect("sign_in:notices")
    return render(request, "sign_in/notices.html", {"form": form})
