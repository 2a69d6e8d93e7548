"""A JSON body with a file beside it, as multipart/form-data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from rest_framework.request import Request

from tracker.api.operations import Received, Takes
from tracker.api.parsing import (
    JSON_LIMIT,
    JSON_TYPE,
    MULTIPART_LIMIT,
    MULTIPART_TYPE,
    announced_length,
    json_of,
    too_large,
)
from tracker.api.wording import body_as
from tracker.projects.errors import Errors, Invalid


@dataclass(frozen=True, slots=True)
class WithFile:
    """What a form holds: the struct and, where one was sent, the file."""

    value: Any
    file: UploadedFile[bytes] | None


@dataclass(frozen=True, slots=True)
class TakesFile(Takes):
    """Takes the struct as JSON, or as the part `part` of a form beside the file `file`."""

    part: str = "model"

    @property
    def media_types(self) -> list[str]:
        return [JSON_TYPE, MULTIPART_TYPE]

    @contextmanager
    def received(self, request: Request) -> Iterator[Received]:
        if (request.content_type or "").partition(";")[0].strip().lower() == MULTIPART_TYPE:
            yield self._form(request)
            return
        with Takes.received(self, request) as plain:
            yield Received(plain.digest, lambda: WithFile(plain.value(), None))

    def _form(self, request: Request) -> Received:
        if (announced_length(request) or 0) > MULTIPART_LIMIT:
            raise too_large(MULTIPART_LIMIT)
        # DRF would parse the form with its own parsers; Django's own writes large files to disk as they come.
        form, files = request._request.POST, request._request.FILES  # noqa: SLF001
        sent_as_file = files.get(self.part)
        text = sent_as_file.read() if sent_as_file else form.get(self.part, "").encode()
        file = files.get("file")
        seen = hashlib.sha256(text)
        if file is not None:
            for piece in file.chunks():
                seen.update(piece)
            # Whoever stores it reads it once more, from its beginning.
            file.seek(0)
        errors = self._part_errors({*form, *files})
        return Received(seen.hexdigest(), lambda: self._read(text, file, errors))

    def _part_errors(self, names: set[str]) -> Errors:
        errors = {name: [_("There is no such field.")] for name in sorted(names - {self.part, "file"})}
        if self.part not in names:
            errors[self.part] = [_("This field is required.")]
        return errors

    def _read(self, text: bytes, file: UploadedFile[bytes] | None, errors: Errors) -> WithFile:
        if errors:
            raise Invalid(errors)
        if len(text) > JSON_LIMIT:
            raise too_large(JSON_LIMIT)
        return WithFile(body_as(json_of(text), self.kind), file)
