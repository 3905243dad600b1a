"""Django's settings; the database is filled in by ``connection.boot`` before Django starts."""

import os
from pathlib import Path
from typing import Any

from cleanclaim.store.places import data_folder, secret_key

_WEB = Path(__file__).parent.parent / "web"
_API = Path(__file__).parent.parent / "api"

DEBUG = False
SECRET_KEY = secret_key()
ALLOWED_HOSTS = os.environ.get("CLEANCLAIM_HOSTS", "127.0.0.1,localhost").split(",")
# Plain HTTP is for the owner's own machine; behind TLS the cookies travel over TLS only.
_TLS = os.environ.get("CLEANCLAIM_TLS") == "1"

DATABASES: dict[str, dict[str, Any]] = {"default": {"ENGINE": "django.db.backends.postgresql"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    *(
        f"cleanclaim.store.{app}"
        for app in (
            "organizations",
            "events",
            "credentialing",
            "patients",
            "encounters",
            "exchanges",
            "claims",
            "remits",
            "ledger",
            "tasks",
            "rules",
            "denials",
            "statements",
            "tokens",
            "followup",
            "bank",
            "messages",
            "providers",
            "enrollments",
            "examinations",
            "policies",
            "coding",
        )
    ),
]
AUTH_USER_MODEL = "organizations.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# NIST SP 800-63B-4: length and a block list, no composition rules, no forced rotation.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cleanclaim.web.security.ContentSecurityMiddleware",
    # The other door: what is under /api/ goes no further, so no session and no cookie counts.
    "cleanclaim.api.door.ApiDoor",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cleanclaim.web.access.AccessMiddleware",
]
ROOT_URLCONF = "cleanclaim.web.urls"
LOGIN_URL = "/sign-in"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [_WEB / "templates", _API / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "cleanclaim.web.templating.environment"},
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [_WEB / "static"]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": data_folder() / "files"},
    },
}

# Of the REST door; nothing but what an installation decides.
API_REQUESTS_A_MINUTE = int(os.environ.get("CLEANCLAIM_API_REQUESTS_A_MINUTE", "600"))
# A repeated request is answered alike for a day at least.
API_REPLAY_HOURS = max(24, int(os.environ.get("CLEANCLAIM_API_REPLAY_HOURS", "24")))

# 12 hours in all and 15 idle minutes: our own limits, tighter than NIST's for patient data.
SESSION_COOKIE_AGE = 15 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _TLS
CSRF_COOKIE_SECURE = _TLS
CSRF_FAILURE_VIEW = "cleanclaim.web.errors.csrf_failed"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False
# Django would log the request line and, on error, the frame's values: neither may reach a file.
LOGGING_CONFIG = None
