# SPDX-License-Identifier: MIT
"""Loops of calls in several languages. Each maker returns a function of a Tool, which returns
seconds.

The programs print the nanoseconds that their calls took, without the start and end of a tool. A
slow tool makes its share of the calls, and the seconds are those of one call.
"""

import os
import shutil
import subprocess

import measure
import subjects

LEAST_CALLS = 200


def looped(bench, command, calls):
    """command(n) returns the command that makes n calls."""
    def run(tool):
        nr = max(int(calls * bench.scale * tool.share), LEAST_CALLS)
        output = bench.run(tool, command(nr), capture=True).output
        return int(output.split()[0]) / nr / 1e9
    return run


def make_loop(bench):
    program = measure.compile_program(bench.work, "loop")
    return looped(bench, lambda nr: [program, str(nr // 2)], 2000000)


def make_threads(bench):
    """Eight threads make their calls ten functions deep."""
    program = measure.compile_program(bench.work, "thread_loop")
    return looped(bench, lambda nr: [program, "8", str(nr // 8), "10", "1", "1000"], 2000000)


def make_thread_births(bench):
    program = measure.compile_program(bench.work, "thread_births")
    return looped(bench, lambda nr: [program, str(nr)], 4000)


def make_clock(bench):
    program = measure.compile_program(bench.work, "clock_loop")
    return looped(bench, lambda nr: [program, str(nr)], 500000)


def make_code_changes(bench):
    """3,000 functions among 5,000 mappings, with every tool, because the mappings cause the cost."""
    program = measure.compile_program(bench.work, "code_changes")

    def run(tool):
        output = bench.run(tool, [program, "5000", "3000"], capture=True).output
        return int(output.split()[0]) / 6000 / 1e9
    return run


def readers(bench, program):
    """Four threads. Each round makes four calls."""
    return looped(bench, lambda nr: [program, "4", str(max(nr // 16, 10))], 400000)


def make_musl_static(bench):
    return readers(bench, measure.compile_program(bench.work, "readers", "musl-gcc", ["-static"]))


def make_musl(bench):
    return readers(bench, measure.compile_program(bench.work, "readers", "musl-gcc"))


def make_static(bench):
    return readers(bench, measure.compile_program(bench.work, "readers", options=["-static"]))


def compile_rust(work):
    program = os.path.join(work, "readers-rust")
    subprocess.run(["rustc", "-O", "-C", "target-feature=+crt-static", "-o", program,
                    os.path.join(measure.HERE, "readers.rs")], check=True)
    return program


def make_rust(bench):
    return readers(bench, compile_rust(bench.work))


def compile_go(work, name, files, cgo=False):
    program = os.path.join(work, name)
    environment = dict(os.environ, CGO_ENABLED=str(int(cgo)), GOFLAGS="", GO111MODULE="off",
                       GOCACHE=os.path.join(work, "go-cache"))
    subprocess.run(["go", "build", "-o", program,
                    *(os.path.join(measure.HERE, file) for file in files)],
                   env=environment, cwd=work, check=True)
    return program


def make_go(bench):
    program = compile_go(bench.work, "small_calls", ["small_calls.go"])
    return looped(bench, lambda nr: [program, str(nr)], 600000)


def serve_go(bench, cgo):
    """Returns the seconds of one request."""
    other = "http_cgo.go" if cgo else "http_pure.go"
    program = compile_go(bench.work, f"http-{cgo}", ["http_server.go", other], cgo)
    port = subjects.free_port()
    return bench.served([program, str(port)], "http.pid", subjects.wrk(port))


def make_go_http(bench):
    return serve_go(bench, False)


def make_go_http_cgo(bench):
    return serve_go(bench, True)


def compile_java(work):
    subprocess.run(["javac", "-d", work, os.path.join(measure.HERE, "ReadLoop.java")], check=True)


def read_java(bench, nr_threads):
    compile_java(bench.work)
    return looped(bench, lambda nr: ["java", "-cp", bench.work, "ReadLoop", str(nr_threads),
                                     str(nr // nr_threads)], 1000000)


def make_java(bench):
    return read_java(bench, 1)


def make_java_threads(bench):
    return read_java(bench, 4)


def make_luajit(bench):
    script = shutil.copy(os.path.join(measure.HERE, "pread_loop.lua"), bench.work)
    return looped(bench, lambda nr: ["luajit", script, str(nr)], 1000000)
