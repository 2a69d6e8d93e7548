"""Version 1 of the API, an address a line."""

from django.urls import URLPattern, URLResolver, include, path

from tracker.api.v1 import (
    activations,
    comparison,
    export,
    gate,
    history,
    members,
    models,
    outputs,
    patterns,
    problems,
    projects,
    reports,
    runs,
    schema,
    stability,
    timeline,
    tokens,
    transitions,
    trying,
)

Addresses = list[URLPattern | URLResolver]

of_problem: Addresses = [
    path("", problems.OneProblem.as_view()),
    path("transition/", transitions.Transition.as_view()),
    path("patterns/", patterns.Patterns.as_view()),
    path("patterns/<int:pattern_id>/", patterns.OnePattern.as_view()),
    path("history/", history.History.as_view()),
    path("events/", timeline.Events.as_view()),
    path("comments/", timeline.Comments.as_view()),
]
of_model: Addresses = [
    path("", models.OneModel.as_view()),
    path("missing/", models.Missing.as_view()),
    path("trained_on/", models.TrainedOn.as_view()),
    path("outputs/", outputs.Outputs.as_view()),
    path("activate/", models.Activate.as_view()),
    path("events/", models.ModelEvents.as_view()),
    path("try/", trying.TryRegistered.as_view()),
    path("activations/", activations.Activations.as_view()),
    path("activations/<int:activation_id>/undo/", activations.UndoActivation.as_view()),
    path("gate/", gate.Gate.as_view()),
]
of_project: Addresses = [
    path("", projects.ProjectItself.as_view()),
    path("reports/", reports.Reports.as_view()),
    path("reports/<int:report_id>/", reports.OneReport.as_view()),
    path("problems/", problems.Problems.as_view()),
    path("problems/<str:slug>/", include(of_problem)),
    path("patterns/", patterns.PatternFile.as_view()),
    path("members/", members.Members.as_view()),
    path("members/<str:user>/", members.Member.as_view()),
    path("tokens/", tokens.Tokens.as_view()),
    path("tokens/<int:token_id>/", tokens.OneToken.as_view()),
    path("export/", export.Export.as_view()),
    path("models/", models.Models.as_view()),
    path("models/try/", trying.TryModel.as_view()),
    path("models/<str:version>/", include(of_model)),
    path("compare/", comparison.Compare.as_view()),
    path("runs/", runs.Runs.as_view()),
    path("runs/<int:run_id>/", runs.OneRun.as_view()),
    path("runs/<int:run_id>/changed_answers/", stability.ChangedAnswers.as_view()),
    path("runs/<int:run_id>/retry/", runs.Retry.as_view()),
    path("runs/<int:run_id>/cancel/", runs.Cancel.as_view()),
]
urlpatterns = [
    path("schema/", schema.Schema.as_view(), name="api-schema"),
    path("docs/", schema.docs, name="api-docs"),
    path("projects/", projects.Projects.as_view()),
    path("projects/<str:project>/", include(of_project)),
]
