"""The application: projects, problems, candidate models, runs and triage around the `evaluation` engine."""
