"""The ground floor's addresses."""

from django.urls import path

from cases.assessments import views as assessments
from cases.borders import views as borders
from cases.casework import views as casework
from cases.chronology import views as chronology
from cases.community import views as community
from cases.concerns import views as concerns
from cases.court import views as court
from cases.documents import views as documents
from cases.exports import views as exports
from cases.family import views as family
from cases.handoffs import views as handoffs
from cases.history import views as history
from cases.identity import views as identity
from cases.letters import views as letters
from cases.matching import views as matching
from cases.merging import views as merging
from cases.missing import views as missing
from cases.record import views as record
from cases.reviews import views as reviews
from cases.sharing.views import access, declarations, emergency, exclusions
from cases.strategy import views as strategy
from cases.support import views as support
from cases.tonight import views as tonight
from cases.triage import views as triage
from cases.trigger_plans import views as trigger_plans
from cases.voice import views as voice

app_name = "cases"

urlpatterns = [
    path("concerns/", concerns.concern_list, name="concerns"),
    path("concerns/new/", concerns.concern_new, name="concern-new"),
    path("concerns/register/", matching.concern_register, name="concern-register"),
    path("concerns/<slug:reference>/", concerns.concern, name="concern"),
    path("concerns/<slug:reference>/same-child/<slug:other>/", matching.concern_link, name="concern-link"),
    path("concerns/<slug:reference>/write/<slug:step>/", concerns.concern_step, name="concern-step"),
    path("concerns/<slug:reference>/check/", concerns.concern_check, name="concern-check"),
    path("concerns/<slug:reference>/delete/", concerns.concern_delete, name="concern-delete"),
    path("concerns/<slug:reference>/sent/", concerns.concern_sent, name="concern-sent"),
    path("concerns/<slug:reference>/add/", concerns.concern_add, name="concern-add"),
    path("tell-us/", community.tell_us, name="tell-us"),
    path("community/", community.report_list, name="community-reports"),
    path("community/<slug:reference>/", community.report, name="community-report"),
    path("community/<slug:reference>/concern/", community.report_concern, name="community-concern"),
    path("triage/", triage.triage_list, name="triage"),
    path("triage/<slug:reference>/", triage.triage_concern, name="triage-concern"),
    path("triage/<slug:reference>/take/", triage.triage_take, name="triage-take"),
    path("triage/<slug:reference>/correct/", triage.triage_correct, name="triage-correct"),
    path("handoffs/", handoffs.handed_list, name="handoffs"),
    path("handoffs/not-accepted/", handoffs.not_accepted_list, name="handoffs-not-accepted"),
    path("handoffs/<uuid:pk>/", handoffs.hand_off, name="handoff"),
    path("handoffs/<uuid:pk>/accept/", handoffs.hand_off_accept, name="handoff-accept"),
    path("handoffs/<uuid:pk>/decline/", handoffs.hand_off_decline, name="handoff-decline"),
    path("handoffs/<uuid:pk>/review/", handoffs.hand_off_review, name="handoff-review"),
    path("handoffs/<uuid:pk>/end/", handoffs.hand_off_end, name="handoff-end"),
    path("handoffs/<uuid:pk>/step-up/", handoffs.hand_off_step_up, name="handoff-step-up"),
    path("handoffs/<uuid:pk>/pass-on/", handoffs.hand_off_pass_on, name="handoff-pass-on"),
    path("cases/<slug:reference>/step-down/", handoffs.case_step_down, name="step-down"),
    path("cases/", record.case_list, name="list"),
    path("cases/<slug:reference>/", casework.case, name="case"),
    path("cases/<slug:reference>/add/<slug:concern>/", triage.case_add_concern, name="case-add-concern"),
    path("cases/<slug:reference>/same-child/", merging.same_child, name="same-child"),
    path("cases/<slug:reference>/tonight/", tonight.tonight, name="tonight"),
    path("cases/<slug:reference>/edit/", casework.case_edit, name="case-edit"),
    path("cases/<slug:reference>/picture/", casework.case_picture, name="picture"),
    path("cases/<slug:reference>/lead/", casework.case_lead, name="case-lead"),
    path("cases/<slug:reference>/assessments/", assessments.assessment_list, name="assessments"),
    path("cases/<slug:reference>/assessments/new/", assessments.assessment_new, name="assessment-new"),
    path("cases/<slug:reference>/assessments/<uuid:pk>/", assessments.assessment, name="assessment"),
    path(
        "cases/<slug:reference>/assessments/<uuid:pk>/confirm/",
        assessments.assessment_confirm,
        name="assessment-confirm",
    ),
    path("cases/<slug:reference>/voice/", voice.voice_list, name="voice"),
    path("cases/<slug:reference>/voice/new/", voice.voice_new, name="voice-new"),
    path("cases/<slug:reference>/voice/<uuid:pk>/changed/", voice.voice_change, name="voice-change"),
    path("cases/<slug:reference>/support/", support.support_list, name="support"),
    path("cases/<slug:reference>/support/new/", support.support_refer, name="support-refer"),
    path("cases/<slug:reference>/support/<uuid:pk>/", support.support_progress, name="support-progress"),
    path("support/services/", support.service_list, name="services"),
    path("support/services/new/", support.service_add, name="service-add"),
    path("support/services/<uuid:pk>/", support.service, name="service"),
    path("support/services/<uuid:pk>/edit/", support.service_edit, name="service-edit"),
    path("cases/<slug:reference>/review/", reviews.review_new, name="review-new"),
    path("cases/<slug:reference>/court/", court.court, name="court"),
    path("cases/<slug:reference>/court/<slug:kind>/<slug:which>/", court.court_record, name="court-record"),
    path("cases/<slug:reference>/strategy/", strategy.strategy, name="strategy"),
    path("cases/<slug:reference>/chronology/", chronology.chronology_list, name="chronology"),
    path("cases/<slug:reference>/chronology/new/", chronology.chronology_add, name="chronology-add"),
    path(
        "cases/<slug:reference>/chronology/<uuid:pk>/star/",
        chronology.chronology_star,
        name="chronology-star",
    ),
    path("cases/<slug:reference>/chronology/print/", chronology.chronology_print, name="chronology-print"),
    path("cases/<slug:reference>/documents/", documents.document_list, name="documents"),
    path("cases/<slug:reference>/documents/new/", documents.document_add, name="document-add"),
    path("cases/<slug:reference>/documents/<uuid:pk>/", documents.document_file, name="document-file"),
    path(
        "cases/<slug:reference>/documents/<uuid:pk>/remove/",
        documents.document_remove,
        name="document-remove",
    ),
    path("exports/", exports.export_list, name="exports"),
    path("exports/new/", exports.export_new, name="export-new"),
    path("exports/<uuid:pk>/", exports.export, name="export"),
    path("exports/<uuid:pk>/file/", exports.export_file, name="export-file"),
    path("copies/", exports.copies, name="copies"),
    path("cases/<slug:reference>/access/", access.access_list, name="access"),
    path("cases/<slug:reference>/access/share/", access.access_share, name="access-share"),
    path("cases/<slug:reference>/access/stop/<slug:kind>/<uuid:pk>/", access.access_stop, name="access-stop"),
    path("cases/<slug:reference>/access/restrict/", access.case_restrict, name="restrict"),
    path("cases/<slug:reference>/access/lift/", access.case_lift_restriction, name="restrict-lift"),
    path("borders/", borders.border_list, name="border-list"),
    path("cases/<slug:reference>/borders/", borders.case_borders, name="borders"),
    path("cases/<slug:reference>/borders/<slug:kind>/", borders.border_add, name="border-add"),
    path(
        "cases/<slug:reference>/borders/transfers/<uuid:pk>/", borders.transfer_answer, name="transfer-answer"
    ),
    path("cases/<slug:reference>/close/", casework.case_close, name="close"),
    path("cases/<slug:reference>/reopen/", casework.case_reopen, name="reopen"),
    path("emergency/", emergency.emergency_open, name="emergency"),
    path("emergency/reviews/", emergency.emergency_list, name="emergencies"),
    path("emergency/reviews/<uuid:pk>/", emergency.emergency_review, name="emergency-review"),
    path("why/", access.why, name="why"),
    path("conflicts/", declarations.declaration_list, name="conflicts"),
    path("conflicts/new/", declarations.declaration_add, name="conflict-add"),
    path("conflicts/<uuid:pk>/withdraw/", declarations.declaration_withdraw, name="conflict-withdraw"),
    path("cases/<slug:reference>/know/", declarations.know_family_of_case, name="know-case"),
    path("concerns/<slug:reference>/know/", declarations.know_family_of_concern, name="know-concern"),
    path("exclusions/proposed/<uuid:pk>/", exclusions.exclusion_decide, name="exclusion-decide"),
    path("exclusions/", exclusions.exclusion_list, name="exclusions"),
    path("exclusions/new/", exclusions.exclusion_add, name="exclusion-add"),
    path("exclusions/<uuid:pk>/lift/", exclusions.exclusion_lift, name="exclusion-lift"),
    path("cases/<slug:reference>/family/", history.family_and_network, name="family"),
    path("cases/<slug:reference>/family/add/<slug:kind>/", history.period_add, name="period-add"),
    path("cases/<slug:reference>/family/periods/<uuid:pk>/", history.period_edit, name="period-edit"),
    path("cases/<slug:reference>/family/new/", family.family_add, name="family-add"),
    path("cases/<slug:reference>/family/<uuid:pk>/", family.family_edit, name="family-edit"),
    path("cases/<slug:reference>/family/contacts/new/", identity.contact_add, name="contact-add"),
    path("cases/<slug:reference>/family/contacts/<uuid:pk>/", identity.contact_edit, name="contact-edit"),
    path("cases/<slug:reference>/letters/", letters.letter_list, name="letters"),
    path("cases/<slug:reference>/letters/new/", letters.letter_add, name="letter-add"),
    path("cases/<slug:reference>/letters/<uuid:pk>/", letters.letter_edit, name="letter"),
    path("cases/<slug:reference>/letters/<uuid:pk>/sent/", letters.letter_sent, name="letter-sent"),
    path("cases/<slug:reference>/letters/<uuid:pk>/pdf/", letters.letter_pdf, name="letter-pdf"),
    path("letters/wording/", letters.wording, name="letter-wording"),
    path("cases/<slug:reference>/address/", family.address_list, name="addresses"),
    path("cases/<slug:reference>/address/new/", family.address_add, name="address-add"),
    path("cases/<slug:reference>/address/<uuid:pk>/", family.address_show, name="address"),
    path("cases/<slug:reference>/address/<uuid:pk>/end/", family.address_end, name="address-end"),
    path("cases/<slug:reference>/health/", family.health_list, name="health"),
    path("cases/<slug:reference>/health/new/", family.health_add, name="health-add"),
    path("cases/<slug:reference>/health/identity/", identity.identity_add, name="identity-add"),
    path("cases/<slug:reference>/access/parts/", access.section_show, name="section-show"),
    path(
        "cases/<slug:reference>/access/parts/stop/<slug:kind>/<uuid:pk>/",
        access.section_stop,
        name="section-stop",
    ),
    path("missing/", missing.missing_now, name="missing-now"),
    path("cases/<slug:reference>/missing/", missing.missing_list, name="missing"),
    path("cases/<slug:reference>/missing/new/", missing.missing_report, name="missing-report"),
    path("cases/<slug:reference>/missing/plan/", trigger_plans.trigger_plan, name="trigger-plan"),
    path(
        "cases/<slug:reference>/missing/plan/print/",
        trigger_plans.trigger_plan_print,
        name="trigger-plan-print",
    ),
    path("cases/<slug:reference>/missing/<uuid:pk>/", missing.missing_details, name="missing-details"),
    path("cases/<slug:reference>/missing/<uuid:pk>/start/", missing.missing_start, name="missing-start"),
    path("cases/<slug:reference>/missing/<uuid:pk>/call/", missing.missing_call, name="missing-call"),
    path("cases/<slug:reference>/missing/calls/<uuid:pk>/", missing.missing_called, name="missing-called"),
    path("cases/<slug:reference>/missing/<uuid:pk>/seen/", missing.missing_sighting, name="missing-sighting"),
    path("cases/<slug:reference>/missing/<uuid:pk>/grade/", missing.missing_grade, name="missing-grade"),
    path("cases/<slug:reference>/missing/<uuid:pk>/shared/", missing.missing_shared, name="missing-shared"),
    path("cases/<slug:reference>/missing/<uuid:pk>/back/", missing.missing_back, name="missing-back"),
    path("cases/<slug:reference>/missing/<uuid:pk>/book/", missing.missing_book, name="missing-book"),
    path(
        "cases/<slug:reference>/missing/<uuid:pk>/interview/",
        missing.missing_interview,
        name="missing-interview",
    ),
]
