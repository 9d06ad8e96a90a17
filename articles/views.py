"""One article, entity, topic or source over REST; lists of them are in search.views."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles import corrections, revisions, schema, selectors, services
from articles.models import Article
from newsapi.api import ApiView
from newsapi.errors import NotFound
from newsapi.parameters import check_known

GONE = {404: OpenApiResponse(schema.PROBLEM), 410: OpenApiResponse(schema.PROBLEM, "It was deleted")}


def parse_id(value: str, what: str) -> UUID:
    """The id in an address. Raises NotFound: what is no id names nothing."""
    try:
        return UUID(value)
    except ValueError as error:
        raise NotFound(f"There is no {what} {value[:100]!r}: ids are UUIDs.") from error


class ArticleDetail(ApiView):
    """One article, structured: its text, who and what it is about, and where each field comes from.

    Offsets of mentions count Unicode code points in the named field, end exclusive. `provenance` says by which method,
    with which confidence and from which input lines each field was found.

    `PATCH` corrects fields: send an object with those to change (`headline`, `standfirst`, `byline`, `authors`,
    `section`, `source`, `language`, `published_at`, `paragraphs` or `body`, `keywords`, `topics`, `entities`, …);
    `null` empties one. Corrections are kept when the article is structured anew, and marked in its provenance; what
    follows from a corrected text (mentions, topics, fingerprints) is found anew. With `If-Match` only that version is
    changed.

    `DELETE` removes the article from the archive. Both need a key with the scope `ingest`.

    The `ETag` is the version: with `If-None-Match` an article that did not change costs a 304.
    """

    page_title = "Article"
    required_scope = {"GET": "read", "PATCH": "ingest", "DELETE": "ingest"}

    @extend_schema(operation_id="article", responses={200: schema.ARTICLE, **GONE})
    def get(self, request: Request, article_id: str) -> Response:
        check_known(request.query_params, ())
        found = parse_id(article_id, "article")
        if (seen := request.headers.get("If-None-Match")) and _is_program(request):
            version = selectors.article_version(found)
            # RFC 9110 §13.1.2: compared weakly; a proxy that compresses makes the tag weak.
            tags = {tag.removeprefix("W/") for tag in parse_etags(seen)}
            if version is not None and {_etag(version), "*"} & tags:
                return Response(status=304, headers={"ETag": _etag(version)})
        return _answer(selectors.get_article(found), request)

    @extend_schema(
        operation_id="correct_article",
        request={"application/json": schema.CORRECTION},
        responses={200: schema.ARTICLE, 412: OpenApiResponse(schema.PROBLEM), 422: OpenApiResponse(schema.PROBLEM)}
        | GONE,
    )
    def patch(self, request: Request, article_id: str) -> Response:
        found = parse_id(article_id, "article")
        fields = corrections.read(request.data)
        return _answer(services.correct(found, fields, version=_wanted(request)), request)

    @extend_schema(operation_id="delete_article", responses={204: None, **GONE})
    def delete(self, request: Request, article_id: str) -> Response:
        services.delete(parse_id(article_id, "article"))
        return Response(status=204)


class RevisionList(ApiView):
    """The earlier texts of an article that are kept, the latest first.

    A text is kept when another arrives under the article's id or address, or when a person corrects it; not when newer
    rules read the same input otherwise.
    """

    page_title = "Revisions"

    @extend_schema(operation_id="revisions", responses={200: schema.REVISIONS, **GONE})
    def get(self, request: Request, article_id: str) -> Response:
        check_known(request.query_params, ())
        return Response({"results": revisions.list_revisions(parse_id(article_id, "article"))})


class RevisionDetail(ApiView):
    """An earlier text of an article, as the API showed it then."""

    page_title = "Revision"

    @extend_schema(operation_id="revision", responses={200: schema.REVISION, **GONE})
    def get(self, request: Request, article_id: str, revision: str) -> Response:
        check_known(request.query_params, ())
        found = parse_id(article_id, "article")
        if not (revision.isascii() and revision.isdigit() and len(revision) < 10):
            raise NotFound(f"There is no revision {revision[:100]!r}: revisions are numbers.")
        return Response(revisions.revision_json(found, int(revision)))


class EntityDetail(ApiView):
    """A person, organisation or place, over all articles.

    `ids` holds identifiers elsewhere where they are known. `articles` leads to the articles that mention it.
    """

    page_title = "Entity"

    @extend_schema(operation_id="entity", responses={200: schema.ENTITY_OBJECT, 404: OpenApiResponse(schema.PROBLEM)})
    def get(self, request: Request, entity_id: str) -> Response:
        check_known(request.query_params, ())
        entity = selectors.get_entity(parse_id(entity_id, "entity"))
        return Response({**selectors.entity_json(entity), **_articles("entity", str(entity.id))})


class SourceDetail(ApiView):
    """A publisher. `articles` leads to its articles."""

    page_title = "Source"

    @extend_schema(operation_id="source", responses={200: schema.SOURCE_OBJECT, 404: OpenApiResponse(schema.PROBLEM)})
    def get(self, request: Request, source_id: str) -> Response:
        check_known(request.query_params, ())
        source = selectors.get_source(parse_id(source_id, "source"))
        return Response({**selectors.source_json(source), **_articles("source", str(source.id))})


class TopicDetail(ApiView):
    """An IPTC Media Topic, with the ways up and down. `articles` leads to what is about it or anything below it.

    The address takes the code (`medtop:11000000`, or without `medtop:`) or the English name.
    """

    page_title = "Topic"

    @extend_schema(operation_id="topic", responses={200: schema.TOPIC_OBJECT, 404: OpenApiResponse(schema.PROBLEM)})
    def get(self, request: Request, code: str) -> Response:
        check_known(request.query_params, ())
        topic = selectors.get_topic(code)
        return Response({**selectors.topic_json(topic), **_articles("topic", topic.code)})


def _articles(parameter: str, value: str) -> dict[str, Any]:
    return {"articles": f"/v1/articles?{parameter}={value}"}


def _is_program(request: Request) -> bool:
    """The page that browsers get also shows who is signed in, so the article's version does not make it."""
    return getattr(request.accepted_renderer, "format", "json") != "api"


def _etag(version: int) -> str:
    return f'"{version}"'


def _wanted(request: Request) -> int | None:
    """The version that `If-Match` asks for. Raises PreconditionFailed for what can be no version."""
    header = request.headers.get("If-Match")
    if not header or header.strip() == "*":
        return None
    [tag, *more] = parse_etags(header) or [""]
    number = tag.removeprefix("W/").strip('"')
    if more or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise services.PreconditionFailed(f"If-Match is {header[:100]!r}; it must be the ETag of the article as read.")
    return int(number)


def _answer(article: Article, request: Request) -> Response:
    headers = {"ETag": _etag(article.version)} if _is_program(request) else {}
    return Response(selectors.article_json(article), headers=headers)
