"""Meetings: the lists, booking one, and the page it is run from."""

from django.urls import URLPattern, path

from mase.views import answers, calendar, clocks, live, meetings, planned, reports, scheduling, sections

urlpatterns: list[URLPattern] = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/calendar/", calendar.calendar, name="calendar"),
    path("meetings/to-book/", meetings.to_book, name="to-book"),
    path("cases/<slug:reference>/meetings/", meetings.of_case, name="case-meetings"),
    path("cases/<slug:reference>/meetings/new/", scheduling.schedule, name="schedule"),
    path("meetings/<uuid:pk>/", meetings.meeting, name="meeting"),
    path("cases/<slug:reference>/meetings/clocks/<slug:step>/", clocks.of_case, name="case-clock"),
    path("meetings/<uuid:pk>/clocks/<slug:step>/", clocks.of_meeting, name="clock"),
    path("meetings/<uuid:pk>/answers/<uuid:key>/", answers.answer, name="answer"),
    path("meetings/<uuid:pk>/meeting.ics", answers.calendar, name="calendar-entry"),
    path("meetings/<uuid:pk>/report/", reports.report, name="report"),
    path("meetings/<uuid:pk>/report/take-back/", reports.take_back, name="report-take-back"),
    path("meetings/<uuid:pk>/reports/", reports.overview, name="reports"),
    path("meetings/<uuid:pk>/reports/<uuid:key>/ask/", reports.ask, name="report-ask"),
    path("meetings/<uuid:pk>/plan/<uuid:key>/", planned.change, name="planned"),
    path("meetings/<uuid:pk>/suggestions/<uuid:key>/take/", reports.take, name="suggestion-take"),
    path("meetings/<uuid:pk>/start/", meetings.start, name="start"),
    path("meetings/<uuid:pk>/end/", meetings.end, name="end"),
    path("meetings/<uuid:pk>/change/", scheduling.change, name="change"),
    path("meetings/<uuid:pk>/chair/", scheduling.chair, name="chair"),
    path("meetings/<uuid:pk>/cancel/", scheduling.cancel, name="cancel"),
    path("meetings/<uuid:pk>/invite/", scheduling.invite, name="invite"),
    path("meetings/<uuid:pk>/family/", sections.family, name="family"),
    path("meetings/<uuid:pk>/live/", live.watch, name="live"),
    path("meetings/<uuid:pk>/projector/", live.projector, name="projector"),
    path("meetings/<uuid:pk>/one-item/", live.one_item, name="one-item"),
    path("meetings/<uuid:pk>/reveal/", live.reveal, name="reveal"),
    path("meetings/<uuid:pk>/hide/", live.hide, name="hide"),
    path("meetings/<uuid:pk>/agenda/", live.change_agenda, name="agenda"),
    path("meetings/<uuid:pk>/agenda/<uuid:key>/", live.change_item, name="agenda-item"),
    path("meetings/<uuid:pk>/agenda/<uuid:key>/put-off/", live.put_off, name="agenda-put-off"),
    path("meetings/<uuid:pk>/aside/<uuid:key>/", sections.drop_aside, name="section-aside"),
    path("meetings/<uuid:pk>/remove/<slug:kind>/<uuid:key>/", sections.remove, name="remove"),
    path("meetings/<uuid:pk>/parts/<slug:kind>/<uuid:key>/", sections.save, name="section"),
]
