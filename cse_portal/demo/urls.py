from django.urls import path

from cse_portal.demo import views

app_name = "demo"
urlpatterns = [path("", views.sign_in, name="sign-in")]
