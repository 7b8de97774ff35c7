"""Addresses of the record of attendance, and of the lists behind the numbers."""

from django.urls import path

from reporting.views import figures as views

urlpatterns = [
    path("attendance/", views.attendance, name="attendance"),
    path(
        "returns/<slug:quarter>/behind/<slug:measure>/<slug:dimension>/<slug:row>/<slug:column>/",
        views.behind,
        name="behind",
    ),
]
