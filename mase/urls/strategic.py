"""The strategy's action plan."""

from django.urls import URLPattern, path

from mase.views import strategic

urlpatterns: list[URLPattern] = [
    path("strategy/", strategic.plan, name="strategy"),
    path("strategy/set-out/", strategic.set_out, name="strategy-set-out"),
    path("strategy/objectives/new/", strategic.add, name="objective-add"),
    path("strategy/objectives/<uuid:pk>/", strategic.objective, name="objective"),
    path("strategy/objectives/<uuid:pk>/change/", strategic.change, name="objective-change"),
    path("strategy/objectives/<uuid:pk>/report/", strategic.report, name="objective-report"),
]
