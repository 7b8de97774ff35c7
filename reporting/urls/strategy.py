"""What the board reads of the strategy."""

from django.urls import path

from reporting.views import strategy as views

urlpatterns = [
    path("strategy/success/", views.success, name="success"),
    path("strategy/report.pdf", views.report, name="strategy-report"),
]
