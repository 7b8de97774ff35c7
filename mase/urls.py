"""The meeting floor's addresses."""

from django.urls import URLPattern, path

from mase.clocks import views as clocks
from mase.cmog.views import agenda as cmog_agenda
from mase.cmog.views import cmog
from mase.cmog.views import items as cmog_items
from mase.disagreements import views as disagreements
from mase.meetings.choices import MeetingKind
from mase.meetings.views import live, meetings, scheduling, sections, sessions
from mase.minutes.views import minutes
from mase.minutes.views import steps as minutes_steps
from mase.plans.views import actions
from mase.strategy import views as strategy
from mase.transition import views as transition

app_name = "mase"

urlpatterns: list[URLPattern] = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/calendar/", meetings.calendar, name="calendar"),
    path("meetings/to-book/", meetings.to_book, name="to-book"),
    path("meetings/sessions/new/", sessions.new, name="session-new"),
    path("meetings/sessions/<uuid:pk>/", sessions.session, name="session"),
    path("meetings/sessions/<uuid:pk>/book/", sessions.book, name="session-book"),
    path("meetings/sessions/<uuid:pk>/move/<uuid:key>/", sessions.move, name="session-move"),
    path("meetings/sessions/<uuid:pk>/cancel/", sessions.cancel, name="session-cancel"),
    path("meetings/sessions/<uuid:pk>/answer/", sessions.answer, name="session-answer"),
    path("cases/<slug:reference>/meetings/", meetings.of_case, name="case-meetings"),
    path("cases/<slug:reference>/meetings/new/", scheduling.schedule, name="schedule"),
    path("meetings/<uuid:pk>/", meetings.meeting, name="meeting"),
    path("cases/<slug:reference>/meetings/clock/", clocks.of_case, name="case-clock"),
    path("meetings/<uuid:pk>/clock/", clocks.of_meeting, name="clock"),
    path("meetings/<uuid:pk>/answers/<uuid:key>/", scheduling.answer, name="answer"),
    path("meetings/<uuid:pk>/meeting.ics", scheduling.calendar, name="calendar-entry"),
    path("meetings/<uuid:pk>/report/", sections.report, name="report"),
    path("meetings/<uuid:pk>/reports/<uuid:key>/ask/", sections.ask, name="report-ask"),
    path("meetings/<uuid:pk>/suggestions/<uuid:key>/take/", sections.take, name="suggestion-take"),
    path("meetings/<uuid:pk>/start/", meetings.start, name="start"),
    path("meetings/<uuid:pk>/end/", meetings.end, name="end"),
    path("meetings/<uuid:pk>/not-held/", scheduling.adjourn, name="not-held"),
    path("meetings/<uuid:pk>/change/", scheduling.change, name="change"),
    path("meetings/<uuid:pk>/chair/", scheduling.chair, name="chair"),
    path("meetings/<uuid:pk>/cancel/", scheduling.cancel, name="cancel"),
    path("meetings/<uuid:pk>/invite/", scheduling.invite, name="invite"),
    path("meetings/<uuid:pk>/family/", sections.family, name="family"),
    path("meetings/<uuid:pk>/live/", live.watch, name="live"),
    path("meetings/<uuid:pk>/stage/", live.move, name="stage"),
    path("meetings/<uuid:pk>/room/", live.room, name="room"),
    path("meetings/<uuid:pk>/agenda/", live.change_agenda, name="agenda"),
    path("meetings/<uuid:pk>/agenda/<uuid:key>/", live.change_item, name="agenda-item"),
    path("meetings/<uuid:pk>/remove/<slug:kind>/<uuid:key>/", sections.remove, name="remove"),
    path("meetings/<uuid:pk>/parts/<slug:kind>/<uuid:key>/", sections.save, name="section"),
    path("actions/", actions.action_list, name="actions"),
    path("actions/confirm/", actions.confirm_together, name="actions-confirm"),
    path("actions/people/", actions.people, name="action-people"),
    path("actions/people/<uuid:pk>/", actions.hand_over, name="action-hand-over"),
    path("actions/<uuid:pk>/", actions.action, name="action"),
    *(
        path(f"actions/<uuid:pk>/{what}/", actions.step, {"what": what}, name=f"action-{what}")
        for what in actions.STEPS
    ),
    path("meetings/<uuid:pk>/minutes/", minutes.minutes, name="minutes"),
    path("meetings/<uuid:pk>/minutes.pdf", minutes.download, name="minutes-pdf"),
    path("meetings/minutes/", minutes.to_send_out, name="minutes-drafts"),
    path("meetings/<uuid:pk>/papers.pdf", scheduling.pack, name="pack"),
    path("meetings/<uuid:pk>/minutes-draft.pdf", minutes.preview, name="minutes-draft-pdf"),
    path("meetings/<uuid:pk>/minutes/object/", minutes.object_to, name="minutes-object"),
    path("meetings/<uuid:pk>/minutes/wording/<uuid:key>/", minutes_steps.wording, name="minutes-wording"),
    path("meetings/<uuid:pk>/minutes/send-out/", minutes_steps.send_out, name="minutes-circulate"),
    path("meetings/<uuid:pk>/minutes/people/", minutes_steps.people, name="minutes-people"),
    path("meetings/<uuid:pk>/minutes/objections/<uuid:key>/", minutes_steps.answer, name="minutes-answer"),
    path("meetings/<uuid:pk>/minutes/add/", minutes_steps.add, name="minutes-add"),
    path("cmog/", cmog.cmogs, name="cmogs"),
    path("cmog/new/", cmog.book, name="cmog-book"),
    path("cmog/next/", cmog_agenda.put_on_next, name="cmog-next"),
    path("cmog/<uuid:pk>/", cmog.cmog, name="cmog"),
    path("cmog/<uuid:pk>/agenda/", cmog_agenda.order, name="cmog-agenda"),
    path("cmog/<uuid:pk>/agenda/add/", cmog_agenda.add, name="cmog-add"),
    path("cmog/<uuid:pk>/compile/", cmog.compile_agenda, name="cmog-compile"),
    path("cmog/<uuid:pk>/attendance/", cmog.attendance, name="cmog-attendance"),
    path("cmog/<uuid:pk>/end/", cmog.end, name="cmog-end"),
    path("cmog/items/<uuid:pk>/said/", cmog_items.said, name="cmog-said"),
    path("cmog/items/<uuid:pk>/action/", cmog_items.action, name="cmog-action"),
    path(
        "cmog/items/<uuid:pk>/action/<uuid:key>/remove/", cmog_items.remove_action, name="cmog-action-remove"
    ),
    path("cmog/items/<uuid:pk>/disruption/", cmog_items.disrupt, name="cmog-disruption"),
    path("cmog/items/<uuid:pk>/defer/", cmog_items.defer, name="cmog-defer"),
    path("cmog/items/<uuid:pk>/remove/", cmog_agenda.remove, name="cmog-remove"),
    path("cmog/items/<uuid:pk>/take-up/", cmog_items.take_up, name="cmog-take-up"),
    path("strategy/", strategy.plan, name="strategy"),
    path("strategy/set-out/", strategy.set_out, name="strategy-set-out"),
    path("strategy/meetings/new/", cmog.book, {"kind": MeetingKind.STRATEGIC}, name="strategy-book"),
    path("strategy/objectives/new/", strategy.add, name="objective-add"),
    path("strategy/objectives/<uuid:under>/actions/new/", strategy.add, name="strategic-action-add"),
    path("strategy/objectives/<uuid:pk>/", strategy.objective, name="objective"),
    path("strategy/objectives/<uuid:pk>/change/", strategy.change, name="objective-change"),
    path("cases/<slug:reference>/disagreements/", disagreements.of_case, name="case-disagreements"),
    path("cases/<slug:reference>/disagreements/new/", disagreements.start, name="disagreement-raise"),
    path("disagreements/", disagreements.everything, name="disagreements"),
    path("disagreements/<uuid:pk>/", disagreements.disagreement, name="disagreement"),
    path("disagreements/<uuid:pk>/act/", disagreements.act, name="disagreement-act"),
    path("cases/<slug:reference>/turning-18/", transition.of_case, name="transition"),
    path("cases/<slug:reference>/turning-18/<slug:part>/", transition.record_part, name="transition-record"),
]
