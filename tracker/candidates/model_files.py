"""Model files: stored with the project, brought to a local path for the adapter that reads them."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.candidates.models import ModelFile
from tracker.projects.errors import Invalid
from tracker.projects.models import Project

MAX_FILE_BYTES = 256 * 1024 * 1024


def check_size(content: bytes) -> None:
    """Raise Invalid for a file that is empty or too large to be kept."""
    if not content:
        raise Invalid({"file": [_("The file is empty.")]})
    if len(content) > MAX_FILE_BYTES:
        raise Invalid({"file": [_("The file is larger than 256 MB.")]})


def store_model_file(project: Project, name: str, content: bytes) -> ModelFile:
    """Store an uploaded file; the same content again is the same file."""
    check_size(content)
    file, _created = ModelFile.objects.get_or_create(
        project=project,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={"name": Path(name).name[:200] or "model", "size": len(content), "content": content},
    )
    return file


def local_path(file_id: int, sha256: str, suffix: str) -> Path:
    """Return a path where the file's content lies on this host, written whole or not at all."""
    folder = settings.HOME / "model-files"
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(folder) / f"{sha256}{suffix}"
    if not path.exists():
        content = ModelFile.objects.values_list("content", flat=True).get(pk=file_id)
        handle, temporary = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as stream:
            stream.write(bytes(content))
        Path(temporary).replace(path)
    return path
