"""Addresses of the privacy officer's pages."""

from django.urls import path

from reporting.views import oversight as views

urlpatterns = [
    path("audit/", views.queue, name="audit"),
    path("audit/decided/", views.decided, name="audit-decided"),
    path("audit/findings/<uuid:pk>/", views.finding, name="audit-finding"),
    path("audit/searches/", views.searches, name="audit-searches"),
    path("audit/cases/<slug:reference>/", views.of_case, name="audit-case"),
    path("audit/people/<uuid:pk>/", views.of_person, name="audit-person"),
]
