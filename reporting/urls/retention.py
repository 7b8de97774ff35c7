"""Addresses of retention and disposal."""

from django.urls import path

from reporting.views import retention

urlpatterns = [
    path("retention/", retention.review, name="retention"),
    path("retention/schedule/", retention.schedule, name="retention-schedule"),
    path("retention/holds/", retention.holds, name="retention-holds"),
    path("retention/holds/new/", retention.hold_new, name="retention-hold-new"),
    path("retention/holds/<uuid:pk>/lift/", retention.hold_lift, name="retention-hold-lift"),
    path("retention/records/<slug:reference>/", retention.record, name="retention-record"),
    path("retention/disposals/", retention.disposals, name="disposals"),
    path("retention/disposals/<uuid:pk>/", retention.disposal, name="disposal"),
    path("retention/disposals/<uuid:pk>/certificate/", retention.certificate, name="certificate"),
]
