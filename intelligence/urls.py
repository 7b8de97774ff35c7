"""The intelligence floor's addresses."""

from django.urls import path

from intelligence.views import disruption, inbox, linking, mine, reports, writing

app_name = "intelligence"

urlpatterns = [
    path("intelligence/", mine.mine, name="mine"),
    path("intelligence/new/", writing.new, name="new"),
    path("intelligence/inbox/", inbox.inbox, name="inbox"),
    path("intelligence/reports/", reports.report_list, name="reports"),
    path("intelligence/reports/<slug:reference>/", reports.report, name="report"),
    path("intelligence/reports/<slug:reference>/link/<slug:kind>/", linking.link, name="link"),
    path("intelligence/reports/<slug:reference>/readers/", linking.readers, name="readers"),
    path("intelligence/reports/<slug:reference>/people/<uuid:pk>/", linking.standing, name="standing"),
    path("intelligence/disruption/", disruption.disruptions, name="disruptions"),
    path("intelligence/disruption/<uuid:pk>/", disruption.disruption, name="disruption"),
    path("intelligence/disruption/<uuid:pk>/step/", disruption.step, name="disruption-step"),
    path("intelligence/<slug:reference>/", mine.submission, name="submission"),
    path("intelligence/<slug:reference>/write/<slug:step>/", writing.step, name="step"),
    path("intelligence/<slug:reference>/write/<slug:step>/advice/", writing.advice, name="advice"),
    path("intelligence/<slug:reference>/check/", writing.check, name="check"),
    path("intelligence/<slug:reference>/sent/", writing.sent, name="sent"),
    path("intelligence/<slug:reference>/delete/", writing.discard, name="discard"),
    path("intelligence/<slug:reference>/reply/", mine.reply, name="reply"),
    path("intelligence/<slug:reference>/receive/", inbox.receive, name="receive"),
    path("intelligence/<slug:reference>/return/", inbox.return_for_detail, name="return"),
    path("intelligence/<slug:reference>/grade/", inbox.grade, name="grade"),
    path("intelligence/<slug:reference>/feedback/", inbox.feedback, name="feedback"),
    path("cases/<slug:reference>/intelligence/", reports.case_reports, name="case-reports"),
]
