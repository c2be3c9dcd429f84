# Two commands for a fresh clone: `make run` shows a Lean program running in its container, `make test` runs all tests.
# `make run WITH=mathlib` has Mathlib in it, and takes a network and some time; see docs/mathlib.md.
# Both use the Docker engine that is there, or a private one that they stop again (root on Debian); a Lean in
# LEAN_TOOLCHAIN_DIR is used if that is set.

.PHONY: run test lint clean
export WITH

run: node_modules
	@npm --silent run build
	@node_modules/.bin/jiti scripts/first-look.ts

test: node_modules
	@npm --silent test

lint: node_modules
	@npm --silent run lint

clean:
	rm -rf dist coverage .cache node_modules

# No package needs its install script: what two of them would compile is optional.
node_modules: package.json package-lock.json
	@npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch node_modules
