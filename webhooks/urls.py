"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from webhooks import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/searches", views.SearchList.as_view(), name="searches"),
    path("v1/searches/<str:search_id>", views.SearchDetail.as_view(), name="saved-search"),
    path("v1/searches/<str:search_id>/preview", views.SearchPreview.as_view(), name="preview-search"),
]
