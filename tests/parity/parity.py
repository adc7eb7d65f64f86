# SPDX-License-Identifier: MIT
"""Runs a command under strace and under scprof and compares calls and errors of each system call.

scprof runs the command once with each engine, unless SCPROF_ENGINE names one of them. All engines are compared
with the same runs of strace.

strace -C -f writes the summary of `strace -c -f`, and the log on which the summary is based. The summary counts
what a tracer sees. That differs from what the program does in some cases, which the log shows:

- If a signal interrupts a call and the kernel restarts it, the summary counts each attempt, as an error
  (`= ? ERESTARTSYS`). It is one call. It fails only if the handler makes it fail with EINTR, which the log shows
  as the result of rt_sigreturn.
- restart_syscall continues an interrupted call. It is not another call.
- A call whose number has no name is in the log but not in the summary.

No summary contains calls that never return: exit, exit_group, and calls of killed threads.

Some values vary from run to run. So strace runs the command at least twice, and more often if scprof's value
differs. scprof's value must be between the least and the greatest value of all runs of strace.

Other values depend on the speed of threads and processes: how often they wait for each other, and how much data
a pipe contains when it is read. No run under strace is as fast as a run under scprof. Each command names these
calls. Their value may be between half the least and twice the greatest, plus or minus a few.

A program that reads /proc/self/maps finds more lines there with the fast engine, which maps memory in the
program. So such a command may make a few more calls of read, and of the calls that it makes for each line.
"""

import collections
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

MAX_ROUNDS = 30
MORE_CALLS_FOR_MAPS = 2
TIMEOUT_S = 240

# System calls for which libseccomp and strace have different names.
ALIASES = {"_newselect": "select"}

Result = collections.namedtuple("Result", "counts output status note")


class Command:
    """A command line (no shell), what it needs, and a function that fills its directory.

    races: the names of the calls whose number depends on the speed of threads and processes.
    reads_maps: the names of the calls whose number depends on the lines in /proc/self/maps."""

    def __init__(self, line, prepare=None, needs=(), same_output=True, background=None,
                 races=(), reads_maps=()):
        self.line = line
        self.argv = shlex.split(line)
        self.prepare = prepare
        self.needs = list(needs)
        self.same_output = same_output
        self.background = background
        self.races = races
        self.reads_maps = reads_maps

    def missing(self):
        for tool in [self.argv[0], *self.needs]:
            if shutil.which(tool) is None:
                return tool
        return None


def tool(name):
    """Returns the command's path as a word for a command line."""
    return shlex.quote(shutil.which(name) or name)


def built(name):
    return shlex.quote(os.path.realpath(os.path.join(os.environ.get("top_builddir", "."), name)))


def kill_group(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(argv, directory, output):
    """Runs argv in directory; returns its exit status, negative for a signal."""
    with open(output, "wb") as out, open(output + ".err", "wb") as err:
        process = subprocess.Popen(
            argv, cwd=directory, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True)
        try:
            return process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            kill_group(process)
            process.wait()
            return "timeout"


class Counts(dict):
    """Maps (abi, name) to [calls, errors]."""

    def add(self, key, calls, errors):
        entry = self.setdefault(key, [0, 0])
        entry[0] += calls
        entry[1] += errors


SUMMARY_ROW = re.compile(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:(\d+)\s+)?(\w+)$")
MODES = {"64 bit": "x86-64", "32 bit": "i386", "x32": "x32"}


def parse_summary(lines):
    counts = Counts()
    abi = "x86-64"
    for line in lines:
        title = re.search(r"usage summary for (.*) mode", line)
        row = SUMMARY_ROW.match(line)
        if title:
            abi = MODES[title.group(1)]
        elif row and row.group(3) != "total":
            counts.add((abi, row.group(3)), int(row.group(1)), int(row.group(2) or 0))
    return counts


LOG_CALL = re.compile(r"(\d+) +(\w+)\((.*)$")
LOG_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)$")
LOG_RESUMING = re.compile(r"<\.\.\. resuming interrupted (\w+) \.\.\.>")
LOG_PERSONALITY = re.compile(r"strace: \[ Process PID=(\d+) runs in (.*) mode")


