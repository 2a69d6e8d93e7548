"""All settings, in one file. Everything that an operator may change is an environment variable (docs/operate.md)."""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from tracker.environment import (
    env,
    env_flag,
    env_image_hosts,
    env_list,
    env_networks,
    env_number,
    kept_secret,
)
from tracker.serving.broker_address import broker_url

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(env("TRACKER_HOME") or BASE_DIR / "var").resolve()
HOME.mkdir(parents=True, exist_ok=True)

DEBUG = env_flag("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY") or kept_secret(HOME / "secret_key")
# Former ones, which still read what was sealed with them.
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
SITE_URL = env("SITE_URL", "http://127.0.0.1:8000")
HTTPS = env_flag("HTTPS", default=False)

INSTALLED_APPS = [
    "tracker.projects",
    "tracker.problems",
    "tracker.candidates",
    "tracker.runs",
    "tracker.triage",
    "tracker.api",
    "tracker.board",
    "tracker.tasks",
    "tracker.demo",
    "tracker.serving",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "tracker.api.metrics.CountRequests",
    "tracker.api.middleware.NoBodyForHead",
    "tracker.api.middleware.Probes",
    "tracker.api.middleware.ProblemsInKind",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- database ---------------------------------------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        env("DATABASE_URL") or f"sqlite:///{HOME / 'tracker.sqlite3'}",
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue for the lock when they begin instead of failing when they first write, and readers never wait.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
    }

# --- people -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "projects.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tracker.projects.accounts.ClosedAccounts"
ACCOUNT_FORMS = {
    "login": "tracker.projects.account_forms.SignInForm",
    "change_password": "tracker.projects.account_forms.OwnPasswordForm",
}
ACCOUNT_LOGOUT_ON_GET = False
EMAIL_BACKEND = env("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")

# --- language and time ------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
# Only what is wholly translated: of other languages Django would bring its own few texts into English pages.
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- static files -----------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT") or HOME / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "tracker" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- safety -----------------------------------------------------------------------------------------------------

# Hosts whose pictures browsers may load; the server itself fetches none.
IMAGE_HOSTS = env_image_hosts("IMAGE_HOSTS")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *(f"https://{host}" for host in IMAGE_HOSTS)],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env_number("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if env_flag("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# JSON bodies are limited by the API itself, which answers in its own words.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
METRICS_NETWORKS = env_networks("METRICS_NETWORKS")

# --- API --------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tracker.api.authentication.TokenAuthentication",
        "tracker.api.authentication.SignedIn",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tracker.api.parsing.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "tracker.api.problem_details.answer_exception",
    "DEFAULT_THROTTLE_RATES": {"token": env("API_RATE", "6000/min"), "anonymous": "120/min"},
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ML Problem Tracker",
    "DESCRIPTION": "The bug tracker for machine-learning models: reports, problems, test patterns, models, verdicts.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    # The structs name their own enumerations; the usual hook expects serializers.
    "POSTPROCESSING_HOOKS": [],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

# --- work in the background -------------------------------------------------------------------------------------

REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL or broker_url(HOME / "broker")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 2 * 60 * 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    # Nobody who sends a nudge waits for a broker that is away, by default six seconds: the sweeper finds the work.
    "max_retries": 0,
}
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_TIME_LIMIT = 60 * 60
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "celerybeat-schedule")
# How often the scheduler looks for work and applies policies; all of its times are in tracker/celery.py.
SWEEP_SECONDS = env_number("SWEEP_SECONDS", 10)
POLICY_SECONDS = env_number("POLICY_SECONDS", 300)
# How long a claimed piece of work may stay silent before another worker takes it over, in seconds.
LEASE_SECONDS = env_number("LEASE_SECONDS", 30)
# Off in tests and one-off scripts, where the work is done in the same process and nobody listens.
NUDGES = env_flag("NUDGES", default=True)

# --- models under test ------------------------------------------------------------------------------------------

# Networks that model servers may be asked in although they are not public, and the only callables that may be called.
MODEL_NETWORKS = env_networks("MODEL_NETWORKS")
PYTHON_CALLABLES = env_list("PYTHON_CALLABLES")
MODEL_MEMORY_MB = env_number("MODEL_MEMORY_MB", 2048)
MODEL_SECONDS_PER_BATCH = env_number("MODEL_SECONDS_PER_BATCH", 60)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
}
