"""Every page, an address a line."""

from django.urls import URLPattern, URLResolver, include, path

from tracker.board.views import (
    adding_patterns,
    board,
    csv_files,
    examples,
    inbox,
    matrix,
    models,
    moves,
    overlays,
    pattern_undos,
    patterns,
    problem,
    problem_forms,
    projects,
    quick_edits,
    revisions,
    runs,
    samples,
    settings,
    settle,
)

app_name = "board"

Addresses = list[URLPattern | URLResolver]

of_problem: Addresses = [
    path("", problem.problem, name="problem"),
    path("edit/", problem_forms.edit_problem, name="edit_problem"),
    path("delete/", problem.delete, name="delete_problem"),
    path("move/", moves.move, name="move_problem"),
    path("assign/", quick_edits.assign, name="assign_problem"),
    path("harm/", quick_edits.set_harm, name="set_harm"),
    path("reach/", quick_edits.set_reach, name="set_reach"),
    path("comment/", problem.comment, name="comment"),
    path("evaluate/", problem.evaluate_problem, name="evaluate_problem"),
    path("freshness/", problem.problem_freshness, name="problem_freshness"),
    path("revisions/", revisions.revisions, name="revisions"),
    path("overlays/", overlays.overlay, name="overlays"),
    path("history.csv", csv_files.history, name="history_csv"),
    path("matrix.csv", csv_files.matrix, name="matrix_csv"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("matrix/<int:case>/<str:version>/", matrix.cell, name="cell"),
    path("reports/", problem.problem_reports, name="problem_reports"),
    path("reports/<int:report>/pattern/", patterns.pattern_of_report, name="pattern_of_report"),
    path("patterns/add/", adding_patterns.add_patterns, name="add_patterns"),
    path("patterns/same/", adding_patterns.add_same, name="add_same"),
    path("patterns/import/", adding_patterns.import_lines, name="import_patterns"),
    path("patterns/retired/", pattern_undos.retired_patterns, name="retired_patterns"),
    path("patterns/additions/<int:revision>/undo/", pattern_undos.undo_an_addition, name="undo_addition"),
    path(
        "patterns/retirements/<int:revision>/undo/", pattern_undos.restore_a_revision, name="restore_revision"
    ),
    path("patterns/<int:pattern>/relabel/", patterns.relabel, name="relabel_pattern"),
    path("patterns/<int:pattern>/retire/", patterns.retire, name="retire_pattern"),
    path("patterns/<int:pattern>/restore/", pattern_undos.restore, name="restore_pattern"),
    path("samples/draw/", samples.draw, name="draw_sample"),
    path("samples/<int:sample>/", samples.sample, name="sample"),
    path("samples/<int:sample>/label/", samples.label, name="label_sample"),
    path("samples/<int:sample>/finish/", samples.finish, name="finish_sample"),
    path("samples/<int:sample>/cancel/", samples.cancel, name="cancel_sample"),
]
of_model: Addresses = [
    path("", models.model, name="model"),
    path("activate/", models.activate, name="activate_model"),
    path("stage/", models.change_stage, name="change_stage"),
    path("outputs/", models.bring_outputs, name="bring_outputs"),
    path("missing/", models.missing, name="missing_inputs"),
]
of_project: Addresses = [
    path("", board.board, name="board"),
    path("board.csv", board.board_csv, name="board_csv"),
    path("new-problem/", problem_forms.new_problem, name="new_problem"),
    path("problems/<int:number>/", include(of_problem)),
    path("report/", inbox.file_a_report, name="file_report"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/link/", settle.link, name="link_reports"),
    path("inbox/dismiss/", settle.dismiss, name="dismiss_reports"),
    path("inbox/reopen/", settle.reopen, name="reopen_reports"),
    path("models/", models.models, name="models"),
    path("register-model/", models.register, name="register_model"),
    path("models/<str:version>/", include(of_model)),
    path("runs/", runs.runs, name="runs"),
    path("runs/evaluate/", runs.request_evaluation, name="request_evaluation"),
    path("runs/work/", runs.work, name="work"),
    path("runs/<int:run_id>/", runs.run, name="run"),
    path("runs/<int:run_id>/progress/", runs.run_progress, name="run_progress"),
    path("runs/<int:run_id>/cancel/", runs.cancel, name="cancel_run"),
    path("runs/<int:run_id>/retry/", runs.retry, name="retry_run"),
    path("examples/<str:digest>/", examples.example, name="example"),
    path("examples/<str:digest>/picture/", examples.picture, name="picture"),
    path("examples/<str:digest>/picture/small/", examples.small_picture, name="small_picture"),
    path("settings/", settings.settings, name="settings"),
    path("settings/export/", settings.export, name="export_project"),
    path("settings/members/", settings.add_member, name="add_member"),
    path("settings/members/<str:user>/remove/", settings.drop_member, name="remove_member"),
    path("settings/tokens/", settings.add_token, name="add_token"),
    path("settings/tokens/<int:token>/revoke/", settings.drop_token, name="revoke_token"),
]
urlpatterns: Addresses = [
    path("", projects.projects, name="projects"),
    path("new-project/", projects.new_project, name="new_project"),
    path("projects/<str:project>/", include(of_project)),
]
