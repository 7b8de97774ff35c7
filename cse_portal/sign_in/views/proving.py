"""One page to prove that it is you: for a second factor not yet shown in this session, and before what matters."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.internal import flows as passkey_flows
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.internal.flows import reauthenticate as reauthenticate_by_passkey
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views import View
from django.views.decorators.http import require_GET
from django.views.generic.edit import FormView

from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.sign_in import changes, factors, selectors, sessions
from cse_portal.sign_in.forms import CodeAgainForm, PasskeyAgainForm, PasswordAgainForm

CODES = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
Ways = dict[str, Callable[[Any], Any]]


class Prove(View):
    """Every way this person has, on one page; whichever they use leads back to where they came from."""

    request: SignedInRequest

    def get(self, request: SignedInRequest) -> HttpResponse:
        """Ask."""
        return self.draw({way: make(None) for way, make in self.ways().items()})

    def post(self, request: SignedInRequest) -> HttpResponse:
        """Check what was shown."""
        chosen = request.POST.get("way", "")
        forms = {way: make(request.POST if way == chosen else None) for way, make in self.ways().items()}
        form = forms.get(chosen)
        if form is None or not form.is_valid():
            return self.draw(forms)
        self.note(chosen, form)
        return HttpResponseRedirect(self.next_page() or "/")

    def ways(self) -> Ways:
        """How this person can prove it. Until the second factor was shown, a password is no proof of it."""
        user, ways = self.request.user, Ways()
        if is_mfa_enabled(user, CODES):
            ways["code"] = lambda data: CodeAgainForm(data, user=user)
        if is_mfa_enabled(user, [Authenticator.Type.WEBAUTHN]):
            ways["passkey"] = lambda data: PasskeyAgainForm(data, user=user)
        if selectors.one_factor_proves(self.request) and user.has_usable_password():
            ways["password"] = lambda data: PasswordAgainForm(data, user=user)
        if factors.is_demo_session(self.request):
            ways["demo"] = lambda data: Form(data)
        return ways

    def note(self, way: str, form: Any) -> None:
        """What was shown counts from now, in this session."""
        user = self.request.user
        if way == "password":
            reauthenticate_by_password(self.request)
        elif way == "passkey":
            reauthenticate_by_passkey(self.request, form.cleaned_data["credential"])
        elif way == "code":
            form.save()
        else:
            record_authentication(self.request, user, factors.DEMO, reauthenticated=True)
        sessions.renew(self.request)
        record(Action.PROVED_AGAIN, by=user, obj=user, detail={"kind": way})

    def draw(self, forms: dict[str, Any]) -> HttpResponse:
        """The page; a passkey needs a question of its own, made anew each time."""
        first = not factors.second_factor_proved(self.request) and factors.has_second_factor(
            self.request.user
        )
        bound = next((form for form in forms.values() if form.is_bound), None)
        context = {"forms": forms, "form": bound, "next": self.next_page() or "", "is_second_factor": first,
                   "work_account": selectors.work_account(self.request.user)}  # fmt: skip
        if "passkey" in forms:
            context["js_data"] = {"request_options": begin_authentication(self.request.user)}
        return render(self.request, "sign_in/prove.html", context)

    def next_page(self) -> str | None:
        """Where they were going, if that is a page of ours."""
        wanted = self.request.POST.get("next") or self.request.GET.get("next") or ""
        return wanted if wanted and get_adapter(self.request).is_safe_url(wanted) else None


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
