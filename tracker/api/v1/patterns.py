"""The test patterns of a problem: as they are, or as they were at a revision."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from django.db.models import TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.bulk import Bulk, BulkAnswer, Single, bulk_answer
from tracker.api.idempotency import Storing
from tracker.api.operations import Operation, Takes
from tracker.api.pages import Key, Page, PageQuery, page_of
from tracker.api.v1.pattern_answers import PatternShown, shown_patterns, with_all
from tracker.api.v1.problems import ProblemView
from tracker.api.view import ProjectView, created, nothing
from tracker.problems.models import Pattern, PatternQuerySet
from tracker.problems.pattern_lines import PatternBody, PatternReader
from tracker.problems.revisions import add_pattern, import_patterns, relabel_pattern, retire_pattern
from tracker.projects.errors import Invalid

META = "meta."
Revision = Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]


class PatternQuery(PageQuery, forbid_unknown_fields=True, kw_only=True):
    revision: Revision | None = None


class Relabelling(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What the output should satisfy from now on."""

    expectation: dict[str, Any]


class Patterns(ProblemView):
    """The test patterns of a problem; `meta.NAME=VALUE` filters on what was said of them."""

    @Operation("List test patterns", {200: Page[PatternShown]}, query=PatternQuery, open_query=META)
    def get(self, request: Request, query: PatternQuery) -> Response:
        revision = self.problem.revision if query.revision is None else query.revision
        if revision > self.problem.revision:
            text = _("The newest revision is %(revision)d.") % {"revision": self.problem.revision}
            raise Invalid({"revision": [text]})
        patterns = with_all(Pattern.objects.filter(problem=self.problem).alive_at(revision))
        for name, value in request.query_params.items():
            if name.startswith(META):
                patterns = _with_meta(patterns, name.removeprefix(META), str(value))
        return Response(page_of(request, query, patterns, shown_patterns, by=[Key("pk")]))

    @Operation(
        "Add a test pattern, or many",
        {201: PatternShown, 200: (BulkAnswer, PatternShown)},
        takes=Takes(PatternBody, bulk=True),
        repeatable=Storing.AFTER_THE_EFFECT,
    )
    def post(self, request: Request, body: Single | Bulk) -> Response:
        if isinstance(body, Bulk):
            outcome = import_patterns(self.actor, self.project, body.items, problem=self.problem)
            return Response(bulk_answer(outcome))
        line = PatternReader(self.project).read(1, body.value)
        if line.problem not in {None, self.problem.slug}:
            raise Invalid({"problem": [_("This address is another problem's.")]})
        pattern, is_new = add_pattern(self.actor, self.problem, line)
        return created(shown_patterns([pattern])[0], is_new=is_new)


class PatternFile(ProjectView):
    """A whole file of test patterns: every line names its problem, which is created in triage if there is none."""

    @Operation(
        "Import test patterns of any problems",
        {201: PatternShown, 200: (BulkAnswer, PatternShown)},
        takes=Takes(PatternBody, bulk=True),
        repeatable=Storing.AFTER_THE_EFFECT,
    )
    def post(self, request: Request, body: Single | Bulk) -> Response:
        if isinstance(body, Bulk):
            return Response(bulk_answer(import_patterns(self.actor, self.project, body.items)))
        line = PatternReader(self.project).read(1, body.value)
        outcome = import_patterns(self.actor, self.project, [(1, body.value)])
        if outcome.rejected:
            raise Invalid(outcome.rejected[0]["errors"])
        found = Pattern.objects.filter(
            problem__project=self.project, problem__slug=line.problem, identity=line.identity
        )
        return created(shown_patterns([with_all(found).order_by("-pk")[0]])[0], is_new=outcome.accepted == 1)


class OnePattern(ProblemView):
    """One test pattern, retired or not. It never changes; to relabel it is to put another in its place."""

    @Operation("Show a test pattern", {200: PatternShown})
    def get(self, request: Request, pattern_id: int) -> Response:
        return Response(shown_patterns([self._pattern(pattern_id)])[0])

    @Operation("Relabel a test pattern", {200: PatternShown}, takes=Takes(Relabelling))
    def patch(self, request: Request, pattern_id: int, body: Relabelling) -> Response:
        pattern = relabel_pattern(self.actor, self._pattern(pattern_id), body.expectation)
        return Response(shown_patterns([pattern])[0])

    @Operation("Retire a test pattern", {204: None})
    def delete(self, request: Request, pattern_id: int) -> Response:
        retire_pattern(self.actor, self._pattern(pattern_id))
        return nothing()

    def _pattern(self, pattern_id: int) -> Pattern:
        # Rows of an import that is still being written belong to a revision that nobody has seen.
        seen = Pattern.objects.filter(problem=self.problem, added_in__lte=self.problem.revision)
        pattern = with_all(seen.filter(pk=pattern_id)).first()
        if pattern is None:
            raise NotFound
        return pattern


def _with_meta(patterns: PatternQuerySet, name: str, value: str) -> PatternQuerySet:
    said = Cast(KeyTextTransform(name, "meta"), TextField())
    return patterns.annotate(**{f"meta_{len(patterns.query.annotations)}": said}).filter(
        **{f"meta_{len(patterns.query.annotations)}": value}
    )
