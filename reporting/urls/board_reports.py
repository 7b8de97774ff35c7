"""Addresses of the board's reports."""

from django.urls import path

from reporting.views import board_reports as views

urlpatterns = [
    path("reports/", views.reports, name="reports"),
]
