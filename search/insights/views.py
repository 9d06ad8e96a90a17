"""Insights over REST: what is covered when, what rises, what belongs together, what is alike, where, and type-ahead."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles.schema import PROBLEM
from articles.views import parse_id
from newsapi.api import ApiView, params_of
from search import schema
from search.filters import form_fields
from search.insights import (
    comparing,
    cooccurrence,
    mapping,
    profiles,
    similar,
    suggesting,
    timeline,
    trending,
)
from search.insights import schema as shapes

ABSENT = {404: OpenApiResponse(PROBLEM, "There is no such thing")}


class Timeline(ApiView):
    """Coverage over time: counts, share of all articles of each interval, average sentiment.

    Intervals are those of the zone's clock. `split` adds a series for each of a field's commonest values; `compare`
    shows beside each interval the one of the period of the same length before. Filters are those of
    [/v1/articles](/v1/articles).

    Try:

    - [/v1/timeline?q=climate&interval=week](?q=climate&interval=week)
    - [/v1/timeline?published_after=30d&compare=true&split=source](?published_after=30d&compare=true&split=source)
    """

    page_title = "Timeline"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(timeline.parameters())

    @extend_schema(
        operation_id="timeline",
        parameters=schema.parameters(timeline.parameters()),
        responses={200: shapes.TIMELINE, **schema.ERRORS},
    )
    def get(self, request: Request) -> Response:
        return Response(timeline.timeline(params_of(request)))


class Trending(ApiView):
    """What rises now against its own past: entities, topics or keywords, most surely rising first.

    Articles of the last `window` (it ends at `published_before`, else now) are compared with those of `windows` windows
    before. `score` says in standard errors how surely the share rises (the root of a likelihood ratio, Dunning 1993),
    divided by how much the value varies anyway: few articles never make a high score, nor does what comes and goes.
    `expected` is the count that the past makes likely, `history` counts each window, this one last.

    Try:

    - [/v1/trending?of=entity.person&window=1d](?of=entity.person&window=1d)
    - [/v1/trending?of=keyword&window=1w&windows=8&topic=politics](?of=keyword&window=1w&windows=8&topic=politics)
    """

    page_title = "Trending"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(trending.parameters())

    @extend_schema(
        operation_id="trending",
        parameters=schema.parameters(trending.parameters()),
        responses={200: shapes.TRENDING, **schema.ERRORS},
    )
    def get(self, request: Request) -> Response:
        return Response(trending.trending(params_of(request)))


class Cooccurrence(ApiView):
    """Pairs of entities, topics or keywords that meet in articles, among the commonest.

    `count` counts the articles with both; `pmi` (bits) and `npmi` (−1 to 1) say how much oftener that is than by
    chance, `log_likelihood` (G², Dunning 1993) how surely. `shape=graphml` is a file for Gephi or networkx.

    Try:

    - [/v1/cooccurrence?of=entity.person&published_after=30d](?of=entity.person&published_after=30d)
    - [/v1/cooccurrence?of=topic&shape=matrix](?of=topic&shape=matrix)
    """

    page_title = "Co-occurrence"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(cooccurrence.parameters())

    @extend_schema(
        operation_id="cooccurrence",
        parameters=schema.parameters(cooccurrence.parameters()),
        responses={
            (200, "application/json"): shapes.COOCCURRENCE,
            (200, cooccurrence.GRAPHML): {"type": "string"},
            **schema.ERRORS,
        },
    )
    def get(self, request: Request) -> Response | HttpResponse:
        found = cooccurrence.cooccurrence(params_of(request))
        if not isinstance(found, str):
            return Response(found)
        headers = {"Content-Disposition": 'attachment; filename="cooccurrence.graphml"'}
        return HttpResponse(found, content_type=cooccurrence.GRAPHML, headers=headers)


class Compare(ApiView):
    """Two to five queries side by side: how many articles, which share, which tone, and what each has more of.

    Repeat `compare`, each time with a query as `q` takes it (`source:bbc.com` for a source); the other parameters
    narrow down all of them. `distinctive` are keywords, entities, topics and sources that a query's articles have more
    often than those of the others, with a score as in [/v1/trending](/v1/trending).

    Try:

    - [/v1/compare?compare=climate&compare=football](?compare=climate&compare=football)
    """

    page_title = "Compare"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(comparing.parameters())

    @extend_schema(
        operation_id="compare",
        parameters=schema.parameters(comparing.parameters()),
        responses={200: shapes.COMPARISON, **schema.ERRORS},
    )
    def get(self, request: Request) -> Response:
        return Response(comparing.compare(params_of(request)))


class Map(ApiView):
    """The places of articles as GeoJSON (RFC 7946), those in most articles first.

    Places whose coordinates are not known are counted as `unlocated`.

    Try:

    - [/v1/map?published_after=7d](?published_after=7d)
    - [/v1/map?bbox=-10,35,30,60&q=election](?bbox=-10,35,30,60&q=election)
    """

    page_title = "Map"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(mapping.parameters())

    @extend_schema(
        operation_id="map",
        parameters=schema.parameters(mapping.parameters()),
        responses={200: shapes.MAP, **schema.ERRORS},
    )
    def get(self, request: Request) -> Response:
        return Response(mapping.places(params_of(request)))


class Similar(ApiView):
    """Articles about the same, in whatever language: by the entities, keywords and topics that they share.

    `score` is from 0 to 1, `shared` what they have in common, rarest first. The filters of
    [/v1/articles](/v1/articles) say which articles to look among.
    """

    page_title = "Similar articles"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(similar.parameters())

    @extend_schema(
        operation_id="similar",
        parameters=schema.parameters(similar.parameters()),
        responses={200: shapes.SIMILAR, **schema.ERRORS, **ABSENT},
    )
    def get(self, request: Request, article_id: str) -> Response:
        return Response(similar.similar(parse_id(article_id, "article"), params_of(request)))


class Profile(ApiView):
    """How an entity is covered: when, by whom, with whom, about what, and in which tone.

    `with` are the entities that are met more often than by chance, most surely first. The filters of
    [/v1/articles](/v1/articles) say which articles count.
    """

    page_title = "Profile"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(profiles.parameters())

    @extend_schema(
        operation_id="entity_profile",
        parameters=schema.parameters(profiles.parameters()),
        responses={200: shapes.PROFILE, **schema.ERRORS, **ABSENT},
    )
    def get(self, request: Request, entity_id: str) -> Response:
        return Response(profiles.profile(parse_id(entity_id, "entity"), params_of(request)))


class Suggest(ApiView):
    """Type-ahead: entities, topics and sources with a word that begins so, those in most articles first.

    What is new is suggested within a minute or two. `filter` is the parameter that asks for it.

    Try:

    - [/v1/suggest?q=un](?q=un)
    """

    page_title = "Suggestions"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(suggesting.parameters())

    @extend_schema(
        operation_id="suggest",
        parameters=schema.parameters(suggesting.parameters()),
        responses={200: shapes.SUGGESTIONS, **schema.ERRORS},
    )
    def get(self, request: Request) -> Response:
        return Response(suggesting.suggest(params_of(request)))
