from django.urls import path

from cse_portal.people import system_views, views

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
    path("people/systems/add/", system_views.add, name="add-system"),
    path("people/<uuid:pk>/tokens/", system_views.tokens, name="tokens"),
    path("people/<uuid:pk>/tokens/issue/", system_views.issue, name="issue-token"),
    path("people/tokens/<uuid:pk>/end/", system_views.end, name="end-token"),
    path("invitation/<str:token>/", views.accept, name="accept"),
]
