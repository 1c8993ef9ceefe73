# A table of contents: each line is one script of tools/ or one command of the environment.
PORT ?= 8000
export PORT

.PHONY: setup run test lint format bench lighthouse screenshots lock

setup: ## .venv from both locks
	@tools/setup.sh

run: setup ## serve on http://localhost:$(PORT)
	@.venv/bin/netcard serve

test: setup ## everything: style, types, rooms, both databases, a real browser
	@tools/system.sh
	@tools/test.sh

lint: setup ## style, types and the import rule
	@tools/lint.sh

format: setup ## write the code as the linter wants it
	@.venv/bin/ruff format
	@.venv/bin/ruff check --fix

bench: setup ## the figures README quotes
	@tools/bench.sh

lighthouse: setup ## score a public card that opted into search engines; axe on every page
	@tools/system.sh
	@tools/lighthouse.sh

screenshots: setup ## the pictures README shows
	@tools/system.sh
	@.venv/bin/python -m tools.screenshots

lock: setup ## refresh both locks from pyproject.toml
	@tools/lock.sh
