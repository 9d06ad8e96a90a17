"""Every address of the service: each room brings its own."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from newsapi import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.Home.as_view(), name="home"),
    path("v1", views.Home.as_view()),
    path("v1/", views.Root.as_view(), name="root"),
    path("healthz", views.Healthz.as_view(), name="healthz"),
    path("readyz", views.Readyz.as_view(), name="readyz"),
    path("metrics", views.Metrics.as_view(), name="metrics"),
    path("docs", views.Docs.as_view(), name="docs"),
    path("docs/reference", views.Reference.as_view(), name="reference"),
    path("docs/<slug:page>", views.Docs.as_view(), name="docs-page"),
    path("schema", SpectacularAPIView.as_view(permission_classes=[], authentication_classes=[]), name="schema"),
    path("", include("access.urls")),
    path("", include("search.urls")),
    path("", include("articles.urls")),
    path("", include("ingest.urls")),
]

handler400 = "newsapi.problems.bad_request"
handler403 = "newsapi.problems.permission_denied"
handler404 = "newsapi.problems.page_not_found"
handler500 = "newsapi.problems.server_error"
