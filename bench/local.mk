# SPDX-License-Identifier: MIT
# The measurements are scripts, and compile the programs that they measure. Only bench/sites needs a program that make
# builds on demand, because it contains the helper's classifier.
# A script must not have the name of a C file, or make would overwrite it with a program.
EXTRA_PROGRAMS = bench/count_sites
bench_count_sites_SOURCES = bench/count_sites.c
bench_count_sites_LDADD = libhelper.a $(HELPER_BASE_LIBS)
CLEANFILES += bench/count_sites$(EXEEXT)

EXTRA_DIST += bench/README.md bench/ReadLoop.java bench/clock_loop.c bench/code_changes.c \
	bench/contained.c bench/debian13.py bench/everywhere bench/fast bench/flaky \
	bench/flaky_programs/Work.java bench/flaky_programs/pool.c bench/flaky_programs/work.go \
	bench/flaky_programs/work.js bench/flaky_programs/work.py bench/flaky_programs/work.rs \
	bench/http_cgo.go \
	bench/http_pure.go bench/http_server.go bench/inputs.py bench/loop.c bench/loops.py bench/measure.py \
	bench/helper bench/memory bench/pread_loop.lua bench/programs bench/readers.c bench/readers.rs bench/report \
	bench/rows.py bench/run bench/sandboxes.py bench/sites bench/small_calls.go bench/split bench/stacks bench/subjects.py \
	bench/thread_births.c bench/thread_loop.c bench/threads
