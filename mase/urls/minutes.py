"""The papers of a meeting, and its minutes from draft to agreed; their page and their files stand in actions.py."""

from django.urls import URLPattern, path

from mase.views import circulation, minutes, minutes_lists, minutes_steps, pack

urlpatterns: list[URLPattern] = [
    path("meetings/minutes/", minutes_lists.to_send_out, name="minutes-drafts"),
    path("meetings/<uuid:pk>/papers.pdf", pack.pack, name="pack"),
    path("meetings/<uuid:pk>/minutes-draft.pdf", minutes.preview, name="minutes-draft-pdf"),
    path("meetings/<uuid:pk>/minutes/read/", minutes.acknowledge, name="minutes-acknowledge"),
    path("meetings/<uuid:pk>/minutes/object/", minutes.object_to, name="minutes-object"),
    path("meetings/<uuid:pk>/minutes/wording/<uuid:key>/", minutes_steps.wording, name="minutes-wording"),
    path("meetings/<uuid:pk>/minutes/send-out/", circulation.send_out, name="minutes-circulate"),
    path("meetings/<uuid:pk>/minutes/people/", circulation.people, name="minutes-people"),
    path("meetings/<uuid:pk>/minutes/objections/<uuid:key>/", minutes_steps.answer, name="minutes-answer"),
    path("meetings/<uuid:pk>/minutes/agree/", minutes_steps.agree, name="minutes-agree"),
    path("meetings/<uuid:pk>/minutes/add/", minutes_steps.add, name="minutes-add"),
    path("meetings/<uuid:pk>/minutes/readers/", minutes_steps.readers, name="minutes-readers"),
]