class Log:
    """Follows each thread through the log and corrects the summary."""

    def __init__(self, counts):
        self.counts = counts
        self.interrupted = collections.defaultdict(list)  # tid -> calls that the kernel will restart
        self.resuming = {}  # tid -> the call that restart_syscall continues
        self.abi = collections.defaultdict(lambda: "x86-64")

    def finish(self, tid, name, rest):
        if name.startswith("syscall_0x"):
            name = f"syscall_{int(name[8:], 16) & 0xffffffff:#x}"  # the kernel takes 32 bits
            self.counts.add((self.abi[tid], name), 1, 1 if " = -1 E" in rest else 0)
        elif name == "restart_syscall":
            self.finish_restart(tid, rest)
        elif "= ? ERESTART" in rest:
            self.counts.add((self.abi[tid], name), -1, -1)
            self.interrupted[tid].append(name)
        elif name in ("rt_sigreturn", "sigreturn"):
            self.finish_sigreturn(tid, rest)
        elif self.interrupted[tid] and self.interrupted[tid][-1] == name:
            self.interrupted[tid].pop()

    def finish_restart(self, tid, rest):
        abi = self.abi[tid]
        name = self.resuming.pop(tid, "restart_syscall")
        if name == "restart_syscall" and self.interrupted[tid]:
            name = self.interrupted[tid][-1]  # stopped more than once
        is_again = "= ? ERESTART" in rest
        errors = 1 if is_again or " = -1 E" in rest else 0
        self.counts.add((abi, "restart_syscall"), -1, -errors)
        if not is_again:
            self.counts.add((abi, name), 1, errors)
            if self.interrupted[tid]:
                self.interrupted[tid].pop()

    def finish_sigreturn(self, tid, rest):
        if re.search(r"\) += -1 EINTR", rest) and self.interrupted[tid]:
            self.counts.add((self.abi[tid], self.interrupted[tid].pop()), 1, 1)

    def read(self, line):
        resumed = LOG_RESUMED.match(line)
        call = LOG_CALL.match(line)
        personality = LOG_PERSONALITY.search(line)
        if personality:
            self.abi[personality.group(1)] = MODES[personality.group(2)]
        elif resumed:
            self.finish(*resumed.groups())
        elif call:
            tid, name, rest = call.groups()
            resuming = LOG_RESUMING.match(rest)
            if resuming:
                self.resuming[tid] = resuming.group(1)
            if not rest.endswith("<unfinished ...>"):
                self.finish(tid, name, rest)


def parse_strace(path):
    with open(path, errors="replace") as file:
        lines = file.read().splitlines()
    # There is one table for each mode that was used. The first one may have a title.
    starts = [i for i, line in enumerate(lines) if line.startswith("% time")]
    start = starts[0] - 1 if starts else len(lines)
    counts = parse_summary(lines[start:])
    log = Log(counts)
    for line in lines[:start]:
        log.read(line)
    return Counts({key: value for key, value in counts.items() if value != [0, 0]})


