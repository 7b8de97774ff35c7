"""Plan actions, and the minutes of a meeting."""

from django.urls import URLPattern, path

from mase.views import action_chair, actions, handing_over, minutes

urlpatterns: list[URLPattern] = [
    path("actions/", actions.action_list, name="actions"),
    path("actions/people/", handing_over.people, name="action-people"),
    path("actions/people/<uuid:pk>/", handing_over.hand_over, name="action-hand-over"),
    path("actions/<uuid:pk>/", actions.action, name="action"),
    path("actions/<uuid:pk>/progress/", actions.progress, name="action-progress"),
    path("actions/<uuid:pk>/outcome/", actions.finish, name="action-finish"),
    path("actions/<uuid:pk>/hand-on/", actions.hand_on, name="action-hand-on"),
    path("actions/<uuid:pk>/measure/", actions.measure, name="action-measure"),
    path("actions/<uuid:pk>/carry-forward/", action_chair.carry, name="action-carry"),
    path("actions/<uuid:pk>/confirm/", action_chair.confirm, name="action-confirm"),
    path("actions/<uuid:pk>/cancel/", action_chair.cancel, name="action-cancel"),
    path("actions/<uuid:pk>/readers/", action_chair.readers, name="action-readers"),
    path("meetings/<uuid:pk>/minutes/", minutes.minutes, name="minutes"),
    path("meetings/<uuid:pk>/minutes.pdf", minutes.download, name="minutes-pdf"),
    path("meetings/<uuid:pk>/minutes-open.pdf", minutes.download_open, name="minutes-open-pdf"),
]
