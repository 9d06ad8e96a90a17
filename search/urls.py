"""Addresses of this room: lists and aggregations. That of sources is in newsapi.urls."""

from django.urls import URLPattern, URLResolver, path

from search import query_views, views
from search.collection import Articles
from search.exports.views import ExportDetail, ExportFile, ExportList
from search.insights import views as insights
from search.streaming.views import ArticleStream, ChangeList

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/articles", Articles.as_view(), name="articles"),
    path("v1/search", query_views.SearchView.as_view(), name="search"),
    path("v1/query", query_views.QueryView.as_view(), name="query"),
    path("v1/aggregations", views.Aggregations.as_view(), name="aggregations"),
    path("v1/exports", ExportList.as_view(), name="exports"),
    path("v1/exports/<str:export_id>", ExportDetail.as_view(), name="export"),
    path("v1/exports/<str:export_id>/file", ExportFile.as_view(), name="export-file"),
    path("v1/changes", ChangeList.as_view(), name="changes"),
    path("v1/stream", ArticleStream.as_view(), name="stream"),
    path("v1/entities", views.EntityList.as_view(), name="entities"),
    path("v1/timeline", insights.Timeline.as_view(), name="timeline"),
    path("v1/trending", insights.Trending.as_view(), name="trending"),
    path("v1/cooccurrence", insights.Cooccurrence.as_view(), name="cooccurrence"),
    path("v1/compare", insights.Compare.as_view(), name="compare"),
    path("v1/map", insights.Map.as_view(), name="map"),
    path("v1/suggest", insights.Suggest.as_view(), name="suggest"),
    path("v1/articles/<str:article_id>/similar", insights.Similar.as_view(), name="similar"),
    path("v1/entities/<str:entity_id>/profile", insights.Profile.as_view(), name="entity-profile"),
    path("v1/topics", views.TopicList.as_view(), name="topics"),
]
