"""Addresses of requests to see a record, and of the register."""

from django.urls import URLPattern, path

from reporting.views.subject_access import items, leaving, requests

_ONE = "subject-access/<slug:reference>/"
_ITEM = f"{_ONE}items/<uuid:pk>/"

urlpatterns: list[URLPattern] = [
    path("cases/<slug:reference>/subject-access/", requests.of_case, name="subject-access"),
    path("cases/<slug:reference>/subject-access/new/", requests.new, name="subject-access-new"),
    path("subject-access/", requests.requests, name="subject-access-requests"),
    path("disclosures/", leaving.disclosures, name="disclosures"),
    path("disclosures/<uuid:pk>/", leaving.disclosure, name="disclosure"),
    path(_ONE, requests.one, name="subject-access-request"),
    path(f"{_ONE}identity/", requests.identity, name="subject-access-identity"),
    path(f"{_ONE}extend/", requests.extend, name="subject-access-extend"),
    path(f"{_ONE}close/", requests.close, name="subject-access-close"),
    path(f"{_ONE}assemble/", requests.assemble, name="subject-access-assemble"),
    path(f"{_ONE}names/", items.names, name="subject-access-names"),
    path(f"{_ONE}send/", requests.send, name="subject-access-send"),
    path(f"{_ONE}take-back/", requests.take_back, name="subject-access-take-back"),
    path(f"{_ONE}finish-reading/", requests.finish_reading, name="subject-access-finish-reading"),
    path(f"{_ONE}release/", leaving.release, name="subject-access-release"),
    path(f"{_ONE}disclose/", leaving.disclose, name="subject-access-disclose"),
    path(f"{_ONE}make-again/", leaving.make_again, name="subject-access-make-again"),
    path(f"{_ONE}bundle.pdf", leaving.bundle, name="subject-access-bundle"),
    path(_ITEM, items.item, name="subject-access-item"),
    path(f"{_ITEM}mark/", items.mark, name="subject-access-mark"),
    path(f"{_ITEM}unmark/", items.unmark, name="subject-access-unmark"),
    path(f"{_ITEM}hold/", items.hold, name="subject-access-hold"),
    path(f"{_ITEM}include/", items.include, name="subject-access-include"),
]
