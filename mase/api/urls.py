"""This floor's addresses below /api/v1/."""

from django.urls import URLPattern, path

from mase.api import views

urlpatterns: list[URLPattern] = [
    path("meetings/", views.Meetings.as_view(), name="api-meetings"),
    path("meetings/<uuid:pk>/", views.Meeting.as_view(), name="api-meeting"),
    path("actions/", views.Actions.as_view(), name="api-actions"),
]
