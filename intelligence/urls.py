"""The intelligence floor's addresses."""

from django.urls import path

from intelligence.desk.views import reports, work
from intelligence.disruption import views as disruption
from intelligence.hotspots import views as hotspots
from intelligence.links import views as links
from intelligence.outcomes import views as outcomes
from intelligence.profiles import views as profiles
from intelligence.sentences import views as sentences
from intelligence.submissions import views as submissions

app_name = "intelligence"

urlpatterns = [
    path("intelligence/", submissions.mine, name="mine"),
    path("intelligence/new/", submissions.new, name="new"),
    path("intelligence/from/<slug:kind>/<uuid:pk>/", submissions.begin_from, name="from"),
    path("intelligence/inbox/", work.inbox, name="inbox"),
    path("intelligence/inbox/<slug:reference>/", work.desk, name="desk"),
    path("intelligence/inbox/<slug:reference>/review/", work.review, name="review"),
    path("intelligence/inbox/<slug:reference>/force/pdf/", work.force_pdf, name="force-pdf"),
    path("intelligence/reports/", reports.report_list, name="reports"),
    path("intelligence/reports/<slug:reference>/", reports.report, name="report"),
    path("intelligence/reports/<slug:reference>/withdraw/", reports.withdraw, name="withdraw"),
    path("intelligence/reports/<slug:reference>/readers/", reports.readers, name="readers"),
    path("intelligence/subjects/", profiles.subjects, name="subjects"),
    path("intelligence/subjects/new/<slug:kind>/", profiles.new, name="subject-new"),
    path("intelligence/subjects/<slug:reference>/", profiles.subject, name="subject"),
    path("intelligence/subjects/<slug:reference>/act/", profiles.act, name="subject-act"),
    path("intelligence/subjects/<slug:reference>/edit/", profiles.edit, name="subject-edit"),
    path("intelligence/subjects/<slug:reference>/photo/", profiles.photo, name="subject-photo"),
    path("intelligence/subjects/<slug:reference>/who/", profiles.who, name="subject-who"),
    path("intelligence/subjects/<slug:reference>/review/", profiles.review, name="subject-review"),
    path("intelligence/subjects/<slug:reference>/merge/", profiles.merge, name="subject-merge"),
    path("intelligence/shared/", sentences.shared, name="shared"),
    path("intelligence/shared/<uuid:pk>/", sentences.sentence, name="shared-sentence"),
    path("intelligence/disruption/", disruption.disruptions, name="disruptions"),
    path("intelligence/disruption/<uuid:pk>/", disruption.disruption, name="disruption"),
    path("intelligence/disruption/ask/<slug:reference>/", disruption.ask, name="disruption-ask"),
    path("intelligence/disruption/<uuid:pk>/step/<slug:stage>/", disruption.step, name="disruption-step"),
    path("intelligence/disruption/<uuid:pk>/breach/", disruption.breach, name="disruption-breach"),
    path("intelligence/disruption/<uuid:pk>/effect/", disruption.effect, name="disruption-effect"),
    path("intelligence/disruption/<uuid:pk>/children/", disruption.children, name="disruption-children"),
    path("intelligence/disruption/breaches/<uuid:pk>/", disruption.breach_next, name="disruption-next"),
    path("intelligence/disruption/children/<uuid:pk>/", disruption.child, name="disruption-child"),
    path("intelligence/hotspots/", hotspots.hotspots, name="hotspots"),
    path("intelligence/links/", links.links, name="links"),
    path("intelligence/links/add/", links.add, name="connection-add"),
    path("intelligence/links/take/", links.take, name="connection-task"),
    path("intelligence/links/<uuid:pk>/", links.connection, name="connection"),
    path("intelligence/<slug:reference>/", submissions.submission, name="submission"),
    path("intelligence/<slug:reference>/write/<slug:step>/", submissions.step, name="step"),
    path("intelligence/<slug:reference>/write/<slug:step>/advice/", submissions.advice, name="advice"),
    path("intelligence/<slug:reference>/files/", submissions.attach, name="files"),
    path("intelligence/<slug:reference>/files/<uuid:pk>/", submissions.open_file, name="file"),
    path("intelligence/<slug:reference>/check/", submissions.check, name="check"),
    path("intelligence/<slug:reference>/sent/", submissions.sent, name="sent"),
    path("intelligence/<slug:reference>/delete/", submissions.discard, name="discard"),
    path("intelligence/<slug:reference>/reply/", submissions.reply, name="reply"),
    path("cases/<slug:reference>/intelligence/", reports.case_reports, name="case-reports"),
    path("cases/<slug:reference>/intelligence/orders/", disruption.case_orders, name="case-orders"),
    path(
        "cases/<slug:reference>/court/<uuid:investigation>/against/<slug:person>/",
        outcomes.outcome,
        name="court-outcome",
    ),
]
