"""Asking for exports, looking at them, removing them."""

from __future__ import annotations

import logging
import shutil
from datetime import timedelta
from pathlib import Path
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
from newsapi.parameters import check_known
from search import conditions, filters, names, percolator, tree
from search.exports.formats import COMPRESSIONS, FORMATS
from search.exports.models import Export, State
from search.filters import filter_parameters
from search.members import Members
from search.query import Query

logger = logging.getLogger(__name__)
UNFINISHED = (State.WAITING, State.RUNNING)
MOST = 10
"""Exports of one key that are not finished yet."""
SORTS = ("-date", "date")
FORGET_AFTER = timedelta(days=30)
"""After an export's file is gone, its row says for so long what it was."""
MOST_FIELDS = 100


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
    """The export that is asked for, checked and not saved. Filters may be members of the body, or in the address."""
    members = Members({} if asked in (None, "") else asked, "")
    kind = members.choice("format", tuple(FORMATS), "ndjson")
    compression = members.choice("compression", COMPRESSIONS, "none")
    sort = members.choice("sort", SORTS, "-date")
    fields = list(members.texts("fields", MOST_FIELDS) or ())
    given, text = conditions.parameters(members), members.get("query")
    members.end()
    check_known(params, (parameter.name for parameter in filter_parameters()))
    for name, values in params.lists():
        if name in given:
            raise InvalidParameter(f"{name} is in the address and in the body; give it once.", parameter=name)
        given.setlist(name, values)
    if compression != "none" and not FORMATS[kind].compressible:
        raise InvalidParameter(f"compression: {kind} is compressed in itself; leave this out.", parameter="compression")
    FORMATS[kind](fields)
    export = Export(
        format=kind,
        compression="" if compression == "none" else compression,
        fields=fields,
        sort=sort,
        query=dict(given.lists()) | ({} if text is None else {"query": text}),
        now=filters.present(),
    )
    percolator.check(asked_for(export))
    return export


def asked_for(export: Export) -> Query:
    """What an export has to find. Raises NewsApiError for what cannot be used, or cannot be used any more."""
    params = QueryDict(mutable=True)
    for name, values in export.query.items():
        if name != "query":
            params.setlist(name, values)
    written = export.query.get("query")
    if written is not None and "q" in params:
        raise InvalidParameter("query and q say the same; give one of them.", parameter="query")
    filters.check_text(params)
    text = None if written is None else tree.read(written, resolve=names.resolve, now=export.now)
    return filters.read(params, now=export.now, text=text).query


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
