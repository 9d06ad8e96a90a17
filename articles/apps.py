"""The room of the domain."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ArticlesConfig(AppConfig):
    name = "articles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from articles import figures

        post_migrate.connect(_after_migrate, sender=self)
        figures.register()


def _after_migrate(using: str, **kwargs: Any) -> None:
    """After `migrate`, and after a database was emptied: the taxonomy's rows, and nothing remembered."""
    from articles import entities
    from articles.taxonomy import fill

    entities.forget()
    fill(using)
