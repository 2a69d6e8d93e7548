"""An image: an uploaded file, an address, or JSON such as an array or a data URI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from evaluation.types import JSON
from tracker.board.forms.input_shape import Shape, Typed, plain_json
from tracker.board.forms.picture_upload import LikeArray, array_of_upload, like_array, limits, uri_of_upload
from tracker.board.image_addresses import is_address
from tracker.board.rasters import NotShown, bytes_of_uri, opened


@dataclass(frozen=True)
class TypedImage(Typed):
    address: str = ""
    upload: UploadedFile[Any] | None = None


class ImageShape(Shape[TypedImage]):
    """A file becomes an array where the newest inputs of the project are arrays, else a data URI."""

    template = "_fragments/_input_image.html"
    takes_file = True

    def __init__(self, newest: Sequence[JSON]) -> None:
        self.like: LikeArray | None = like_array(newest)

    def typed(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> TypedImage:
        return TypedImage(
            data.get(name, ""), data.get(f"{name}_address", "").strip(), files.get(f"{name}_file")
        )

    def parts(self, value: JSON) -> TypedImage | None:
        return TypedImage("", value) if isinstance(value, str) and is_address(value) else None

    def is_blank(self, typed: TypedImage) -> bool:
        return not typed.address and typed.upload is None

    def assembled(self, typed: TypedImage) -> JSON:
        if typed.upload is None:
            if not is_address(typed.address):
                raise forms.ValidationError(
                    _("The address has to begin with https:// and to name no user or password.")
                )
            return typed.address
        if typed.address:
            raise forms.ValidationError(_("Give a file or an address, not both."))
        try:
            if self.like is not None:
                return array_of_upload(typed.upload, self.like)
            return uri_of_upload(typed.upload)
        except NotShown as reason:
            raise forms.ValidationError(str(reason)) from reason

    def json_of(self, raw: str) -> JSON:
        """A data URI needs no quotes."""
        text = raw.strip()
        value = text if text.startswith("data:") else plain_json(raw)
        if isinstance(value, str) and value.startswith("data:"):
            try:
                opened(bytes_of_uri(value))
            except NotShown as reason:
                raise forms.ValidationError(str(reason)) from reason
        return value

    def with_raw(self, raw: str) -> TypedImage:
        return TypedImage(raw)

    def context(self, typed: TypedImage) -> dict[str, Any]:
        return {"like": self.like, "limits": limits(), "hosts": settings.IMAGE_HOSTS}
