"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from webhooks import views, webhook_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/searches", views.SearchList.as_view(), name="searches"),
    path("v1/searches/<str:search_id>", views.SearchDetail.as_view(), name="saved-search"),
    path("v1/searches/<str:search_id>/preview", views.SearchPreview.as_view(), name="preview-search"),
    path("v1/webhooks", webhook_views.WebhookList.as_view(), name="webhooks"),
    path("v1/webhooks/<str:webhook_id>", webhook_views.WebhookDetail.as_view(), name="webhook"),
    path("v1/webhooks/<str:webhook_id>/test", webhook_views.WebhookTest.as_view(), name="test-webhook"),
    path("v1/webhooks/<str:webhook_id>/rotate", webhook_views.WebhookRotate.as_view(), name="rotate-webhook"),
    path("v1/webhooks/<str:webhook_id>/replay", webhook_views.WebhookReplay.as_view(), name="replay-webhook"),
    path("v1/deliveries", webhook_views.DeliveryList.as_view(), name="deliveries"),
    path("v1/deliveries/<str:delivery_id>", webhook_views.DeliveryDetail.as_view(), name="delivery"),
    path("v1/deliveries/<str:delivery_id>/redeliver", webhook_views.DeliveryAgain.as_view(), name="redeliver"),
]
