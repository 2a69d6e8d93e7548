"""The OpenAPI schema out of operations: the structs that check requests are what it shows."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from tracker.api.operations import NoQuery, Operation, operation_of
from tracker.api.parsing import JSON_TYPE, LINES_TYPE
from tracker.api.problem_details import CONTENT_TYPE, TITLES
from tracker.projects.errors import Errors

REFERENCE = "#/components/schemas/{name}"


class ProblemDetail(msgspec.Struct, omit_defaults=True):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: Errors | msgspec.UnsetType = msgspec.UNSET


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "tracker.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A token of one project."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "tracker.api.authentication.SignedIn"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey", "in": "cookie", "name": "sessionid",
            "description": "The session of the pages; what writes also sends X-CSRFToken.",
        }  # fmt: skip


class StructSchema(AutoSchema):
    """Describes views whose methods carry an Operation."""

    @property
    def _operation(self) -> Operation:
        operation = operation_of(self.view, self.method)
        if operation is None:
            raise TypeError(f"{type(self.view).__name__}.{self.method.lower()} lacks its Operation.")
        return operation

    def is_excluded(self) -> bool:
        return operation_of(self.view, self.method) is None

    def get_operation_id(self) -> str:
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self.view).__name__).lower()
        return f"{words}_{self.method.lower()}"

    def get_summary(self) -> str:
        return self._operation.summary

    def get_description(self) -> str:  # type: ignore[override]
        return type(self.view).__doc__ or ""

    def get_tags(self) -> list[str]:
        return [type(self.view).__module__.rpartition(".")[2]]

    def _get_parameters(self) -> list[dict[str, Any]]:
        return [*self._address_parameters(), *self._query_parameters(), *self._header_parameters()]

    def _address_parameters(self) -> list[dict[str, Any]]:
        names: list[str] = re.findall(r"\{(\w+)\}", self.path)
        return [
            {
                "name": name, "in": "path", "required": True,
                "schema": {"type": "integer"} if name.endswith("_id") else {"type": "string", "minLength": 1},
            }
            for name in names
        ]  # fmt: skip

    def _query_parameters(self) -> list[dict[str, Any]]:
        operation = self._operation
        parameters = []
        if operation.query is not NoQuery:
            (_reference,), components = msgspec.json.schema_components(
                [operation.query], ref_template=REFERENCE
            )
            properties: dict[str, dict[str, Any]] = components[operation.query.__name__]["properties"]
            for name, schema in properties.items():
                shown = {key: value for key, value in schema.items() if key != "description"}
                # An empty text is how a struct says "not given".
                if shown.get("default") == "":
                    del shown["default"]
                parameters.append({"name": name, "in": "query", "schema": shown} | _description(schema))
        if operation.open_query:
            parameters.append(
                {
                    "name": f"{operation.open_query}group",
                    "in": "query",
                    "schema": {"type": "string"},
                    "description": f"Any name may follow `{operation.open_query}`.",
                }
            )
        return parameters

    def _header_parameters(self) -> list[dict[str, Any]]:
        if self.method != "POST":
            return []
        return [
            {
                "name": "Idempotency-Key", "in": "header",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
                "description": "The same key again within 24 hours gets the first answer and does nothing.",
            }
        ]  # fmt: skip

    def _get_request_body(self, direction: str = "request") -> dict[str, Any] | None:
        takes = self._operation.takes
        if takes is None:
            return None
        one = self._schema_of(takes.kind)
        if not takes.bulk:
            content = {media_type: {"schema": one} for media_type in takes.media_types}
        else:
            many = {"type": "array", "items": one}
            lines = {"type": "string", "description": "One such object on each line."}
            content = {JSON_TYPE: {"schema": {"oneOf": [one, many]}}, LINES_TYPE: {"schema": lines}}
        return {"content": content, "required": not takes.optional}

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        operation = self._operation
        bodies: dict[str, Any] = {}
        for status, kind in operation.answers.items():
            bodies[str(status)] = self._answer(status, kind)
        for status in self._refusals():
            content = {CONTENT_TYPE: {"schema": self._schema_of(ProblemDetail)}}
            bodies[str(status)] = {"description": TITLES[status], "content": content}
        return bodies

    def _answer(self, status: int, kind: Any) -> dict[str, Any]:
        answer: dict[str, Any] = {"description": HTTPStatus(status).phrase}
        if kind is not None:
            kinds = kind if isinstance(kind, tuple) else (kind,)
            schemas = [self._schema_of(one) for one in kinds]
            schema = {"anyOf": schemas} if len(schemas) > 1 else schemas[0]
            answer["content"] = {self._operation.answer_type: {"schema": schema}}
        return answer

    def _refusals(self) -> list[int]:
        """Every address can refuse whoever asks and what was asked; those with a body, more."""
        operation = self._operation
        refusals = {400, 401, 403, 404, 429, *operation.refusals}
        if operation.takes is not None:
            refusals |= {413, 415}
        if self.method != "GET":
            refusals.add(409)
        return sorted(refusals)

    def _schema_of(self, kind: Any) -> dict[str, Any]:
        (schema,), components = msgspec.json.schema_components([kind], ref_template=REFERENCE)
        for name, component in components.items():
            found = ResolvedComponent(name, ResolvedComponent.SCHEMA, component, name)  # type: ignore[no-untyped-call]
            self.registry.register_on_missing(found)
        return schema


def _description(schema: dict[str, Any]) -> dict[str, str]:
    return {"description": schema["description"]} if "description" in schema else {}
