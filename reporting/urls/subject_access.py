"""Addresses of requests to see a record, and of the register."""

from django.urls import URLPattern, path

from reporting.views import subject_access as views

_ONE = "subject-access/<slug:reference>/"

urlpatterns: list[URLPattern] = [
    path("cases/<slug:reference>/subject-access/", views.of_case, name="subject-access"),
    path("cases/<slug:reference>/subject-access/new/", views.new, name="subject-access-new"),
    path("subject-access/", views.requests, name="subject-access-requests"),
    path("disclosures/", views.disclosures, name="disclosures"),
    path(_ONE, views.one, name="subject-access-request"),
    path(f"{_ONE}parts/<str:key>/", views.part, name="subject-access-part"),
    path(f"{_ONE}items/<uuid:pk>/", views.item, name="subject-access-item"),
    *(path(f"{_ONE}{step}/", views.step, {"step": step}, f"subject-access-{step}") for step in views.STEPS),
    *(path(f"{_ONE}{act}/", views.act, {"act": act}, f"subject-access-{act}") for act in views.ACTS),
    path(f"{_ONE}release/", views.release, name="subject-access-release"),
    path(f"{_ONE}disclose/", views.disclose, name="subject-access-disclose"),
    path(f"{_ONE}bundle.pdf", views.bundle, name="subject-access-bundle"),
]
