"""Professional disagreements: a child's, the lists, and what is done with one."""

from django.urls import URLPattern, path

from mase.views import disagreements, escalation

urlpatterns: list[URLPattern] = [
    path("cases/<slug:reference>/disagreements/", disagreements.of_case, name="case-disagreements"),
    path("cases/<slug:reference>/disagreements/new/", disagreements.start, name="disagreement-raise"),
    path("disagreements/", disagreements.everything, name="disagreements"),
    path("disagreements/learning/", disagreements.learning, name="disagreements-learning"),
    path("disagreements/who-answers/", escalation.people, name="stage-people"),
    path("disagreements/called/<uuid:pk>/", escalation.called, name="stage-call"),
    path("disagreements/<uuid:pk>/", disagreements.disagreement, name="disagreement"),
    path("disagreements/<uuid:pk>/answer/", disagreements.answer, name="disagreement-answer"),
    path("disagreements/<uuid:pk>/further/", disagreements.further, name="disagreement-further"),
    path("disagreements/<uuid:pk>/safety/", disagreements.safety, name="disagreement-safety"),
    path("disagreements/<uuid:pk>/outcome/", disagreements.resolve, name="disagreement-resolve"),
    path("disagreements/<uuid:pk>/withdraw/", disagreements.withdraw, name="disagreement-withdraw"),
]
