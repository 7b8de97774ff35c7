"""This floor's addresses below /api/v1/."""

from django.urls import URLPattern, path

from intelligence.submissions import api as submissions

urlpatterns: list[URLPattern] = [
    path("intelligence/submissions/", submissions.Submissions.as_view(), name="api-submissions"),
]
