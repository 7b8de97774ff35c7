from django.urls import path

from cse_portal.jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/<uuid:pk>/", views.progress, name="progress"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_these, name="notifications-read"),
    path("notifications/<uuid:pk>/open/", views.open_notification, name="notification-open"),
]
