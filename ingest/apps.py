"""The room where documents come in."""

from typing import Any

from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "ingest"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from articles.store import use_enricher
        from ingest import figures
        from ingest.polling import figures as polling

        use_enricher(_enrich_again)
        figures.register()
        polling.register()


def _enrich_again(document: dict[str, Any]) -> dict[str, Any]:
    # Imported with the first correction: gazetteers and models are a load that most processes do without.
    from ingest.corrected import enrich_again

    return enrich_again(document)
