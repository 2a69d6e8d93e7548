"""The harm scale as rows of a name and a weight; a row without a name is left out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

EMPTY_ROWS = 3
NAME, WEIGHT = "harm_name", "harm_weight"

Rows = list[tuple[str, str]]


class HarmWidget(forms.Widget):
    """Reads what `_harm_rows.html` draws."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Rows:
        if not isinstance(data, MultiValueDict):
            return []
        names, weights = data.getlist(NAME), data.getlist(WEIGHT)
        return [
            (str(name).strip(), str(weight).strip()) for name, weight in zip(names, weights, strict=False)
        ]


class HarmScaleField(forms.Field):
    """A scale by name."""

    widget = HarmWidget

    def clean(self, value: Any) -> dict[str, float]:
        scale: dict[str, float] = {}
        for name, weight in value or []:
            if not name and not weight:
                continue
            if not name:
                raise forms.ValidationError(_("The weight %(weight)s needs a name.") % {"weight": weight})
            if name in scale:
                raise forms.ValidationError(_("“%(name)s” stands there twice.") % {"name": name})
            try:
                scale[name] = float(weight.replace(",", "."))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(name)s” needs a number as its weight.") % {"name": name}
                ) from None
        return scale


def with_empty_rows(rows: Rows) -> Rows:
    """Return the rows that have something, and empty ones for more."""
    return [row for row in rows if any(row)] + [("", "")] * EMPTY_ROWS
