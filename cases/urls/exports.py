"""Copies of people's records."""

from django.urls import URLPattern, path

from cases.views import exports

urlpatterns: list[URLPattern] = [
    path("exports/", exports.export_list, name="exports"),
    path("exports/new/", exports.export_new, name="export-new"),
    path("exports/<uuid:pk>/", exports.export, name="export"),
    path("exports/<uuid:pk>/file/", exports.export_file, name="export-file"),
    path("copies/", exports.copies, name="copies"),
]
