# SPDX-License-Identifier: MIT
"""The rows of bench/everywhere, as data.

needs: the programs without which a row is skipped. goal: the greatest slowdown that is
acceptable, as a factor. None means the goal of the row of the same name on this machine. The goal
of the row "true" is in added seconds instead.
"""

import collections

import loops
import sandboxes
import subjects

Row = collections.namedtuple("Row", "needs make summary goal")

CC = ["cc"]
GO_HTTP = ["go", "wrk"]
JAVA = ["java", "javac"]

ROWS = {
    "loop": Row(CC, loops.make_loop, "loop of getppid/pread, depth 10", 1.5),
    "threads": Row(CC, loops.make_threads, "8 threads of that loop", 1.3),
    "dd": Row(["dd"], subjects.make_dd_by_call, "dd bs=512", 1.2),
    "find": Row(["find"], subjects.make_find, "find /usr/share -type f -newer F", 1.2),
    "tar": Row(["tar"], subjects.make_tar, "tar cf - /usr/share/doc | cat", 1.2),
    "git": Row(["git"], subjects.make_git, "git log -150 --stat", 1.2),
    "python3": Row(["/usr/bin/python3"], subjects.make_python3_more,
                   "python3, import asyncio, json, http, email, sqlite3", 1.2),
    "gcc": Row(["gcc"], subjects.make_gcc, "gcc -O1 -c, 1000 lines", 1.5),
    "redis": Row(["redis-server", "redis-benchmark"], subjects.make_redis,
                 "redis-server, SET and GET", 1.5),
    "nginx": Row(["nginx", "wrk"], subjects.make_nginx, "nginx under wrk", 1.5),
    "sqlite3": Row(["sqlite3"], subjects.make_sqlite3, "sqlite3, insert row by row", 1.5),
    "go": Row(["go"], loops.make_go, "Go, getppid, seek and read", 1.6),
    "go-http": Row(GO_HTTP, loops.make_go_http, "Go HTTP server under wrk", 1.5),
    "go-http-cgo": Row(GO_HTTP, loops.make_go_http_cgo, "the same with cgo", 1.5),
    "java": Row(JAVA, loops.make_java, "Java, seek and read, compiled by C2", 2),
    "java-threads": Row(JAVA, loops.make_java_threads, "4 threads of it", 2),
    "luajit": Row(["luajit"], loops.make_luajit, "LuaJIT, FFI, pread", 2),
    "musl-static": Row(["musl-gcc"], loops.make_musl_static,
                       "musl static, 4 threads of open, read, fstat, close", 1.6),
    "musl": Row(["musl-gcc"], loops.make_musl, "musl dynamic, the same", 1.6),
    "static": Row(CC, loops.make_static, "glibc static, the same", 1.6),
    "rust": Row(["rustc"], loops.make_rust, "Rust +crt-static, the same", 1.6),
    "ipc-find": Row(["unshare", "find"], subjects.make_ipc_find,
                    "find in a new IPC namespace", 1.5),
    "bwrap-find": Row(["bwrap", "find"], subjects.make_bwrap_find,
                      "find under bwrap --unshare-all", 1.5),
    "clock": Row(CC, loops.make_clock, "loop of clock(), in the vdso", 1.6),
    "code-changes": Row(CC, loops.make_code_changes,
                        "JIT compiler, 5,000 mappings, 3,000 functions", 10),
    "npm": Row(["npm"], subjects.make_npm, "npm ci offline, 1,000 files", 1.5),
    "javac": Row(["javac"], subjects.make_javac, "javac, 100 classes", 1.5),
    "contained-dd": Row(["cc", "dd"], subjects.make_contained_dd,
                        "dd bs=512 under a container's filter", 1.5),
    "filtered-dd": Row(["cc", "dd"], sandboxes.make_filtered_dd,
                       "dd bs=512, executed under the program's own filter", 1.5),
    "sshd": Row(["/usr/sbin/sshd", "scp", "ssh-keygen"], sandboxes.make_sshd,
                "sshd, scp of 100 MB", 1.5),
    "chromium": Row(["chromium"], subjects.make_chromium, "chromium, headless screenshot", 1.7),
    "chromium-sandbox": Row(["chromium", "setpriv"], sandboxes.make_chromium,
                            "the same in its sandbox", 1.7),
    "thread-births": Row(CC, loops.make_thread_births, "thread created and joined", 4),
    "configure": Row(["make", "cc"], subjects.make_configure, "./configure -q", 1.4),
    "true": Row(["true"], subjects.make_true, "true: start and end of a tool", 2.5e-3),
}

# Also measured in a directory with Debian 13, whose C library makes its calls in other places.
IN_DEBIAN_13 = ["loop", "dd", "find", "tar", "git", "python3", "gcc", "redis", "nginx", "sqlite3"]
DEBIAN_13_GOALS = {"loop": 1.5}
