# SPDX-License-Identifier: MIT
# The measurements are scripts, and compile what they measure: nothing is built here.
EXTRA_DIST += bench/README.md bench/loop.c bench/measure.py bench/run bench/stacks
