# SPDX-License-Identifier: MIT
# The HTML report in a real browser: chromium, controlled by playwright-core, which npm fetches according to the lock
# file of web/.
SCRIPT_TESTS += tests/web/page.test
check_PROGRAMS += tests/web/write_hostile
tests_web_write_hostile_SOURCES = tests/web/write_hostile.c
tests_web_write_hostile_LDADD = $(PROFILE_LIBS)
EXTRA_DIST += tests/web/browser.mjs tests/web/diff.mjs tests/web/page.mjs

clean-local: clean-web-modules
clean-web-modules:
	rm -rf tests/web/modules
.PHONY: clean-web-modules
