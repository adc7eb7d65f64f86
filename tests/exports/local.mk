# SPDX-License-Identifier: MIT
# Exported files, read by the tools that they are meant for. When speedscope.test runs, it installs the npm packages
# that it needs into the build directory, in the versions of the lock file.
EXTRA_DIST += \
	tests/exports/package-lock.json \
	tests/exports/package.json \
	tests/exports/speedscope.mjs \
	tests/exports/validate.mjs

clean-local: clean-exports
clean-exports:
	rm -rf tests/exports/npm
.PHONY: clean-exports
