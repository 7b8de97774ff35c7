from django.urls import path

from cse_portal.people import views

app_name = "people"
urlpatterns = [
    path("people/", views.people, name="list"),
    path("people/invite/", views.invite, name="invite"),
    path("people/invitations/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("people/confirm/", views.confirm_all, name="confirm-all"),
    path("people/<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("people/<uuid:pk>/end/", views.end, name="end"),
    path("people/<uuid:pk>/reactivate/", views.reactivate, name="reactivate"),
    path("people/<uuid:pk>/new-start/", views.new_start, name="new-start"),
    path("invitation/<str:token>/", views.accept, name="accept"),
    path("invitation/<str:token>/agency/", views.accept_with_agency, name="accept-with-agency"),
]
