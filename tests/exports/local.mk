# SPDX-License-Identifier: MIT
# What is exported, read by the tools that it is for. The npm packages that speedscope.test needs are
# installed into the build directory when it runs, from what the lock file pins.
EXTRA_DIST += \
	tests/exports/package-lock.json \
	tests/exports/package.json \
	tests/exports/speedscope.mjs \
	tests/exports/validate.mjs

clean-local: clean-exports
clean-exports:
	rm -rf tests/exports/npm
.PHONY: clean-exports
