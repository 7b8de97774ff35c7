"""Addresses of the board's reports."""

from django.urls import path

from reporting.views import board_reports as views

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<slug:quarter>/publish/", views.publish, name="publish-report"),
    path("reports/<slug:quarter>.pdf", views.download, name="report-pdf"),
]
