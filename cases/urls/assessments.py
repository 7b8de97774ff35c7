"""The assessments of a case."""

from django.urls import URLPattern, path

from cases.views import assessments

urlpatterns: list[URLPattern] = [
    path("cases/<slug:reference>/assessments/", assessments.assessment_list, name="assessments"),
    path("cases/<slug:reference>/assessments/new/", assessments.assessment_new, name="assessment-new"),
    path("cases/<slug:reference>/assessments/<uuid:pk>/", assessments.assessment, name="assessment"),
    path(
        "cases/<slug:reference>/assessments/<uuid:pk>/confirm/",
        assessments.assessment_confirm,
        name="assessment-confirm",
    ),
]
