"""Every address of the portal: each floor's pages, and the API."""

from django.conf import settings
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from cases.casework import api as casework
from cases.concerns import api as concerns
from cases.documents import api as documents
from cases.matching import views as matching
from cases.missing import api as missing
from cse_portal import health
from intelligence.desk import api as desk
from intelligence.submissions import api as submissions
from mase.meetings import api as meetings
from reporting.returns import api as returns

api = [
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
    path("missing/", missing.Missing.as_view(), name="api-missing"),
    path("intelligence/submissions/", submissions.Submissions.as_view(), name="api-submissions"),
    path(
        "intelligence/submissions/<slug:reference>/",
        desk.ForceSubmission.as_view(),
        name="api-submission",
    ),
    path("meetings/", meetings.Meetings.as_view(), name="api-meetings"),
    path("meetings/<uuid:pk>/", meetings.MeetingDetail.as_view(), name="api-meeting"),
    path("actions/", meetings.Actions.as_view(), name="api-actions"),
    path("returns/", returns.ReturnList.as_view(), name="api-returns"),
    path("returns/<slug:quarter>/", returns.ReturnDetail.as_view(), name="api-return"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
]
urlpatterns = [
    path("livez", health.live, name="livez"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("cse_portal.sign_in.urls")),
    path("accounts/", include("cse_portal.sign_in.allauth_urls")),
    path("search/", matching.find, name="search"),
    path("", include("cse_portal.people.urls")),
    path("", include("cse_portal.drafts.urls")),
    path("", include("cases.urls")),
    path("", include("mase.urls")),
    path("", include("intelligence.urls")),
    path("", include("reporting.urls")),
    path("", include("cse_portal.jobs.urls")),
    path("api/v1/", include(api)),
]
if settings.DEMO_SIGN_IN:
    urlpatterns.append(path("demo/", include("cse_portal.demo.urls")))

handler400 = "cse_portal.api.problems.bad_request"
handler403 = "cse_portal.api.problems.permission_denied"
handler404 = "cse_portal.api.problems.not_found"
handler500 = "cse_portal.api.problems.server_error"
