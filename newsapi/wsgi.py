"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
_django = get_wsgi_application()

from newsapi.bodies import patient  # noqa: E402 (it reads the settings)

application = patient(_django)
