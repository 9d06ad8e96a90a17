"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from ingest import explaining_views, sources_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/documents", views.DocumentList.as_view(), name="documents"),
    path("v1/documents/bulk", views.DocumentBulk.as_view(), name="documents-bulk"),
    path("v1/documents/<str:document_id>", views.DocumentDetail.as_view(), name="document"),
    path("v1/documents/<str:document_id>/content", views.DocumentContent.as_view(), name="document-content"),
    path("v1/subscriptions", sources_views.SubscriptionList.as_view(), name="subscriptions"),
    path("v1/subscriptions/<str:subscription_id>", sources_views.SubscriptionDetail.as_view(), name="subscription"),
    path("v1/articles/<str:article_id>/explain", explaining_views.Explanation.as_view(), name="explain"),
    path("v1/batches/<str:batch_id>", views.BatchDetail.as_view(), name="batch"),
]
