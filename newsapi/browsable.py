"""The pages people see: every endpoint explains itself, has its filters as a form, and shows its JSON with links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson
from django.template import loader
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from newsapi.marking import readable
from newsapi.rendering import dumps

NAVIGATION = ("articles", "timeline", "trending", "aggregations", "entities", "topics", "sources", "documents")
COMMON = {
    *("q", "source", "section", "language", "country", "author", "entity", "topic"),
    *("published_after", "published_before", "sort", "interval", "split", "by", "type"),
}
"""Fields of a form that are there at once; the others are behind “More filters”, unless they are in use."""
FEW = 12
"""So many fields are shown whatever they are."""
TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=:)|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>true|false|null)"
)
LINK = re.compile(r'"((?:https?://|/v1/)[^"\s\\]+)"')
SHOWN = 400_000
"""Characters of JSON shown on a page; beyond, the page says how to get all of it."""
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none';"
    " base-uri 'none'; form-action 'self'"
)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def markdown(text: str) -> SafeString:
    """CommonMark with tables to HTML; raw HTML in it is escaped."""
    # Who has no mouse scrolls a long line of code once it can be focused.
    rendered = _markdown().render(text).replace("<pre>", '<pre tabindex="0">')
    html: SafeString = mark_safe(rendered)  # noqa: S308 (html is off above)
    return html


def highlight_json(text: str) -> SafeString:
    """JSON as HTML: keys, strings, numbers and words in spans, addresses as links."""

    def mark(match: re.Match[str]) -> str:
        kind = match.lastgroup or "word"
        token = match[0]
        if kind == "string" and (link := LINK.fullmatch(token)):
            address = escape(link[1])
            return f'<span class="string">"<a href="{address}" rel="noreferrer">{address}</a>"</span>'
        return f'<span class="{kind}">{escape(token)}</span>'

    return mark_safe(TOKEN.sub(mark, text.replace("<", "\\u003c").replace("&", "\\u0026")))  # noqa: S308


def curl(request: Request) -> str:
    """The line that asks for what is on the screen."""
    return f"curl {shlex.quote(request.build_absolute_uri())}"


def navigation(request: Request) -> list[dict[str, Any]]:
    found = []
    for name in NAVIGATION:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        found.append({"name": name, "url": address, "here": request.path.startswith(address)})
    return found


def crumbs(path: str) -> list[tuple[str, str]]:
    """(name, address) of each step of the path."""
    steps = [step for step in path.split("/") if step]
    return [
        (step, "/" + "/".join(steps[: index + 1]) + ("/" if index == 0 else "")) for index, step in enumerate(steps)
    ]


class BrowsableRenderer(BrowsableAPIRenderer):
    """For browsers (Accept: text/html)."""

    template = "newsapi/api.html"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> SafeString:
        context = dict(renderer_context or {})
        view, request, response = context["view"], context["request"], context["response"]
        about, _, more = (view.get_view_description() or "").partition("\n\n")
        text = dumps(data, indent=True).decode() if data is not None else ""
        page = {
            "title": view.get_view_name(),
            "description": markdown(about),
            "more": markdown(more),
            "article": _article(data),
            "named": _named(data),
            "view": view,
            "request": request,
            "status": response.status_code,
            "reason": response.reason_phrase,
            "ok": response.status_code < 400,
            "headers": _headers(response),
            "json": highlight_json(text[:SHOWN]),
            "cut": len(text) > SHOWN,
            "curl": curl(request),
            "navigation": navigation(request),
            "crumbs": crumbs(request.path),
            **_form(view, request),
            "paste": getattr(view, "paste", False),
            "results": _readable(data),
            "buckets": _bars(data),
            "next": _next(data, request),
            "sentence": data.get("sentence") if isinstance(data, dict) else None,
            "total": data.get("total") if isinstance(data, dict) else None,
            "problem": data if isinstance(data, dict) and not response.status_code < 400 else None,
            "logged_in": bool(request.session.get("api_key_id")) if hasattr(request, "session") else False,
        }
        html: SafeString = loader.render_to_string(self.template, page, request=request._request)
        # A page shows errors with the status of the JSON; only 204 has no body, which browsers would not show.
        if response.status_code == 204:
            response.status_code = 200
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return html


def _headers(response: Response) -> list[tuple[str, str]]:
    shown = ("Location", "Link", "ETag", "Retry-After", "WWW-Authenticate", "Preference-Applied")
    return [("Content-Type", "application/json")] + [(n, response.headers[n]) for n in shown if n in response.headers]


def _form(view: Any, request: Request) -> dict[str, list[dict[str, Any]]]:
    fields = [_filled(field, request) for field in getattr(view, "form_fields", list)()]
    if len(fields) <= FEW:
        return {"fields": fields, "rare": []}
    return {
        "fields": [field for field in fields if field["name"] in COMMON or field["value"]],
        "rare": [field for field in fields if field["name"] not in COMMON and not field["value"]],
    }


def _filled(field: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """A form field with what the address has for it."""
    return {**field, "value": ", ".join(request.query_params.getlist(field["name"]))}


def _readable(data: Any) -> list[dict[str, Any]]:
    """Results that a person can read at a glance, where they are articles; else nothing."""
    results = data.get("results") if isinstance(data, dict) else None
    if not isinstance(results, list):
        return []
    rows = [orjson.loads(dumps(result)) for result in results[:100]]
    return [row for row in rows if isinstance(row, dict) and "headline" in row and "id" in row]


def _article(data: Any) -> Any:
    """The article of a page about one, to be read."""
    if isinstance(data, dict) and "paragraphs" in data and "headline" in data:
        article = orjson.loads(dumps({name: value for name, value in data.items() if name != "provenance"}))
        return {**article, "reading": readable(article)}
    return None


def _named(data: Any) -> list[dict[str, Any]]:
    """Entities, sources and topics, with how many articles each has."""
    results = data.get("results") if isinstance(data, dict) else None
    if not isinstance(results, list):
        return []
    return [row for row in results[:200] if isinstance(row, dict) and {"name", "url", "count"} <= row.keys()]


def _next(data: Any, request: Request) -> str | None:
    """The address of the next page; of some lists the API gives only the cursor."""
    following = data.get("next") if isinstance(data, dict) else None
    if not isinstance(following, str) or following.startswith(("http:", "https:")):
        return following
    params = request.query_params.copy()
    params["cursor"] = following
    return f"?{params.urlencode()}"


def _bars(data: Any) -> list[dict[str, Any]]:
    """Buckets with their share of the largest, in per cent, for a chart of bars."""
    buckets = data.get("buckets") if isinstance(data, dict) else None
    if not isinstance(buckets, list):
        return []
    rows = [row for row in buckets[:100] if isinstance(row, dict) and isinstance(row.get("count"), int)]
    largest = max((row["count"] for row in rows), default=0)
    return [{**row, "share": round(100 * row["count"] / largest, 1) if largest else 0} for row in rows]
