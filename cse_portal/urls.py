"""Every address of the portal, one floor an include."""

from django.conf import settings
from django.urls import include, path

from cse_portal import health

urlpatterns = [
    path("livez", health.live),
    path("readyz", health.ready),
    path("accounts/", include("allauth.account.urls")),
    path("", include("cases.urls")),
    path("", include("mase.urls")),
    path("", include("intelligence.urls")),
    path("", include("reporting.urls")),
    path("", include("cse_portal.jobs.urls")),
]
if settings.DEMO_SIGN_IN:
    urlpatterns.append(path("demo/", include("cse_portal.demo.urls")))

handler400 = "cse_portal.ui.views.bad_request"
handler403 = "cse_portal.ui.views.permission_denied"
handler404 = "cse_portal.ui.views.not_found"
handler500 = "cse_portal.ui.views.server_error"
