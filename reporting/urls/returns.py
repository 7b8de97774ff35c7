"""Addresses of the regional return."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
