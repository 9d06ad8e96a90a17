"""A JSON column by orjson: ten times faster than json, and text is kept as UTF-8 instead of escapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.fields.json import KeyTransform

if TYPE_CHECKING:
    _ObjectField = models.JSONField[dict[str, Any]]
else:
    _ObjectField = models.JSONField


class FastJSONField(_ObjectField):
    """Holds an object. Stores and looks up like JSONField; values must be what orjson takes (no lone surrogates)."""

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if not prepared:
            value = self.get_prep_value(value)
        if connection.vendor == "postgresql":
            # Loaded only where it is used: it takes a quarter of a second of every start.
            from psycopg.types.json import Jsonb

            return Jsonb(value, dumps=orjson.dumps)
        return orjson.dumps(value).decode()

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None or (isinstance(expression, KeyTransform) and not isinstance(value, str)):
            return value
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            # SQLite gives a string inside the document without its quotes.
            return value
