"""The room of API keys."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Importing it is what registers it.
        import access.schema  # noqa: F401
