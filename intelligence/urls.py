"""The intelligence floor's addresses."""

from django.urls import path

from intelligence.views import inbox, linking, mine, reports, writing

app_name = "intelligence"

urlpatterns = [
    path("intelligence/", mine.mine, name="mine"),
    path("intelligence/new/", writing.new, name="new"),
    path("intelligence/inbox/", inbox.inbox, name="inbox"),
    path("intelligence/reports/", reports.report_list, name="reports"),
    path("intelligence/reports/<str:reference>/", reports.report, name="report"),
    path("intelligence/reports/<str:reference>/link/<str:kind>/", linking.link, name="link"),
    path("intelligence/reports/<str:reference>/readers/", linking.readers, name="readers"),
    path("intelligence/<str:reference>/", mine.submission, name="submission"),
    path("intelligence/<str:reference>/write/<str:step>/", writing.step, name="step"),
    path("intelligence/<str:reference>/check/", writing.check, name="check"),
    path("intelligence/<str:reference>/sent/", writing.sent, name="sent"),
    path("intelligence/<str:reference>/delete/", writing.discard, name="discard"),
    path("intelligence/<str:reference>/reply/", mine.reply, name="reply"),
    path("intelligence/<str:reference>/receive/", inbox.receive, name="receive"),
    path("intelligence/<str:reference>/return/", inbox.return_for_detail, name="return"),
    path("intelligence/<str:reference>/grade/", inbox.grade, name="grade"),
    path("intelligence/<str:reference>/feedback/", inbox.feedback, name="feedback"),
    path("cases/<str:reference>/intelligence/", reports.case_reports, name="case-reports"),
]
