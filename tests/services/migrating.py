"""Run as a module with DATABASE_URL: every migration, one by one, over rows of all the states before it.

Prints as JSON how many rows of each model there are at the end, and which were lost or cannot be read.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import django
from django.db import models

ROOMS = {"access", "articles", "ingest", "search", "webhooks"}
ROWS = 3
NOW = datetime(2026, 6, 18, 14, 5, tzinfo=UTC)


def value(field: Any, n: int, made: dict[str, list[Any]]) -> Any:
    """Something that the field takes; another for each n."""
    if field.remote_field is not None:
        others = made.get(field.remote_field.model._meta.label, [])
        return others[n % len(others)] if others else None
    if isinstance(field, models.JSONField) or field.get_internal_type() == "JSONField":
        return {"text": f"Ñandú {n} \U0001f426"}
    kinds: list[tuple[type[models.Field[Any, Any]], Any]] = [
        (models.UUIDField, uuid4()),
        (models.BooleanField, n % 2 == 0),
        (models.DateTimeField, NOW + timedelta(hours=n)),
        (models.DateField, NOW.date() + timedelta(days=n)),
        (models.BinaryField, b"\x00\xff" + str(n).encode()),
        (models.FloatField, n / 3),
        (models.IntegerField, n + 1),
        (models.CharField, f"{field.name} ñ {n}"[-(getattr(field, "max_length", None) or 50) :]),
        (models.TextField, f"{field.name} ñ {n}"),
    ]
    if field.choices:
        return field.choices[n % len(field.choices)][0]
    return next(found for kind, found in kinds if isinstance(field, kind))


def fill(model: Any, made: dict[str, list[Any]]) -> list[Any]:
    made_up = (models.AutoField, models.CompositePrimaryKey)
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, made_up)]
    rows = []
    for n in range(ROWS):
        given = {field.name: value(field, n, made) for field in fields}
        rows.append(model.objects.create(**given))
    return rows


def walk() -> dict[str, Any]:
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = [step for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    kept: dict[str, list[Any]] = {}
    done: dict[str, tuple[str, str]] = {}
    for step in plan:
        executor = MigrationExecutor(connection)
        executor.migrate([(step.app_label, step.name)])
        done[step.app_label] = (step.app_label, step.name)
        state = executor.loader.project_state(list(done.values())).apps
        made: dict[str, list[Any]] = {}
        for model in _ordered(state):
            label = model._meta.label
            if label not in kept:
                fill(model, made)
                kept[label] = list(model.objects.values_list("pk", flat=True))
            made[label] = list(model.objects.filter(pk__in=kept[label]))
    problems = []
    for label, keys in kept.items():
        try:
            model = apps.get_model(label)
        except LookupError:
            continue
        found = {row.pk for row in model.objects.all()}
        if lost := [str(key) for key in keys if key not in found]:
            problems.append(f"{label} lost {lost}")
    executor = MigrationExecutor(connection)
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {
        "rows": {label: len(keys) for label, keys in kept.items()},
        "problems": problems,
        "left": len(left),
        "vendor": connection.vendor,
    }


def _ordered(state: Any) -> list[Any]:
    """The models of our rooms, those that others refer to first."""
    waiting = [
        model for room in ROOMS if room in state.app_configs for model in state.get_app_config(room).get_models()
    ]
    found: list[Any] = []
    while waiting:
        for model in list(waiting):
            needs = {f.remote_field.model for f in model._meta.concrete_fields if f.remote_field} - {model}
            if not needs & set(waiting):
                waiting.remove(model)
                found.append(model)
    return found


if __name__ == "__main__":
    django.setup()
    json.dump(walk(), sys.stdout)
