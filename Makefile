# The commands of the project (docs/operate.md). They need make, git and Python 3.11 to 3.13 with venv; the rest is installed
# into .venv and node_modules, and state lives in var/.
#
#   make demo [PORT=8000] [ARGS=--no-serve]   a server with the demo projects
#   make serve [PORT=8000]                    a server without demo data; asks for a first user
#   make test [ARGS="-k name"]                all tests
#   make lint                                 format, lint, types, import order, migrations, deployment checks
#   make screenshots                          pictures of every page, into var/screenshots/index.html
#   make measure                              what the pages weigh and how long the server takes
#   make bench [ARGS="cold --quick"]          the speed as ratios (docs/performance.md); all of it takes a quarter of an hour
#   make lock                                 lock the newest packages that pyproject.toml allows
#   make clean                                remove what was built (never var/)

PORT ?= 8000
HOST ?= 127.0.0.1
ARGS ?=
RUN = .venv/bin/python -m

export PYTHON

.PHONY: demo serve test lint screenshots measure bench lock clean product product-and-demo development
.DEFAULT_GOAL := demo

demo: product-and-demo
	@exec $(RUN) scripts.start --demo --host $(HOST) --port $(PORT) $(ARGS)

serve: product
	@exec $(RUN) scripts.start --host $(HOST) --port $(PORT) $(ARGS)

test: development
	@exec $(RUN) scripts.test $(ARGS)

lint: development
	@exec $(RUN) scripts.lint

screenshots: development
	@exec $(RUN) scripts.screenshots $(ARGS)

measure: development
	@exec $(RUN) scripts.measure_pages $(ARGS)

bench: development
	@exec $(RUN) benchmarks $(ARGS)

lock: development
	@exec $(RUN) scripts.lock

product development:
	@python=$$(sh scripts/find_python.sh) && exec "$$python" scripts/install.py $@

product-and-demo:
	@python=$$(sh scripts/find_python.sh) && exec "$$python" scripts/install.py product demo

clean:
	rm -rf .venv node_modules tracker/static/build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
