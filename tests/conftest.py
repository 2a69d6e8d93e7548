"""What every test can use. The plumbing is in tests/plugins/."""

pytest_plugins = [
    "tests.plugins.network",
    "tests.plugins.databases",
    "tests.plugins.browsers",
    "tests.plugins.processes",
    "tests.plugins.properties",
    "tests.plugins.cast",
    "tests.plugins.model_servers",
]
