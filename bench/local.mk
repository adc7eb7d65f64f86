# SPDX-License-Identifier: MIT
# The measurements are scripts, and compile what they measure: nothing is built here.
# A script must not be called as a C file is, or make builds a program in its place.
EXTRA_DIST += bench/README.md bench/fast bench/inputs.py bench/loop.c bench/measure.py bench/memory \
	bench/programs bench/report bench/run bench/stacks bench/thread_loop.c bench/threads
