"""Signing in and out, passwords and factors: the pages of django-allauth that this portal offers, and no other.

Nobody changes their own address: it is who they are to every agency, so anyone who keeps the accounts does.
"""

from allauth.account import views
from allauth.mfa.base import views as factors
from django.urls import path, re_path

from cse_portal.sign_in.views import account
from cse_portal.sign_in.views.account import SignIn
from cse_portal.sign_in.views.account import account as how_you_sign_in
from cse_portal.sign_in.views.proving import Prove, SetUpApp, SetUpPasskey, ShowRecoveryCodes

urlpatterns = [
    path("login/", SignIn.as_view(), name="account_login"),
    path("login/factor/", factors.authenticate, name="mfa_authenticate"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("factors/app/", SetUpApp.as_view(), name="mfa_activate_totp"),
    path("factors/passkey/", SetUpPasskey.as_view(), name="mfa_add_webauthn"),
    path("recovery-codes/", ShowRecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("agency/<slug:provider_id>/back/", account.back, name="openid_connect_callback"),
    # Where allauth's own pages lead to.
    path("reauthenticate/", Prove.as_view(), name="account_reauthenticate"),
    path("factors/all/", how_you_sign_in, name="mfa_index"),
    path("password/set/", how_you_sign_in, name="account_set_password"),
]
