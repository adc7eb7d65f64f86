# SPDX-License-Identifier: MIT
# report.html is the page of `scprof report --format html` and `scprof diff --format html` without its data. It is made of the sources here and
# of npm's packages, and is in `make dist`, so that only a clone needs npm.
WEB_FILES = \
	LICENSE \
	web/.npmrc \
	web/build.mjs \
	web/color.js \
	web/crumbs.js \
	web/details.js \
	web/diff.js \
	web/diff_color.js \
	web/diff_data.js \
	web/diff_figures.js \
	web/diff_rows.js \
	web/diff_summary.js \
	web/dom.js \
	web/flame.js \
	web/format.js \
	web/histogram.js \
	web/main.js \
	web/package-lock.json \
	web/package.json \
	web/page.html \
	web/profile.js \
	web/report.js \
	web/rows.js \
	web/search.js \
	web/shell.js \
	web/style.css \
	web/summary.js \
	web/table.js \
	web/theme.js \
	web/tip.js \
	web/tree.js
EXTRA_DIST += $(WEB_FILES) web/build

if HAVE_WEB
dist_pkgdata_DATA = web/report.html

web/report.html: $(WEB_FILES) web/build
	$(AM_V_GEN)NODE='$(NODE)' NPM='$(NPM)' REQUIRED='$(WEB_REQUIRED)' \
		$(SHELL) $(srcdir)/web/build '$(srcdir)/web' web

# scprof looks for the page next to itself. If the build directory is another one, the page of the source tree is
# elsewhere.
all-local: web/report.html
	@test -f web/report.html || { $(MKDIR_P) web && cp '$(srcdir)/web/report.html' web/; }
endif

MAINTAINERCLEANFILES = web/report.html
clean-local: clean-web
# If the page is empty, making it has failed, and is tried again.
clean-web:
	rm -rf web/modules
	test -s web/report.html || rm -f web/report.html
	test '$(srcdir)' = . || rm -f web/report.html
.PHONY: clean-web
