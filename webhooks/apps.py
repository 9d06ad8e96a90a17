"""The room where articles are sent out: saved searches, endpoints, and deliveries with every attempt."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from webhooks import figures, waking

        figures.register()
        waking.register()
