"""Turning 18."""

from django.urls import URLPattern, path

from mase.views import transition

urlpatterns: list[URLPattern] = [
    path("cases/<slug:reference>/turning-18/", transition.of_case, name="transition"),
    path("cases/<slug:reference>/turning-18/<slug:part>/", transition.record_part, name="transition-record"),
]
