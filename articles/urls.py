"""Addresses of this room: details; the lists under the same names are search's, a source is in newsapi.urls."""

from django.urls import URLPattern, URLResolver, path

from articles import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/articles/<str:article_id>", views.ArticleDetail.as_view(), name="article"),
    path("v1/articles/<str:article_id>/revisions", views.RevisionList.as_view(), name="revisions"),
    path("v1/articles/<str:article_id>/revisions/<str:revision>", views.RevisionDetail.as_view(), name="revision"),
    path("v1/entities/<str:entity_id>", views.EntityDetail.as_view(), name="entity"),
    path("v1/topics/<str:code>", views.TopicDetail.as_view(), name="topic"),
]
