"""Why things are as they are: why an article is a duplicate, and what became of every input of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from articles import duplicates, selectors
from articles.selectors import Gone
from articles.store import Dropped
from ingest.models import Capture
from newsapi.errors import NotFound

MOST = 100
"""Inputs and duplicates that are listed."""

_DROPPED = {
    Dropped.SAME_BODY: (
        "The same body is there already",
        "An article of this source has the same body; case, punctuation and spacing do not count.",
    ),
    Dropped.SAME_TEXT: (
        "Nothing new",
        "The article has this id or address, and the same headline, standfirst and body already.",
    ),
    Dropped.OVERTAKEN: (
        "A later text was quicker",
        "What arrived later under the same id or address was written before this, and is newer.",
    ),
    Dropped.EXCERPT: (
        "An excerpt of what is there",
        "The article at this address has a longer text, and this is a part of it: the teaser of a feed, say.",
    ),
}


def dropped(why: Dropped) -> dict[str, str]:
    """The reason that a capture is kept with, in the form of a problem."""
    title, detail = _DROPPED[why]
    return {"code": why.value, "title": title, "detail": detail}


def explain(found: UUID) -> dict[str, Any]:
    """Why an article is a duplicate or an original, and its inputs; or what became of one input, by its id.

    Raises NotFound, and Gone for an article that was deleted.
    """
    capture = Capture.objects.filter(id=found).defer("content").first()
    if capture is None:
        try:
            return _article(found)
        except NotFound as error:
            raise NotFound(f"There is neither an article nor a document {found}.") from error
    explained: dict[str, Any] = {"document": _input(capture)}
    if capture.article_id is not None:
        try:
            explained |= _article(capture.article_id)
        except Gone as error:
            explained["gone"] = error.detail
    return explained


def _article(article_id: UUID) -> dict[str, Any]:
    article = selectors.get_article(article_id)
    captures = Capture.objects.filter(article=article).order_by("-id").defer("content")
    return {**duplicates.explain(article), "inputs": [_input(capture) for capture in captures[:MOST]]}


def _input(capture: Capture) -> dict[str, Any]:
    return {
        "id": str(capture.id),
        "status": capture.state,
        "reason": capture.reason,
        "received_at": capture.received_at,
        "link": f"/v1/documents/{capture.id}",
    }
