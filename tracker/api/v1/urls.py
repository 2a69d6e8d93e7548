"""Version 1 of the API, an address a line."""

from django.urls import path

from tracker.api.v1 import members, projects, schema, tokens

urlpatterns = [
    path("schema/", schema.Schema.as_view(), name="api-schema"),
    path("docs/", schema.docs, name="api-docs"),
    path("projects/", projects.Projects.as_view()),
    path("projects/<str:project>/", projects.ProjectItself.as_view()),
    path("projects/<str:project>/members/", members.Members.as_view()),
    path("projects/<str:project>/members/<str:user>/", members.Member.as_view()),
    path("projects/<str:project>/tokens/", tokens.Tokens.as_view()),
    path("projects/<str:project>/tokens/<int:token_id>/", tokens.OneToken.as_view()),
]
