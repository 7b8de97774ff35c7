"""When a child was missing."""

from django.urls import URLPattern, path

from cases.views import missing

urlpatterns: list[URLPattern] = [
    path("cases/<slug:reference>/missing/", missing.missing_list, name="missing"),
    path("cases/<slug:reference>/missing/new/", missing.missing_report, name="missing-report"),
    path("cases/<slug:reference>/missing/<uuid:pk>/back/", missing.missing_back, name="missing-back"),
    path(
        "cases/<slug:reference>/missing/<uuid:pk>/interview/",
        missing.missing_interview,
        name="missing-interview",
    ),
]
