"""Writing and following concerns."""

from django.urls import URLPattern, path

from cases.views import concerns, concerns_writing

urlpatterns: list[URLPattern] = [
    path("concerns/", concerns.concern_list, name="concerns"),
    path("concerns/new/", concerns_writing.concern_new, name="concern-new"),
    path("concerns/<slug:reference>/", concerns.concern, name="concern"),
    path("concerns/<slug:reference>/write/<slug:step>/", concerns_writing.concern_step, name="concern-step"),
    path("concerns/<slug:reference>/call/", concerns_writing.concern_danger, name="concern-danger"),
    path("concerns/<slug:reference>/check/", concerns_writing.concern_check, name="concern-check"),
    path("concerns/<slug:reference>/delete/", concerns_writing.concern_delete, name="concern-delete"),
    path("concerns/<slug:reference>/sent/", concerns.concern_sent, name="concern-sent"),
    path("concerns/<slug:reference>/add/", concerns.concern_add, name="concern-add"),
]
