# SPDX-License-Identifier: MIT
"""Functions that the measuring scripts share: the tools, running a command once, and rounds.

A tool is the words before a command. A run succeeds, fails, or is late. A tool that failed or was
late is not tried again in later rounds. All tools run in turn in each round, so that a disturbance
affects all of them.
"""

import argparse
import collections
import os
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)

# label: its name in tables; words: the words before the command, of which the first must be
# installed; share: the part of the calls that it makes when tools are compared by call.
Tool = collections.namedtuple("Tool", "label words share")
Outcome = collections.namedtuple("Outcome", "seconds output")


class Failed(Exception):
    """A command ended with an error. The text is its last message."""


class Late(Exception):
    """A command was killed because it took longer than the limit."""


def script_name():
    return "bench/" + os.path.basename(sys.argv[0])


def find_scprof():
    for path in (os.environ.get("SCPROF"), "./scprof", os.path.join(ROOT, "scprof")):
        if path and os.access(path, os.X_OK):
            return os.path.realpath(path)
    sys.exit(f"{script_name()}: scprof is missing: build it first, or set SCPROF")


def compile_program(work, name, compiler=None, options=()):
    """Builds bench/NAME.c as distributions build programs: optimised, without frame pointers."""
    program = os.path.join(work, "-".join([name, *options]))
    subprocess.run([compiler or os.environ.get("CC", "cc"), "-O2", "-fomit-frame-pointer", "-g",
                    "-pthread", *options, "-o", program, os.path.join(HERE, name + ".c")],
                   check=True)
    return program


def write_script(work, name, text):
    """Turns a pipeline into a command that every tool can start, because bpftrace cannot start scripts."""
    path = os.path.join(work, name)
    with open(path, "w") as file:
        file.write(text + "\n")
    return ["/bin/sh", path]


def all_tools(work):
    """Returns a dictionary of name -> Tool."""
    scprof, summary = find_scprof(), os.path.join(work, "summary")
    bpf = os.path.join(work, "count.bt")
    with open(bpf, "w") as file:
        file.write("tracepoint:raw_syscalls:sys_enter { @[ustack] = count(); }\n")
    pinned = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
    profile = ["-q", "-o", os.path.join(work, "profile.pb.gz")]
    fast, ptrace = [scprof, "--engine=fast", *profile], [scprof, "--engine=ptrace", *profile]
    strace = ["strace", "-c", "-f", "-o", summary]
    return {
        "native": Tool("native", [], 1),
        "fast": Tool("scprof fast", fast, 1),
        "ptrace": Tool("scprof ptrace", ptrace, 1 / 50),
        "ptrace-pinned": Tool("scprof ptrace, one CPU", pinned + ptrace, 1 / 50),
        "strace": Tool("strace -c -f", strace, 1 / 50),
        "strace-pinned": Tool("strace -c -f, one CPU", pinned + strace, 1 / 50),
        "perf": Tool("perf trace -s", ["perf", "trace", "-s", "-o", summary], 1 / 20),
        "bpftrace": Tool("bpftrace", ["bpftrace", "-o", summary, bpf, "-c"], 1),
        "strace-k": Tool("strace -k -f", ["strace", "-k", "-f", "-o", "/dev/null"], 1 / 2000),
    }


def usable_tools(work, names):
    """Returns name -> Tool for the named tools that work here, and native. Prints which do not work."""
    known, usable = all_tools(work), {}
    for name in dict.fromkeys(["native", *names]):
        if name not in known:
            sys.exit(f"{script_name()}: no tool '{name}'; there are: {', '.join(known)}")
        tool = known[name]
        missing = [word for word in tool.words[:1] if shutil.which(word) is None]
        try:
            if missing:
                raise Failed(f"{missing[0]} is not installed")
            run_once(command_line(tool, ["/bin/true"]), timeout=60)
            usable[name] = tool
        except (Failed, Late) as error:
            print(f"{tool.label}: left out: {error}")
    return usable


def command_line(tool, command):
    if tool.words and tool.words[0] == "bpftrace":
        # It starts one program by its full path, from one string that it splits at spaces.
        if any(not word or " " in word for word in command):
            raise ValueError(f"bpftrace cannot start {command}")
        return tool.words + [" ".join([shutil.which(command[0]), *command[1:]])]
    return tool.words + command


