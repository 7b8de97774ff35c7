"""Addresses of retention and disposal."""

from django.urls import path

from reporting.views import disposals, retention

urlpatterns = [
    path("retention/", retention.review, name="retention"),
    path("retention/schedule/", retention.schedule, name="retention-schedule"),
    path("retention/holds/", retention.holds, name="retention-holds"),
    path("retention/holds/new/", retention.hold_new, name="retention-hold-new"),
    path("retention/holds/<uuid:pk>/lift/", retention.hold_lift, name="retention-hold-lift"),
    path("retention/records/<slug:reference>/", retention.record, name="retention-record"),
    path("retention/records/<slug:reference>/hold/", retention.record_hold, name="retention-record-hold"),
    path("retention/records/<slug:reference>/keep/", retention.record_keep, name="retention-record-keep"),
    path(
        "retention/records/<slug:reference>/propose/",
        retention.record_propose,
        name="retention-record-propose",
    ),
    path("retention/disposals/", disposals.disposals, name="disposals"),
    path("retention/disposals/<uuid:pk>/", disposals.disposal, name="disposal"),
    path("retention/disposals/<uuid:pk>/withdraw/", disposals.withdraw, name="disposal-withdraw"),
    path("retention/disposals/<uuid:pk>/certificate/", disposals.certificate, name="certificate"),
]
