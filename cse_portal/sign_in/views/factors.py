"""Second factors: setting up an app or a passkey, replacing and removing them, recovery codes."""

from typing import Any

from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import flows as passkey_flows
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET
from django.views.generic.edit import FormView

from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.sign_in import changes, factors, selectors


@require_GET
def set_up(request: SignedInRequest) -> HttpResponse:
    """The two ways, and a word on each; the only page there is for somebody who has neither."""
    context = {"is_first": not factors.has_second_factor(request.user)}
    return render(request, "sign_in/set_up.html", context)


class SetUpApp(ActivateTOTPView):
    """Read a picture with an app and type its first code; an app set up before is replaced."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Unlike allauth's: somebody who has an app may set up another in its place."""
        factors.require_proof(request)
        return FormView.dispatch(self, request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """The old app goes as the new one comes; its first code is used up."""
        recovery_codes = changes.set_up_app(self.request, form)
        self.did_generate_recovery_codes = bool(recovery_codes)
        return FormView.form_valid(self, form)


class SetUpPasskey(AddWebAuthnView):
    """Touch a key or use this device's own lock."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Asked for proof in our own way."""
        factors.require_proof(request)
        return FormView.dispatch(self, request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """One more passkey."""
        passkey, recovery_codes = passkey_flows.add_authenticator(
            self.request, name=form.cleaned_data["name"], credential=form.cleaned_data["credential"]
        )
        changes.factor_added(self.request, passkey)
        self.did_generate_recovery_codes = bool(recovery_codes)
        return FormView.form_valid(self, form)


@either
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove an app or a passkey, unless it is the last."""
    factors.require_proof(request)
    factor = selectors.own_factor(request.user, pk)
    try:
        if not selectors.may_remove(factor):
            raise changes.OnlyFactor
        if request.method == "POST":
            changes.remove_factor(request, factor)
            messages.success(request, "It is removed. Your other sessions are ended.")
            return redirect("sign_in:account")
    except changes.OnlyFactor as problem:
        messages.error(request, problem.message)
        return redirect("sign_in:account")
    return render(request, "sign_in/remove_factor.html", {"factor": selectors.described(factor)})


class ShowRecoveryCodes(ViewRecoveryCodesView):
    """The codes, once."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For somebody who has none, there is nothing here."""
        if selectors.recovery_codes_left(request.user) is None:  # type: ignore[arg-type]
            raise NotVisible
        return super().dispatch(request, *args, **kwargs)


@either
def new_recovery_codes(request: SignedInRequest) -> HttpResponse:
    """Make ten new codes; the old ones are void."""
    factors.require_proof(request)
    if request.method == "POST":
        changes.new_recovery_codes(request)
        return redirect("mfa_view_recovery_codes")
    return render(request, "sign_in/new_recovery_codes.html")
