"""CMOGs and their items."""

from django.urls import URLPattern, path

from mase.views import cmog, cmog_agenda, cmog_items, cmog_minutes, cmog_minutes_steps

urlpatterns: list[URLPattern] = [
    path("cmog/", cmog.cmogs, name="cmogs"),
    path("cmog/new/", cmog.book, name="cmog-book"),
    path("cmog/<uuid:pk>/", cmog.cmog, name="cmog"),
    path("cmog/<uuid:pk>/change/", cmog.change, name="cmog-change"),
    path("cmog/<uuid:pk>/invite/", cmog.invite, name="cmog-invite"),
    path("cmog/<uuid:pk>/agenda/", cmog_agenda.order, name="cmog-agenda"),
    path("cmog/<uuid:pk>/agenda/add/", cmog_agenda.add, name="cmog-add"),
    path("cmog/<uuid:pk>/compile/", cmog.compile_agenda, name="cmog-compile"),
    path("cmog/<uuid:pk>/start/", cmog.start, name="cmog-start"),
    path("cmog/<uuid:pk>/not-held/", cmog.break_off, name="cmog-not-held"),
    path("cmog/<uuid:pk>/attendance/", cmog.attendance, name="cmog-attendance"),
    path("cmog/<uuid:pk>/end/", cmog.end, name="cmog-end"),
    path("cmog/<uuid:pk>/cancel/", cmog.cancel, name="cmog-cancel"),
    path("cmog/<uuid:pk>/minutes/", cmog_minutes.page, name="cmog-minutes-page"),
    path("cmog/<uuid:pk>/minutes.pdf", cmog_minutes.copy, name="cmog-minutes"),
    path("cmog/<uuid:pk>/minutes-draft.pdf", cmog_minutes.preview, name="cmog-minutes-draft-pdf"),
    path("cmog/<uuid:pk>/minutes/read/", cmog_minutes.acknowledge, name="cmog-minutes-acknowledge"),
    path("cmog/<uuid:pk>/minutes/object/", cmog_minutes.object_to, name="cmog-minutes-object"),
    path("cmog/<uuid:pk>/minutes/send/", cmog_minutes_steps.send_out, name="cmog-minutes-send"),
    path(
        "cmog/<uuid:pk>/minutes/objections/<uuid:key>/", cmog_minutes_steps.answer, name="cmog-minutes-answer"
    ),
    path("cmog/<uuid:pk>/minutes/agree/", cmog_minutes_steps.agree, name="cmog-minutes-agree"),
    path("cmog/<uuid:pk>/minutes/add/", cmog_minutes_steps.add, name="cmog-minutes-add"),
    path("cmog/<uuid:pk>/minutes/readers/", cmog_minutes_steps.readers, name="cmog-minutes-readers"),
    path("cmog/items/<uuid:pk>/wording/", cmog_minutes_steps.wording, name="cmog-wording"),
    path("cmog/items/<uuid:pk>/", cmog_items.item, name="cmog-item"),
    path("cmog/items/<uuid:pk>/said/", cmog_items.said, name="cmog-said"),
    path("cmog/items/<uuid:pk>/action/", cmog_items.action, name="cmog-action"),
    path(
        "cmog/items/<uuid:pk>/action/<uuid:key>/remove/", cmog_items.remove_action, name="cmog-action-remove"
    ),
    path("cmog/items/<uuid:pk>/disruption/", cmog_items.disrupt, name="cmog-disruption"),
    path("cmog/items/<uuid:pk>/defer/", cmog_items.defer, name="cmog-defer"),
    path("cmog/items/<uuid:pk>/place/", cmog_agenda.change_item, name="cmog-place"),
    path("cmog/items/<uuid:pk>/take-up/", cmog_items.take_up, name="cmog-take-up"),
]
