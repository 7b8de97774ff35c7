"""The top floor's addresses; the home page is everybody's, so its name has no prefix."""

from django.urls import include, path

from reporting.board import views as board
from reporting.home import views as home
from reporting.oversight import views as oversight
from reporting.prevention import views as prevention
from reporting.profile import views as profile
from reporting.provision import views as provision
from reporting.quality import views as quality
from reporting.region import views as region
from reporting.retention import views as retention
from reporting.returns import views as returns
from reporting.subject_access import views as subject_access
from reporting.workforce import views as workforce

_ONE = "subject-access/<slug:reference>/"

pages = [
    path("returns/", returns.returns, name="returns"),
    path("returns/<slug:quarter>/", returns.one, name="return"),
    path("returns/<slug:quarter>/start/", returns.start, name="start-return"),
    path("returns/<slug:quarter>/measures/<slug:measure>/", returns.measure, name="return-measure"),
    path(
        "returns/<slug:quarter>/explain/<slug:measure>/<slug:dimension>/<slug:row>/<slug:column>/",
        returns.explain,
        name="explain-change",
    ),
    path("measures/", returns.measures, name="measures"),
    path("measures/<slug:period>/", returns.measures, name="measures-of"),
    path("measures/<slug:period>/<slug:measure>/", returns.measure_of_days, name="measure"),
    *(
        path(f"returns/<slug:quarter>/{step}/", returns.act, {"step": step}, f"{step}-return")
        for step in returns.ACTS
    ),
    path("returns/<slug:quarter>/ask/", returns.ask, name="ask-for-gaps"),
    path("returns/<slug:quarter>/sent-file/", returns.sent_file, name="sent-return"),
    path("gaps/", returns.gaps, name="gaps"),
    path("returns/<slug:quarter>/download/<slug:file_format>/", returns.download, name="download-return"),
    path("region/", region.one, name="region"),
    path("region/upload/", region.upload, name="region-upload"),
    path("region/<slug:quarter>/", region.one, name="region-quarter"),
    path("region/<slug:quarter>/download/<slug:file_format>/", region.download, name="region-download"),
    path("attendance/", board.attendance, name="attendance"),
    path(
        "returns/<slug:period>/behind/<slug:measure>/<slug:dimension>/<slug:row>/<slug:column>/",
        returns.behind,
        name="behind",
    ),
    path("reports/", board.reports, name="reports"),
    path("reports/<slug:quarter>/", board.one, name="board-pack"),
    path("reports/<slug:quarter>/write/<slug:page>/", board.write, name="board-pack-write"),
    *(
        path(f"reports/<slug:quarter>/{step}/", board.step, {"step": step}, f"board-pack-{step}")
        for step in board.STEPS
    ),
    path("reports/<slug:quarter>/decisions/<int:number>/", board.decide, name="board-decision"),
    path(
        "reports/<slug:quarter>/decisions/<int:number>/report/", board.report_on, name="board-decision-report"
    ),
    path("reports/<slug:quarter>/preview.pdf", board.preview, name="board-pack-preview"),
    path("reports/<slug:quarter>/<slug:audience>.pdf", board.download, name="report-pdf"),
    path("profiles/", profile.profiles, name="profiles"),
    path("profiles/parts/<uuid:pk>/", profile.part, name="profile-part"),
    path("profiles/parts/<uuid:pk>/objective/", profile.take_up, name="profile-objective"),
    path("profiles/<slug:year>/", profile.profile, name="profile"),
    path("profiles/<slug:year>/words/", profile.say, name="profile-words"),
    path("profiles/<slug:year>/add/<slug:kind>/", profile.add, name="profile-add"),
    path("profiles/<slug:year>/publish/", profile.publish, name="profile-publish"),
    path("profiles/<slug:year>/<slug:version>.pdf", profile.pdf, name="profile-pdf"),
    path("audit/", oversight.queue, name="audit"),
    path("audit/decided/", oversight.decided, name="audit-decided"),
    path("audit/findings/<uuid:pk>/", oversight.finding, name="audit-finding"),
    path("audit/searches/", oversight.searches, name="audit-searches"),
    path("audit/cases/<slug:reference>/", oversight.of_case, name="audit-case"),
    path("audit/people/<uuid:pk>/", oversight.of_person, name="audit-person"),
    path("retention/", retention.review, name="retention"),
    path("retention/schedule/", retention.schedule, name="retention-schedule"),
    path("retention/holds/", retention.holds, name="retention-holds"),
    path("retention/holds/new/", retention.hold_new, name="retention-hold-new"),
    path("retention/holds/<uuid:pk>/lift/", retention.hold_lift, name="retention-hold-lift"),
    path("retention/records/<slug:reference>/", retention.record, name="retention-record"),
    path("retention/disposals/", retention.disposals, name="disposals"),
    path("retention/disposals/<uuid:pk>/", retention.disposal, name="disposal"),
    path("retention/disposals/<uuid:pk>/certificate/", retention.certificate, name="certificate"),
    path("case-audits/", quality.audits, name="case-audits"),
    path("case-audits/draw/", quality.draw, name="audit-draw"),
    path("case-audits/samples/<uuid:pk>/", quality.sample, name="audit-sample"),
    path("case-audits/actions/<uuid:pk>/", quality.action, name="audit-action"),
    path("case-audits/<uuid:pk>/", quality.audit, name="case-audit"),
    path("supervision/", quality.supervision, name="supervision"),
    path("supervision/new/", quality.supervise, name="supervise"),
    path("supervision/<uuid:pk>/", quality.supervision_record, name="supervision-record"),
    path("supervision/<uuid:pk>/correct/", quality.supervise, name="supervision-correct"),
    path("support/", provision.support, name="support"),
    path("prevention/", prevention.activity_list, name="prevention"),
    path("prevention/new/", prevention.activity_add, name="prevention-add"),
    path("prevention/csv/", prevention.activity_csv, name="prevention-csv"),
    path("prevention/wards/", provision.prevention, name="prevention-wards"),
    path("prevention/<uuid:pk>/", prevention.activity_edit, name="prevention-edit"),
    path("training/", workforce.training, name="training"),
    path("training/people/", workforce.trained_people, name="training-people"),
    path("training/people/<uuid:pk>/left/", workforce.staff_left, name="training-left"),
    path("training/attendances/new/", workforce.attend, name="training-attend"),
    path("training/attendances/<uuid:pk>/remove/", workforce.attendance_remove, name="training-remove"),
    path("training/courses/", workforce.courses, name="training-courses"),
    path("training/courses/new/", workforce.course, name="training-course-add"),
    path("training/courses/<uuid:pk>/", workforce.course, name="training-course"),
    path("training/lists/new/", workforce.upload, name="training-upload"),
    path("training/lists/<uuid:pk>/", workforce.one_list, name="training-list"),
    path("strategy/success/", board.success, name="success"),
    path("strategy/report.pdf", board.report, name="strategy-report"),
    path("cases/<slug:reference>/subject-access/", subject_access.of_case, name="subject-access"),
    path("cases/<slug:reference>/subject-access/new/", subject_access.new, name="subject-access-new"),
    path("subject-access/", subject_access.requests, name="subject-access-requests"),
    path("disclosures/", subject_access.disclosures, name="disclosures"),
    path(_ONE, subject_access.one, name="subject-access-request"),
    path(f"{_ONE}parts/<str:key>/", subject_access.part, name="subject-access-part"),
    path(f"{_ONE}items/<uuid:pk>/", subject_access.item, name="subject-access-item"),
    *(
        path(f"{_ONE}{step}/", subject_access.step, {"step": step}, f"subject-access-{step}")
        for step in subject_access.STEPS
    ),
    *(
        path(f"{_ONE}{act}/", subject_access.act, {"act": act}, f"subject-access-{act}")
        for act in subject_access.ACTS
    ),
    path(f"{_ONE}release/", subject_access.release, name="subject-access-release"),
    path(f"{_ONE}disclose/", subject_access.disclose, name="subject-access-disclose"),
    path(f"{_ONE}bundle.pdf", subject_access.bundle, name="subject-access-bundle"),
]
urlpatterns = [path("", home.home, name="home"), path("", include((pages, "reporting")))]
