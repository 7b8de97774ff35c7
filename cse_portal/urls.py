"""Every address of the portal, one floor an include."""

from django.conf import settings
from django.urls import include, path

from cse_portal import health
from cse_portal.ui.searching import search

urlpatterns = [
    path("livez", health.live, name="livez"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("cse_portal.sign_in.urls")),
    path("accounts/", include("cse_portal.sign_in.allauth_urls")),
    path("search/", search, name="search"),
    path("", include("cse_portal.people.urls")),
    path("", include("cse_portal.drafts.urls")),
    path("", include("cases.urls")),
    path("", include("mase.urls")),
    path("", include("intelligence.urls")),
    path("", include("reporting.urls")),
    path("", include("cse_portal.jobs.urls")),
    path("api/v1/", include("cases.api")),
    path("api/v1/", include("intelligence.api")),
    path("api/v1/", include("mase.api")),
    path("api/v1/", include("reporting.api")),
    path("api/v1/", include("cse_portal.api.urls")),
]
if settings.DEMO_SIGN_IN:
    urlpatterns.append(path("demo/", include("cse_portal.demo.urls")))

handler400 = "cse_portal.api.problems.bad_request"
handler403 = "cse_portal.api.problems.permission_denied"
handler404 = "cse_portal.api.problems.not_found"
handler500 = "cse_portal.api.problems.server_error"
