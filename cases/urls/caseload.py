"""The list of cases and the first page of each."""

from django.urls import URLPattern, path

from cases.views import case, caseload

urlpatterns: list[URLPattern] = [
    path("cases/", caseload.case_list, name="list"),
    path("cases/<slug:reference>/", case.case, name="case"),
    path("cases/<slug:reference>/edit/", case.case_edit, name="case-edit"),
    path("cases/<slug:reference>/lead/", case.case_lead, name="case-lead"),
]
