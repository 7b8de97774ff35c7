"""The intelligence floor's addresses."""

from django.urls import path

from intelligence.desk import views as desk
from intelligence.disruption import views as disruption
from intelligence.submissions import views as submissions

app_name = "intelligence"

urlpatterns = [
    path("intelligence/", submissions.mine, name="mine"),
    path("intelligence/new/", submissions.new, name="new"),
    path("intelligence/from-interview/<uuid:pk>/", submissions.from_interview, name="from-interview"),
    path("intelligence/offer/<uuid:pk>/", submissions.offer, name="offer"),
    path("intelligence/inbox/", desk.inbox, name="inbox"),
    path("intelligence/reports/", desk.report_list, name="reports"),
    path("intelligence/reports/<slug:reference>/", desk.report, name="report"),
    path("intelligence/reports/<slug:reference>/link/<slug:kind>/", desk.link, name="link"),
    path("intelligence/reports/<slug:reference>/readers/", desk.readers, name="readers"),
    path("intelligence/reports/<slug:reference>/people/<uuid:pk>/", desk.standing, name="standing"),
    path("intelligence/disruption/", disruption.disruptions, name="disruptions"),
    path("intelligence/disruption/<uuid:pk>/", disruption.disruption, name="disruption"),
    path("intelligence/disruption/<uuid:pk>/step/", disruption.step, name="disruption-step"),
    path("intelligence/<slug:reference>/", submissions.submission, name="submission"),
    path("intelligence/<slug:reference>/write/<slug:step>/", submissions.step, name="step"),
    path("intelligence/<slug:reference>/write/<slug:step>/advice/", submissions.advice, name="advice"),
    path("intelligence/<slug:reference>/check/", submissions.check, name="check"),
    path("intelligence/<slug:reference>/sent/", submissions.sent, name="sent"),
    path("intelligence/<slug:reference>/delete/", submissions.discard, name="discard"),
    path("intelligence/<slug:reference>/reply/", submissions.reply, name="reply"),
    path("intelligence/<slug:reference>/receive/", desk.receive, name="receive"),
    path("intelligence/<slug:reference>/return/", desk.return_for_detail, name="return"),
    path("intelligence/<slug:reference>/grade/", desk.grade, name="grade"),
    path("intelligence/<slug:reference>/feedback/", desk.feedback, name="feedback"),
    path("cases/<slug:reference>/intelligence/", desk.case_reports, name="case-reports"),
]
