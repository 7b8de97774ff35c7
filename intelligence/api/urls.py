"""This floor's addresses below /api/v1/."""

from django.urls import URLPattern, path

from intelligence.api import views

urlpatterns: list[URLPattern] = [
    path("intelligence/submissions/", views.Submissions.as_view(), name="api-submissions"),
]
