"""Django's settings, all of them derived from newsapi.env."""

from __future__ import annotations

import secrets
from typing import Any

import dj_database_url
from celery.schedules import crontab

from newsapi import __version__, logs
from newsapi.env import BASE_DIR, load
from newsapi.serving.roles import QUEUES

ENV = load()
DATA_DIR = ENV.data_dir
SEARCH_URL = ENV.search_url
SEARCH_TIMEOUT = ENV.search_timeout
SEARCH_CA_FILE = str(ENV.search_ca_file) if ENV.search_ca_file else None
SEARCH_SHARDS = ENV.search_shards
SEARCH_REPLICAS = ENV.search_replicas
SEARCH_PERIOD = ENV.search_period
LEASE_SECONDS = ENV.lease
CHANGES_DAYS = ENV.changes_days
RATE_LIMIT = ENV.rate_limit
DAILY_QUOTA = ENV.daily_quota
CORS_ORIGINS = frozenset(ENV.cors_origins)
EXPORTS_DIR = ENV.exports_dir
EXPORTS_HOURS = ENV.exports_hours
REDIS_URL = ENV.redis_url
OUTBOUND_ALLOWED_NETWORKS = ENV.outbound_allowed_networks
OUTBOUND_CA_FILE = str(ENV.outbound_ca_file) if ENV.outbound_ca_file else None
OUTBOUND_USER_AGENT = (
    f"newsapi/{__version__} ({f'+{ENV.outbound_contact}' if ENV.outbound_contact else 'no contact given'})"
)

DEBUG = ENV.debug
# `newsapi serve` makes a key and keeps it; without one (tests, one-off commands) sessions end with the process.
SECRET_KEY = ENV.secret_key or secrets.token_urlsafe(50)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *ENV.allowed_hosts]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "newsapi",
    "access",
    "articles",
    "ingest",
    "search",
    "webhooks",
]
MIDDLEWARE = [
    "newsapi.requests.Observed",
    "newsapi.caching.PrivateByDefault",
    "newsapi.cors.Cors",
    "access.middleware.SecureCookies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "access.throttling.RateHeaders",
    "newsapi.transfer.Transfer",
    "access.idempotency.Idempotent",
]
ROOT_URLCONF = "newsapi.urls"
WSGI_APPLICATION = "newsapi.wsgi.application"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Ours come before DRF's own of the same name.
        "DIRS": [BASE_DIR / "newsapi" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]


POSTGRES: dict[str, Any] = {
    "application_name": "newsapi",
    "connect_timeout": 3,
    # A server that has vanished without a word, milliseconds (tcp(7)).
    "tcp_user_timeout": 10_000,
    # A process that was stopped half way must not keep every other writer waiting.
    "options": "-c idle_in_transaction_session_timeout=60000",
    "pool": {
        "min_size": 1,
        "max_size": ENV.database_connections,
        # How long a request or a task waits for a connection; a restart of the server takes less.
        "timeout": 5.0,
        "max_idle": 120.0,
        "max_lifetime": 1800.0,
        # The wait between attempts doubles up to here: then whoever asks next begins anew, at once.
        "reconnect_timeout": 3.0,
        "num_workers": 2,
    },
}


def _database(url: str) -> dict[str, Any]:
    config: dict[str, Any] = dict(dj_database_url.parse(url))
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            # Immediate: a transaction that will write takes its turn at once instead of failing half way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
                " PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
            ),
        }
        config["CONN_MAX_AGE"] = None
    else:
        config["OPTIONS"] = {**POSTGRES, **config.get("OPTIONS", {})}
        # It looks at a connection before it is used, so that a restarted server costs nobody more than a moment.
        config["ENGINE"] = "newsapi.postgres"
        # A connection through a pooler such as PgBouncer (in transaction mode) may be another one each time.
        config["DISABLE_SERVER_SIDE_CURSORS"] = True
    return config


DATABASES = {"default": _database(ENV.database_url)}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        # Short: a request waits for it, and nothing depends on it.
        "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.3},
    }
}
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
APPEND_SLASH = False
CSRF_FAILURE_VIEW = "newsapi.problems.csrf_failure"
STATIC_URL = "/static/"
# Served out of the packages themselves: no collecting step between a checkout and a running service.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "access.authentication.ApiKeyAuthentication",
        "access.authentication.KeySessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["access.permissions.ScopePermission"],
    "DEFAULT_THROTTLE_CLASSES": ["access.throttling.KeyThrottle"],
    "DEFAULT_RENDERER_CLASSES": [
        "newsapi.rendering.JSONRenderer",
        "newsapi.browsable.BrowsableRenderer",
        "newsapi.rendering.ProblemRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": ["newsapi.parsing.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "newsapi.negotiation.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "newsapi.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": "format",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "newsapi",
    "DESCRIPTION": "Raw news in, structured articles out: search, filters, counts, entities and topics.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PUBLIC": True,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/v1",
    "AUTHENTICATION_WHITELIST": ["access.authentication.ApiKeyAuthentication"],
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES: dict[str, dict[str, Any]] = {name: {} for name in QUEUES}
CELERY_TASK_CREATE_MISSING_QUEUES = False
# The first that fits counts.
CELERY_TASK_ROUTES = {
    "ingest.polling.*": {"queue": "poll"},
    "ingest.tasks.*": {"queue": "ingest"},
    "search.exports.*": {"queue": "default"},
    "search.*": {"queue": "index"},
    "webhooks.*": {"queue": "deliver"},
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than any task may take, or one that runs would be given out again.
    "visibility_timeout": 3 * CELERY_TASK_TIME_LIMIT,
    "socket_timeout": 5,
    "socket_connect_timeout": 0.25,
    "global_keyprefix": "newsapi:",
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULE = {
    "sweep-captures": {"task": "ingest.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "poll-sources": {"task": "ingest.polling.poll", "schedule": 5.0, "options": {"expires": 5}},
    "tidy-sources": {"task": "ingest.polling.tidy", "schedule": crontab(minute=41)},
    "sweep-exports": {"task": "search.exports.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "sweep-webhooks": {"task": "webhooks.sweep", "schedule": 2.0, "options": {"expires": 2}},
    "tidy-webhooks": {"task": "webhooks.tidy", "schedule": crontab(minute=53)},
    "forget-answers": {"task": "access.tasks.forget_answers", "schedule": crontab(minute=29)},
    "forget-changes": {"task": "articles.tasks.forget_changes", "schedule": crontab(minute=23)},
    "reconcile": {"task": "search.tasks.reconcile", "schedule": crontab(hour=3, minute=17)},
}

LOGGING = logs.configuration(ENV.log_level, ENV.log_format)
