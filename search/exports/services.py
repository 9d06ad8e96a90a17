"""Asking for exports, looking at them, removing them."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from celery.exceptions import CeleryError
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from articles.models import Consumer
from newsapi.errors import InvalidParameter, NewsApiError, NotFound
from newsapi.parameters import did_you_mean, nearest
from search import filters, percolator
from search.exports.formats import COMPRESSIONS, FORMATS
from search.exports.models import Export, State
from search.filters import filter_parameters

logger = logging.getLogger(__name__)
UNFINISHED = (State.WAITING, State.RUNNING)
MOST = 10
"""Exports of one key that are not finished yet."""
SORTS = ("-date", "date")
FORGET_AFTER = timedelta(days=30)
"""After an export's file is gone, its row says for so long what it was."""
MEMBERS = ("format", "compression", "sort", "fields", "query")


class TooManyExports(NewsApiError):
    code = "too_many_exports"
    title = "Too many exports are being made"
    status = 429


class ExportGone(NewsApiError):
    code = "export_expired"
    title = "The export's file is not kept any more"
    status = 410


class NotReady(NewsApiError):
    code = "export_not_ready"
    title = "The export is not finished"
    status = 409


def directory(export: Export) -> Path:
    """Where the parts of an export are."""
    return Path(settings.EXPORTS_DIR) / str(export.id)


def request(owner: str, asked: object, params: QueryDict) -> Export:
    """Ask for an export and wake a worker. `asked` is the body, `params` are filters in the address.

    Raises NewsApiError, naming the member or parameter that cannot be used.
    """
    export = read(asked, params)
    export.owner = owner
    with transaction.atomic():
        if Export.objects.filter(owner=owner, state__in=UNFINISHED).count() >= MOST:
            raise TooManyExports(
                f"{MOST} exports of this key are being made; wait for one of them, or delete one.", retry_after=10
            )
        export.save(force_insert=True)
        transaction.on_commit(lambda: wake(export.id))
    return export


def read(asked: object, params: QueryDict) -> Export:
    """The export that is asked for, checked and not saved."""
    if asked is None or asked == "":
        asked = {}
    if not isinstance(asked, Mapping):
        raise InvalidParameter('The body is an object like {"format": "csv", "query": {"q": "election"}}.')
    for name in asked:
        if name not in MEMBERS:
            suggestion = nearest(str(name), MEMBERS)
            raise InvalidParameter(
                f"There is no member {str(name)[:80]!r}; there are {', '.join(MEMBERS)}.{did_you_mean(suggestion)}",
                parameter=str(name)[:80],
                suggestion=suggestion,
            )
    query = _query(asked.get("query"), params)
    asked_for = filters.read(query)
    percolator.check(asked_for.query)
    kind = _choice(asked, "format", tuple(FORMATS), "ndjson")
    compression = _choice(asked, "compression", COMPRESSIONS, "none")
    if compression != "none" and not FORMATS[kind].compressible:
        raise InvalidParameter(f"compression: {kind} is compressed in itself; leave this out.", parameter="compression")
    fields = _texts(asked.get("fields"), "fields")
    FORMATS[kind](fields)
    return Export(
        format=kind,
        compression="" if compression == "none" else compression,
        fields=fields,
        sort=_choice(asked, "sort", SORTS, "-date"),
        query=dict(query.lists()),
        now=asked_for.now,
    )


def _query(given: object, params: QueryDict) -> QueryDict:
    """The filters of the body and of the address as one. Raises InvalidParameter for what is no filter."""
    query = QueryDict(mutable=True)
    if given is not None and not isinstance(given, Mapping):
        raise InvalidParameter('query is an object of filters, like {"q": "election", "country": ["FR", "DE"]}.')
    for name, value in (given or {}).items():
        query.setlist(str(name), _texts(value, f"query.{name}"))
    for name, values in params.lists():
        if name in query:
            raise InvalidParameter(f"{name} is in the address and in the body; give it once.", parameter=name)
        query.setlist(name, values)
    known = [parameter.name for parameter in filter_parameters()]
    for name in query:
        if name not in known:
            suggestion = nearest(name, known)
            raise InvalidParameter(
                f"There is no filter {name[:80]!r}.{did_you_mean(suggestion)}", parameter=name[:80],
                suggestion=suggestion,
            )  # fmt: skip
    filters.check_text(query)
    return query


def _texts(value: object, name: str) -> list[str]:
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    if len(values) > 500 or not all(isinstance(one, str | int | float) for one in values):
        raise InvalidParameter(f"{name} is a text or a list of up to 500 texts.", parameter=name)
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values]


def _choice(asked: Mapping[Any, Any], name: str, choices: tuple[str, ...], default: str) -> str:
    value = asked.get(name, default)
    if value in choices:
        return str(value)
    suggestion = nearest(str(value), choices)
    raise InvalidParameter(
        f"{name} is {str(value)[:40]!r}; it must be one of {', '.join(choices)}.{did_you_mean(suggestion)}",
        parameter=name,
        suggestion=suggestion,
    )


def wake(export_id: UUID) -> None:
    """Ask a worker to make it, now; should that be lost, the sweeper finds the row."""
    from search.tasks import make_export

    try:
        make_export.delay(str(export_id))
    except (CeleryError, KombuError, RedisError, OSError) as error:
        logger.warning("an export waits for the sweeper: %s", error)


def listed(owner: str, everyone: bool, limit: int) -> QuerySet[Export]:
    """The newest exports of an owner, or of all."""
    found = Export.objects.order_by("-created_at")
    return (found if everyone else found.filter(owner=owner))[:limit]


def get(owner: str, everyone: bool, export_id: UUID) -> Export:
    """Raises NotFound, for another's export too."""
    export = Export.objects.filter(id=export_id).first()
    if export is None or not (everyone or export.owner == owner):
        raise NotFound(f"There is no export {export_id}.")
    return export


def ready(export: Export) -> Export:
    """The export, if it can be downloaded. Raises NotReady, ExportGone."""
    if export.state == State.EXPIRED:
        raise ExportGone("The file was removed when its time was over; ask for the export again.")
    if export.state == State.FAILED:
        reason = (export.error or {}).get("detail", "")
        raise NotReady(f"The export failed: {reason} Ask for it again.", export=str(export.id))
    if export.state != State.READY:
        raise NotReady(
            f"{export.done:,} articles are written; the export's own address says how far it is.", retry_after=2
        )
    return export


def remove(export: Export) -> None:
    """Remove an export and its file; one that is being made stops."""
    export.delete()
    shutil.rmtree(directory(export), ignore_errors=True)
    Consumer.objects.filter(name=lease_name(export.id)).delete()


def lease_name(export_id: UUID) -> str:
    return f"export {export_id}"


def sweep() -> int:
    """Wake workers for what is not finished, remove the files that are over; how many are not finished.

    Whoever works on one holds its lease, so that being woken for it again does nothing.
    """
    now = timezone.now()
    for export in Export.objects.filter(state=State.READY, expires_at__lt=now):
        shutil.rmtree(directory(export), ignore_errors=True)
        export.pieces.all().delete()
        Export.objects.filter(id=export.id).update(state=State.EXPIRED)
    Export.objects.filter(state__in=(State.EXPIRED, State.FAILED), created_at__lt=now - FORGET_AFTER).delete()
    waiting = list(Export.objects.filter(state__in=UNFINISHED).order_by("created_at").values_list("id", flat=True)[:50])
    for export_id in waiting:
        wake(export_id)
    return len(waiting)
