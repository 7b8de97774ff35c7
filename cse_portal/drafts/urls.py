"""The addresses of drafts."""

from django.urls import path

from cse_portal.drafts import views

app_name = "drafts"
urlpatterns = [
    path("drafts/", views.drafts, name="list"),
    path("drafts/found/", views.found, name="found"),
    path("drafts/<str:key>/", views.keep, name="keep"),
    path("drafts/<str:key>/discard/", views.discard, name="discard"),
]
