"""The documents of a case."""

from django.urls import URLPattern, path

from cases.views import documents

urlpatterns: list[URLPattern] = [
    path("cases/<slug:reference>/documents/", documents.document_list, name="documents"),
    path("cases/<slug:reference>/documents/new/", documents.document_add, name="document-add"),
    path("cases/<slug:reference>/documents/<uuid:pk>/", documents.document_file, name="document-file"),
    path(
        "cases/<slug:reference>/documents/<uuid:pk>/remove/",
        documents.document_remove,
        name="document-remove",
    ),
]