class Runner:
    def __init__(self, command, work):
        self.command = command
        self.work = work

    def fresh_directory(self):
        directory = os.path.join(self.work, "run")
        shutil.rmtree(directory, ignore_errors=True)
        os.mkdir(directory)
        if self.command.prepare:
            self.command.prepare(directory)
        return directory

    def run_in_fresh_directory(self, argv):
        directory = self.fresh_directory()
        output = os.path.join(self.work, "output")
        background = self.command.background(directory) if self.command.background else None
        try:
            status = run(argv, directory, output)
        finally:
            if background:
                background.terminate()
                background.wait()
        with open(output, "rb") as file:
            text = file.read()
        with open(output + ".err", errors="replace") as file:
            note = file.read()
        return text, status, note

    def strace(self):
        log = os.path.join(self.work, "strace.log")
        words = ["strace", "-C", "-f", "-o", log, *self.command.argv]
        text, status, note = self.run_in_fresh_directory(words)
        return Result(parse_strace(log), text, status, note)

    def scprof(self, engine):
        scprof = os.path.realpath(os.environ.get("SCPROF", "scprof"))
        profile = os.path.join(self.work, "profile.pb.gz")
        if os.path.exists(profile):
            os.unlink(profile)
        log = os.path.join(self.work, "profile.sclog")
        how = ["--engine", "ptrace", "--log=" + log] if engine == "log" else ["--engine", engine]
        text, status, note = self.run_in_fresh_directory(
            [scprof, "-q", *how, "-o", profile, *self.command.argv])
        report = subprocess.run(
            [scprof, "report", profile, "--by", "syscall", "--format", "json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if report.returncode != 0:
            return Result(None, text, status, note + report.stderr.decode(errors="replace"))
        counts = parse_report(json.loads(report.stdout))
        if engine == "log" and parse_log(scprof, log) != counts:
            counts.add(("x86-64", "(the log and the profile differ)"), 1, 0)
        return Result(counts, text, status, note)


def parse_log(scprof, log):
    """Returns the calls of scprof's log that returned."""
    counts = Counts()
    lines = subprocess.run([scprof, "log", "--format", "json", log], stdout=subprocess.PIPE, check=True)
    for line in lines.stdout.splitlines():
        call = json.loads(line)
        if call["state"] == "returned":
            name = ALIASES.get(call["syscall"], call["syscall"])
            counts.add((call["abi"], name), 1, "errno" in call)
    return counts


def parse_report(document):
    counts = Counts()
    for row in document["rows"]:
        name = ALIASES.get(row["syscall"], row["syscall"])
        counts.add((row.get("abi", "x86-64"), name), row["calls"], row["errors"])
    if sum(entry[0] for entry in counts.values()) != document["total"]["calls"]:
        counts.add(("x86-64", "(rows do not add up to the total)"), 1, 0)
    if not document["complete"]:
        counts.add(("x86-64", "(the profile is not complete)"), 1, 0)
    return counts


def limits(command, engine, name, values):
    """Returns the least and the greatest value that counts as equal to strace's."""
    if name in command.races:
        return min(values) // 2 - 2, 2 * max(values) + 8
    if name in command.reads_maps and engine == "fast":
        return min(values), max(values) + MORE_CALLS_FOR_MAPS
    return min(values), max(values)


def differences(command, engine, straces, counts):
    """Returns a line for each value of scprof that the runs of strace do not support."""
    lines = []
    keys = set(counts).union(*(run.counts for run in straces))
    for key in sorted(keys):
        for which, label in enumerate(("calls", "errors")):
            values = [run.counts.get(key, [0, 0])[which] for run in straces]
            value = counts.get(key, [0, 0])[which]
            least, greatest = limits(command, engine, key[1], values)
            if not least <= value <= greatest:
                lines.append(f"{key[1]} ({key[0]}): {value} {label}, strace has {values}")
    return lines


def compare_behaviour(command, straces, result):
    lines = []
    statuses = {run.status for run in straces}
    if result.status not in statuses:
        lines.append(f"exit status {result.status}, under strace {sorted(statuses, key=str)}")
    outputs = {run.output for run in straces}
    if command.same_output and len(outputs) == 1 and result.output not in outputs:
        lines.append("the output differs from that under strace")
    return lines


def check(runner, straces, engine):
    """Returns a list of differences, empty if there are none, and a note. Adds runs to straces as needed."""
    command = runner.command
    lines = []
    for round_nr in range(1, MAX_ROUNDS + 1):
        result = runner.scprof(engine)
        if result.counts is None:
            return [f"no profile: {result.note.strip()}"], ""
        lines = differences(command, engine, straces, result.counts)
        lines += compare_behaviour(command, straces, result)
        if not lines:
            calls = sum(entry[0] for entry in result.counts.values())
            errors = sum(entry[1] for entry in result.counts.values())
            return [], f"{calls} calls, {errors} errors, {len(straces)} strace runs"
        if round_nr < MAX_ROUNDS:
            straces.append(runner.strace())
    return lines, ""


def check_engines(command, engines):
    """Yields each engine, its differences and its note."""
    work = tempfile.mkdtemp(prefix="scprof-parity.")
    try:
        runner = Runner(command, work)
        straces = [runner.strace(), runner.strace()]
        for engine in engines:
            yield engine, *check(runner, straces, engine)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def run_all(commands, engines=None):
    """Prints TAP. The exit status is 1 if a command differs."""
    only = os.environ.get("PARITY_ONLY")
    if only:
        commands = [command for command in commands if only in command.line]
    engines = engines or os.environ.get("SCPROF_ENGINE", "ptrace fast").split()
    nr_failed = 0
    print(f"1..{len(commands) * len(engines)}", flush=True)
    for command in commands:
        title = " ".join(command.line.replace("#", "").replace("\\", "").split())[:90]
        missing = "strace" if shutil.which("strace") is None else command.missing()
        if missing:
            for engine in engines:
                print(f"ok - {title} ({engine}) # SKIP {missing} is not installed", flush=True)
            continue
        for engine, lines, note in check_engines(command, engines):
            nr_failed += bool(lines)
            print(f"{'not ok' if lines else 'ok'} - {title} ({engine})")
            for line in lines or [note]:
                print(f"#   {line}")
            sys.stdout.flush()
    return 1 if nr_failed else 0
