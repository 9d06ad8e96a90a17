"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from access import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("login", views.Login.as_view(), name="login"),
    path("v1/keys/me", views.KeyMe.as_view(), name="key-me"),
    path("logout", views.Logout.as_view(), name="logout"),
]
