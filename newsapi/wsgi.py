"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
_django = get_wsgi_application()

import newsapi.urls  # noqa: E402, F401 (all of it loaded here: the first request waits for nothing)
from newsapi import lifecycle  # noqa: E402
from newsapi.bodies import patient  # noqa: E402 (it reads the settings)
from newsapi.celery import app  # noqa: E402
from newsapi.presence import appear  # noqa: E402

app.loader.import_default_modules()
appear("web")
lifecycle.begin()

application = patient(_django)
