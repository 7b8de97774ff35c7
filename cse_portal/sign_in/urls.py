"""The portal's own pages of signing in; allauth's are in allauth_urls.py."""

from django.urls import path

from cse_portal.sign_in.views import account, proving

app_name = "sign_in"
urlpatterns = [
    path("", account.account, name="account"),
    path("notifications/", account.notices, name="notices"),
    path("phone/", account.phone, name="phone"),
    path("prove/", proving.Prove.as_view(), name="prove"),
    path("factors/", proving.set_up, name="set-up"),
    path("factors/<int:pk>/remove/", proving.remove, name="remove-factor"),
    path("recovery-codes/new/", proving.new_recovery_codes, name="new-recovery-codes"),
    path("agency/<slug:provider_id>/", account.start, name="agency-start"),
    path("work-account/connect/", account.connect, name="connect"),
    path("work-account/disconnect/", account.disconnect, name="disconnect"),
    path("session/", account.session, name="session"),
    path("sessions/<int:pk>/end/", account.end_session, name="end-session"),
    path("sessions/end-others/", account.end_other_sessions, name="end-other-sessions"),
]
