# SPDX-License-Identifier: MIT
dist_man1_MANS = \
	doc/scprof.1 \
	doc/scprof-log.1 \
	doc/scprof-merge.1 \
	doc/scprof-baseline.1 \
	doc/scprof-check.1 \
	doc/scprof-diff.1 \
	doc/scprof-doctor.1 \
	doc/scprof-report.1 \
	doc/scprof-run.1
EXTRA_DIST += NEWS doc/ci.md doc/findings.md doc/internals.md doc/json.md doc/log-format.md doc/notes.c doc/picture \
	doc/profile-format.md doc/regions.md doc/reliability.md doc/user-code.md doc/report.png