def enter(root, cwd):
    """Makes root the root directory of this process, and cwd, a path in it, the current one."""
    os.chroot(root)
    os.chdir(cwd or "/")


class Run:
    """One run of a command, in a new session, so that all of its processes can be killed."""

    def __init__(self, argv, cwd=None, stdin=None, capture=False, root=None):
        self.errors = tempfile.TemporaryFile()
        self.output = tempfile.TemporaryFile() if capture else None
        self.start = time.perf_counter()
        with open(stdin or os.devnull) as file:
            self.process = subprocess.Popen(argv, cwd=None if root else cwd, stdin=file,
                                            stderr=self.errors,
                                            stdout=self.output or subprocess.DEVNULL,
                                            start_new_session=True,
                                            preexec_fn=root and (lambda: enter(root, cwd)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for file in (self.errors, self.output):
            if file:
                file.close()

    def finish(self, timeout):
        # Popen.wait with a timeout polls, and would add up to 50 ms.
        descriptor = os.pidfd_open(self.process.pid)
        try:
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            if not poll.poll(timeout * 1000):
                raise Late(f"killed after {timeout:.0f} s")
        finally:
            os.close(descriptor)
        seconds = time.perf_counter() - self.start
        status = self.process.wait()
        if status:
            last_words = self.read(self.errors).strip().splitlines() or ["no message"]
            raise Failed(f"{last_words[-1]} (status {status})")
        return Outcome(seconds, self.read(self.output) if self.output else None)

    @staticmethod
    def read(file):
        file.seek(0)
        return file.read().decode(errors="replace")


def run_once(argv, timeout=600, **options):
    """Returns the Outcome; raises Failed or Late."""
    with Run(argv, **options) as run:
        return run.finish(timeout)


def interleave(subjects, runs):
    """Returns name -> the results of the function of that name in subjects for each round, or its error."""
    results = {name: [] for name in subjects}
    for _ in range(runs):
        for name, function in subjects.items():
            if isinstance(results[name], Exception):
                continue
            try:
                results[name].append(function())
            except (Failed, Late) as error:
                results[name] = error
    return results


Timing = collections.namedtuple("Timing", "calls ns seconds")


def time_by_call(tools, command, calls, arguments):
    """Returns name -> Timing or error, for programs that print the nanoseconds that their calls took.

    command(n) returns the command that makes n calls, and a tool makes its share of them. ns is the
    time of a call, without the tool's start and end. seconds is the time of the whole command. Both
    are medians over the rounds."""
    def subject(tool, nr):
        def run():
            outcome = run_once(command_line(tool, command(nr)), arguments.timeout, capture=True)
            return Timing(nr, int(outcome.output.split()[0]) / nr, outcome.seconds)
        return run

    subjects = {name: subject(tool, max(int(calls * tool.share), 200))
                for name, tool in tools.items()}
    return {name: result if isinstance(result, Exception)
            else Timing(*map(statistics.median, zip(*result)))
            for name, result in interleave(subjects, arguments.runs).items()}


def print_table(headings, rows):
    """Prints rows of text. The first column is left-aligned."""
    rows = [headings, *rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(["  " + row[0].ljust(widths[0]), *cells]).rstrip())
    sys.stdout.flush()


def duration(seconds):
    for unit, factor in ("s", 1), ("ms", 1e3), ("us", 1e6):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def number(value):
    """Returns the number with three significant digits."""
    return f"{value:.{2 if value < 9.995 else 1 if value < 99.95 else 0}f}"


def parser(text, tools, timeout=600):
    """Returns a parser of the options that all scripts have. tools: those that the script runs by default.

    Without tools, there is no option to choose them."""
    result = argparse.ArgumentParser(description=text.split("\n")[0],
                                     formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    result.add_argument("--runs", type=int, default=5, help="rounds; medians are shown")
    if tools:
        result.add_argument("--tools", type=lambda names: names.split(","), default=tools,
                            help="names, separated by commas")
    result.add_argument("--timeout", type=float, default=timeout,
                        help="seconds that a run may take")
    return result
