"""How django-allauth behaves here: people are invited, factors are encrypted, proof lasts an hour."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from cse_portal import encryption
from cse_portal.access import refusals
from cse_portal.accounts.models import User
from cse_portal.sign_in import changes, factors, single_sign_on

FAILED = "login_failed"
SECOND_FACTOR = "allauth.mfa.stages.AuthenticateStage"
# What an account's sessions must know was so when the password was given; the second factor may come minutes later.
BEGUN_WITH = "sign_in_begun_with"
CHANGED_MEANWHILE = "The way you sign in was changed meanwhile. Sign in again."


class PortalAccountAdapter(DefaultAccountAdapter):
    """Closes public sign-up, and asks for proof on our own page."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email address or the password is not right",
        "incorrect_password": "That is not your password",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up; an agency's lead invites."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Every way in of django-allauth leads through here: no system takes it."""
        if user.is_system:
            return HttpResponseRedirect(reverse("account_inactive"))
        request.session[BEGUN_WITH] = user.get_session_auth_hash()
        if by_agency := (kwargs.get("signal_kwargs") or {}).get("sociallogin"):
            single_sign_on.note(request, user, by_agency)
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def get_login_stages(self) -> list[str]:
        """The portal's second factor is not asked of a person who showed one to their agency."""
        stages: list[str] = super().get_login_stages()
        is_shown = factors.shown_to_agency(self.request)
        return [stage for stage in stages if not (is_shown and stage == SECOND_FACTOR)]

    def login(self, request: HttpRequest, user: User) -> None:
        """Once every factor is proved. A change of password or factors ended this sign-in, too, like any session."""
        if not constant_time_compare(request.session.pop(BEGUN_WITH, ""), user.get_session_auth_hash()):
            clear_login(request)
            messages.error(request, CHANGED_MEANWHILE)
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        super().login(request, user)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """One try too many is on record as that; the ones before it are, as failures."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            refusals.stopped_at(request, refusals.Limit.TRIES)
            raise

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Where the link of a mail leads is said by the settings, not by the host that the person who asked for it
        named.
        """
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return str(settings.PORTAL_ADDRESS).rstrip("/") + path

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nor does the mail greet in the name of that host."""
        ours = {"name": settings.SERVICE_NAME, "domain": settings.PORTAL_ADDRESS}
        super().send_mail(template_prefix, email, {**context, "current_site": ours})

    def format_email_subject(self, subject: str) -> str:
        """As every mail of the portal is known."""
        return f"[{settings.SERVICE_NAME}] {subject}"

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """A password chosen by mail ends its owner's wait; what was tried in their network stays counted."""
        own = [each for each in settings.ACCOUNT_RATE_LIMITS[FAILED].split(",") if each.endswith("/key")]
        key, limit = self._get_login_attempts_cache_key(request, **credentials), {FAILED: ",".join(own)}
        ratelimit.clear(request, app="allauth.account", action=FAILED, config=limit, key=key)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether more than an hour has passed since the person last proved who they are, signing in included."""
        return not factors.proved_recently(self.request)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """One page offers every way a person has."""
        if not user.is_authenticated:
            return []
        return [{"id": "prove", "description": "Prove it is you", "url": reverse("sign_in:prove")}]


class PortalFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of factors encrypted, and names things in the portal's words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not right. Wait for the next one, and enter its six digits",
    }

    def encrypt(self, text: str) -> str:
        """As the database keeps an app's secret and the seed of recovery codes."""
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """As it is checked against what somebody typed."""
        return encryption.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Nobody is left without a second factor: the last one is replaced, never removed."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=factors.FACTORS)
        return others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What a passkey is called until its owner names it."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Passkey {number}"

    def _get_site_name(self) -> str:
        return str(settings.SERVICE_NAME)


class PortalWorkAccountAdapter(DefaultSocialAccountAdapter):
    """An account opens what its owner connected it to, and nothing else."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Before anybody is signed in. What is connected here is all that allauth would have connected."""
        single_sign_on.check(request, sociallogin)
        if sociallogin.state.get("process") == single_sign_on.CONNECT:
            changes.connect_account(request, sociallogin)
            messages.success(request, "Your work account is connected. Your other sessions are ended.")
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("sign_in:account")))

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        """The provider said no, or answered something that this browser did not ask."""
        raise single_sign_on.refused(request, provider.sub_id, single_sign_on.Refusal.PROVIDER)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody signs up; an agency's lead invites."""
        return False
