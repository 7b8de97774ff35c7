"""This floor's addresses below /api/v1/."""

from django.urls import URLPattern, path

from mase.meetings import api as meetings

urlpatterns: list[URLPattern] = [
    path("meetings/", meetings.Meetings.as_view(), name="api-meetings"),
    path("meetings/<uuid:pk>/", meetings.Meeting.as_view(), name="api-meeting"),
    path("actions/", meetings.Actions.as_view(), name="api-actions"),
]
