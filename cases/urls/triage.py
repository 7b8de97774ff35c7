"""The triage queue."""

from django.urls import URLPattern, path

from cases.views import triage

urlpatterns: list[URLPattern] = [
    path("triage/", triage.triage_list, name="triage"),
    path("triage/<slug:reference>/", triage.triage_concern, name="triage-concern"),
]
