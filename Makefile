# Wangge: `make demo` shows it, `make test` proves it; both install what they miss. `make help` lists the rest.

# The first Python that is new enough; choose another with `make PYTHON=/path/to/python …`.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
PORT ?=
LOCAL = exec $(PYTHON) -m webmap.local
WITH = $(LOCAL).servers run --for

.PHONY: demo test lint format bench chaos lock vendor up down status clean help
.DEFAULT_GOAL := help

demo:  ## the sample town in a browser: installs what is missing, starts everything, Ctrl-C ends it (PORT=8000)
	@$(LOCAL).demo $(if $(PORT),--port $(PORT))

test:  ## all checks and tests, on private servers of their own; installs what is missing
	@$(LOCAL).checks

lint:  ## style, types and import directions only
	@$(LOCAL).checks style

format: .venv/bin/ruff  ## put the code into shape
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .

bench:  ## speed against its floors, on private servers with every write on disk
	@$(PYTHON) -m webmap.local.ready
	@$(WITH) bench -- .venv/bin/python -m tests.bench

chaos:  ## kill servers and workers again and again while 20,000 cases come in, and see that nothing is lost; slow
	@$(PYTHON) -m webmap.local.ready
	@.venv/bin/python -m tests.chaos

up:  ## start the private test servers and print their addresses
	@$(LOCAL).servers start --for test

down:  ## stop the private test servers
	@$(LOCAL).servers stop --for test

status:  ## say which private servers run
	@for purpose in demo test bench chaos; do $(PYTHON) -m webmap.local.servers status --for $$purpose; done

vendor:  ## fetch the pages' scripts and styles by their lock and copy them to webmap/static/vendor
	@$(PYTHON) -m webmap.local.ready vendor

lock:  ## choose the newest fitting versions anew and write all locks, without any host's name
	@$(LOCAL).lock

clean:  ## stop the private servers and remove everything that was made here, the demo's data too
	@$(LOCAL).clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

.venv/bin/ruff:
	@$(PYTHON) -m webmap.local.ready
