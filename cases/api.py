"""This floor's addresses below /api/v1/."""

from django.urls import URLPattern, path

from cases.casework import api as casework
from cases.concerns import api as concerns
from cases.documents import api as documents

urlpatterns: list[URLPattern] = [
    path("cases/", casework.Cases.as_view(), name="api-cases"),
    path("cases/search/", casework.CaseSearch.as_view(), name="api-cases-search"),
    path("cases/<slug:reference>/", casework.OneCase.as_view(), name="api-case"),
    path("cases/<slug:reference>/documents/", documents.Documents.as_view(), name="api-documents"),
    path(
        "cases/<slug:reference>/documents/<uuid:pk>/",
        documents.DocumentFile.as_view(),
        name="api-document-file",
    ),
    path("concerns/", concerns.Concerns.as_view(), name="api-concerns"),
    path("concerns/<slug:reference>/", concerns.OneConcern.as_view(), name="api-concern"),
]
