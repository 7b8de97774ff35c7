"""The chronology of a case."""

from django.urls import URLPattern, path

from cases.views import chronology

urlpatterns: list[URLPattern] = [
    path("cases/<slug:reference>/chronology/", chronology.chronology_list, name="chronology"),
    path("cases/<slug:reference>/chronology/new/", chronology.chronology_add, name="chronology-add"),
    path("cases/<slug:reference>/chronology/print/", chronology.chronology_print, name="chronology-print"),
]
