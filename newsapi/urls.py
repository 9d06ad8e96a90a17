"""Every address of the service: each room brings its own."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from articles.views import SourceDetail
from ingest import sources_views
from newsapi import views
from search.views import SourceList


class Sources(sources_views.Adding, SourceList):
    __doc__ = f"""{SourceList.__doc__}
    `POST` an object with the `url` of a home page, a feed or a sitemap, and it fills itself from now on: what can be
    polled there is found, or `kind` (feed, sitemap, page) says what it is. With it go `name`, `domain`, `language`,
    `country`, `section`, `licence`, `full_text`, `rate` and `retention_days`; see [Sources](/docs/sources).
    """


class Source(sources_views.Changing, SourceDetail):
    __doc__ = f"""{SourceDetail.__doc__}

    `subscriptions` are the addresses that are polled for it, each with its health. `PATCH` changes all of them: `state`
    (`active` or `paused`), `language`, `country`, `section`, `licence`, `full_text`, `rate`, `retention_days`.
    `DELETE` ends the polling and leaves the articles. Both need a key with the scope `ingest`.
    """


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
    # Before the rooms' own: these put together what two of them know about a source.
    path("v1/sources", Sources.as_view(), name="sources"),
    path("v1/sources/preview", sources_views.SourcePreview.as_view(), name="source-preview"),
    path("v1/sources/opml", sources_views.SourceOpml.as_view(), name="source-opml"),
    path("v1/sources/<str:source_id>", Source.as_view(), name="source"),
    path("v1/sources/<str:source_id>/test", sources_views.SourceTest.as_view(), name="source-test"),
    path("", include("access.urls")),
    path("", include("search.urls")),
    path("", include("articles.urls")),
    path("", include("ingest.urls")),
    path("", include("webhooks.urls")),
]

handler400 = "newsapi.problems.bad_request"
handler403 = "newsapi.problems.permission_denied"
handler404 = "newsapi.problems.page_not_found"
handler500 = "newsapi.problems.server_error"
