# Two commands matter: `make demo` and `make test`. `make help` lists the rest.
PORT ?= 8000
PYTHON := .venv/bin/python
STYLES := $(shell find cse_portal/ui/styles -name '*.scss' 2>/dev/null)

# Every program that the demo or a test starts would compile the portal anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo stop reset test test-long test-all mutants check bench bench-large pictures assets format lock system system-tests

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

demo: system .venv/installed assets ## the whole portal with a fictional board; PORT=8123 moves it, Ctrl-C stops it
	@$(PYTHON) -m cse_portal.demo.serve --port $(PORT)

stop: ## stop a demo, and any local server left over from demo or tests
	@$(PYTHON) -m cse_portal.demo.serve --stop

reset: stop ## forget the demo's data
	rm -rf var staticfiles

test: system-tests .venv/installed assets ## every test but the long ones, browser tests included
	@$(PYTHON) -m cse_portal.demo.services --var var/test run -- $(PYTHON) -m pytest -n 2 --dist worksteal --ignore tests/benchmarks $(ARGS)

test-long: system-tests .venv/installed assets ## the proofs that take minutes each
	@$(PYTHON) -m cse_portal.demo.services --var var/test run -- $(PYTHON) -m pytest -m long -s -n 0 --ignore tests/benchmarks $(ARGS)

test-all: test test-long ## every test, the long ones too

mutants: system-tests .venv/installed assets ## would the tests notice a changed gate or audit? hours; ARGS="grants --sample 50" for some
	@nice -n 10 $(PYTHON) -m cse_portal.demo.services --var var/mutants/servers run -- $(PYTHON) -m tests.security.mutants $(ARGS)

check: system .venv/installed ## style, types, import contracts, migrations, production settings, templates
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PYTHON) -m cse_portal.demo.services --var var/test run -- $(PYTHON) manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=cse_portal.settings.production \
	  SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))')" ALLOWED_HOSTS=portal.example.org \
	  DATABASE_CONTEXT_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	  FIELD_ENCRYPTION_KEYS="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	  DATABASE_URL=postgres://cse_app@database/cse REDIS_URL=redis://:word@redis/0 EMAIL_URL=smtp+tls://mail \
	  MASH_PHONE=000 DEFAULT_FROM_EMAIL=portal@check \
	  $(PYTHON) manage.py check --deploy --fail-level WARNING
	find templates -name '*.html' -print0 | xargs -0 .venv/bin/djade --check --target-version 5.2

bench: system-tests .venv/installed assets ## times of the busiest pages, as JSON, against a page that says hello; each limit PASS or OVER, and BENCH_LIMITS=1 fails where it is over
	@$(PYTHON) -m cse_portal.demo.services --var var/test run -- $(PYTHON) -m pytest tests/benchmarks --ignore tests/benchmarks/test_large.py --ignore tests/benchmarks/test_return.py -n 0 -q -s

bench-large: system-tests .venv/installed assets ## lists and pages at 200,000 cases and a million grants, as JSON, each limit PASS or OVER
	@$(PYTHON) -m cse_portal.demo.services --var var/test run -- $(PYTHON) -m pytest tests/benchmarks/test_large.py tests/benchmarks/test_return.py -n 0 -q -s

pictures: system-tests .venv/installed assets ## the guide's picture of the meeting view, from a fresh demo that runs; PORT=8123 asks there
	$(PYTHON) -m tests.e2e.pictures http://localhost:$(PORT)

format: .venv/installed ## put source and templates in order
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
	find templates -name '*.html' -print0 | xargs -0 .venv/bin/djade --target-version 5.2

lock: ## pin every dependency anew, with hashes
	test -x var/tools/bin/uv || (python3 -m venv var/tools && var/tools/bin/pip install --quiet uv)
	UV_CUSTOM_COMPILE_COMMAND="make lock" var/tools/bin/uv pip compile pyproject.toml --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --quiet -o requirements.lock
	UV_CUSTOM_COMPILE_COMMAND="make lock" var/tools/bin/uv pip compile pyproject.toml --extra dev -c requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --quiet -o requirements-dev.lock
	npm install --package-lock-only --ignore-scripts

assets: static/build/portal.css ## the stylesheet and scripts, where their sources changed

system:
	@python3 cse_portal/demo/system.py

system-tests:
	@python3 cse_portal/demo/system.py --tests

.venv/installed: requirements-dev.lock | system
	test -x $(PYTHON) || python3 -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/installed: package-lock.json | system
	npm ci --ignore-scripts
	@touch $@

static/build/portal.css: node_modules/installed package.json $(STYLES)
	@mkdir -p static/build
	npm run --silent build
