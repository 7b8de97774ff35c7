"""Addresses of the regional return."""

from django.urls import path

from reporting.views import returns as views

urlpatterns = [
    path("returns/", views.returns, name="returns"),
    path("returns/<slug:quarter>/", views.one, name="return"),
    path("returns/<slug:quarter>/start/", views.start, name="start-return"),
    path("returns/<slug:quarter>/check/", views.check, name="check-return"),
    path("returns/<slug:quarter>/sign/", views.sign, name="sign-return"),
    path("returns/<slug:quarter>/send-back/", views.send_back, name="send-back-return"),
    path("returns/<slug:quarter>/download/<slug:file_format>/", views.download, name="download-return"),
]
