"""The product's settings, in a data folder of their own that lasts as long as the test process."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="tracker-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["TRACKER_HOME"] = _home
os.environ["SECRET_KEY"] = "for-tests-only-0123456789-0123456789-0123456789"
for _name in ("REDIS_URL", "SITE_URL", "ALLOWED_HOSTS", "HTTPS", "DEBUG", "STATIC_ROOT"):
    # What the developer's own server runs with must not change what the tests say.
    os.environ.pop(_name, None)

from tracker.settings import *  # noqa: E402, F403 (the folder must be known first)
from tracker.settings import BASE_DIR, DATABASES, HOME, STATICFILES_DIRS  # noqa: E402

# A file, since the threads of a live server share no database in memory.
DATABASES["default"]["TEST"] = {}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}

# Files are served as they lie there: no manifest has to be collected first.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
(BASE_DIR / "tracker" / "static" / "build").mkdir(parents=True, exist_ok=True)
for _folder in STATICFILES_DIRS:
    os.makedirs(_folder, exist_ok=True)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
NUDGES = False
