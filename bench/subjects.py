# SPDX-License-Identifier: MIT
"""The real programs that are measured. Each maker gets a Bench and returns a function of a Tool.

That function runs the program once under the tool and returns seconds: those of the whole command,
or, of a server, those of one request.
"""

import os
import re
import shutil
import signal
import socket
import statistics
import time

import inputs
import measure


class Bench:
    """What the makers need. Commands run in folder, which is new each time, in root (chroot)."""

    def __init__(self, work, timeout, scale=1.0, root=None):
        self.work = work
        self.folder = os.path.join(work, "run")
        self.timeout = timeout
        self.scale = scale
        self.root = root

    def refresh(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.mkdir(self.folder)

    def run(self, tool, argv, **options):
        """Runs argv under the tool, in a fresh folder; returns the Outcome."""
        self.refresh()
        return measure.run_once(measure.command_line(tool, argv), self.timeout, cwd=self.folder,
                                root=self.root, **options)

    def command(self, argv, stdin=None):
        """Returns a function that runs argv under a tool, and returns its seconds."""
        return lambda tool: self.run(tool, argv, stdin=stdin).seconds

    def counted(self, command, count):
        """The same for command(n), which makes n calls. A tool makes its share. Returns seconds per call."""
        def run(tool):
            nr = max(int(count * self.scale * tool.share), 1)
            return self.run(tool, command(nr)).seconds / nr
        return run

    def served(self, argv, pid_file, client):
        """Returns a function that starts a server, and returns what client() returns."""
        def run(tool):
            self.refresh()
            with measure.Run(measure.command_line(tool, argv), cwd=self.folder,
                             root=self.root) as server:
                pid = await_pid(server, os.path.join(self.folder, pid_file), 60)
                seconds = client()
                os.kill(pid, signal.SIGTERM)
                server.finish(60)
            return seconds
        return run


def await_pid(server, path, timeout):
    """Waits for the pid file, which the server writes when it listens."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if server.process.poll() is not None:
            server.finish(1)
        if os.path.exists(path) and os.path.getsize(path) > 1:
            with open(path) as file:
                return int(file.read())
        time.sleep(0.01)
    raise measure.Late(f"no pid file after {timeout:.0f} s")


def make_true(bench):
    return bench.command(["true"])


def make_find(bench):
    return bench.command(find_command(bench))


def find_command(bench):
    newer = os.path.join(bench.work, "newer")
    with open(newer, "w"):
        os.utime(newer, (1.6e9, 1.6e9))
    return ["find", "/usr/share", "-type", "f", "-newer", newer]


def make_tar(bench):
    return bench.command(measure.write_script(bench.work, "tar", "tar cf - /usr/share/doc | cat"))


def make_git(bench):
    return bench.command(["git", "-C", inputs.repository(), "log", "-150", "--stat"])


def dd_command(count):
    return ["dd", "if=/dev/zero", "of=/dev/null", "bs=512", f"count={count}"]


def make_dd(bench):
    return bench.command(dd_command(int(2000000 * bench.scale)))


def make_dd_by_call(bench):
    return bench.counted(dd_command, 2000000)


def make_sqlite3(bench):
    sql = inputs.sql_file(bench.work, int(20000 * bench.scale))
    return bench.command(["sqlite3", "base.db"], stdin=sql)


def make_python3(bench):
    # A tab, because bpftrace splits at spaces.
    return bench.command(["/usr/bin/python3", "-c", "import\tasyncio,json,http.client"])


def make_python3_more(bench):
    return bench.command(["/usr/bin/python3", "-c",
                          "import asyncio, json, http.client, email.message, sqlite3"])


def make_gcc(bench):
    return bench.command(["gcc", "-O1", "-c", inputs.c_file(bench.work), "-o", "output.o"])


def make_configure(bench):
    script = os.path.join(inputs.source_tree(bench.work), "configure")
    return bench.command(["/bin/sh", script, "-q"])


REDIS_CONF = """port 0
unixsocket redis.sock
pidfile redis.pid
save ""
"""


def make_redis(bench):
    """Returns a function that returns the seconds of one request."""
    requests = str(int(100000 * bench.scale))
    client = ["redis-benchmark", "-s", "redis.sock", "-t", "set,get", "-n", requests, "-q"]
    conf = os.path.join(bench.work, "redis.conf")
    with open(conf, "w") as file:
        file.write(REDIS_CONF)

    def ask():
        text = measure.run_once(client, bench.timeout, cwd=bench.folder, capture=True).output
        rates = re.findall(r"(?:SET|GET): ([0-9.]+) requests per second", text)
        if len(rates) != 2:
            raise measure.Failed(f"redis-benchmark says {text[-80:]!r}")
        return statistics.mean(1 / float(rate) for rate in rates)
    return bench.served(["redis-server", conf], "redis.pid", ask)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wrk(port):
    """Returns a function that returns the seconds of one request."""
    def ask():
        text = measure.run_once(["wrk", "-t1", "-c8", "-d2", f"http://127.0.0.1:{port}/"], 60,
                                capture=True).output
        rate = re.search(r"Requests/sec: +([0-9.]+)", text)
        if not rate or float(rate.group(1)) == 0 or "Non-2xx" in text:
            raise measure.Failed(f"wrk says {text[-80:]!r}")
        return 1 / float(rate.group(1))
    return ask


NGINX_CONF = """daemon off;
pid nginx.pid;
error_log stderr;
worker_processes 1;
%s
events {}
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	server {
		listen 127.0.0.1:%d;
		root %s;
	}
}
"""


def make_nginx(bench):
    """Returns a function that returns the seconds of one request."""
    port, pages = free_port(), os.path.join(bench.work, "pages")
    os.makedirs(pages, exist_ok=True)
    with open(os.path.join(pages, "index.html"), "w") as file:
        file.write("<p>text</p>\n" * 100)
    conf = os.path.join(bench.work, "nginx.conf")
    with open(conf, "w") as file:
        file.write(NGINX_CONF % ("user root;" if os.geteuid() == 0 else "", port, pages))
    program = ["/usr/sbin/nginx", "-p", ".", "-c", conf]
    return bench.served(program, "nginx.pid", wrk(port))


def make_ipc_find(bench):
    """find in a new IPC namespace."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return bench.command(["unshare", "--ipc", *user, *find_command(bench)])


def make_bwrap_find(bench):
    # Files that only root may read cannot be read there.
    return bench.command(["bwrap", "--unshare-all", "--dev-bind", "/", "/",
                          "find", "/usr/share/doc", "/usr/include", "-type", "f"])


def make_contained_dd(bench):
    """The filter also applies to the tool, as in a container."""
    loader = measure.compile_program(bench.work, "contained")

    def run(tool):
        bench.refresh()
        nr = max(int(2000000 * bench.scale * tool.share), 1)
        argv = [loader, *measure.command_line(tool, dd_command(nr))]
        return measure.run_once(argv, bench.timeout, cwd=bench.folder).seconds / nr
    return run


def make_npm(bench):
    """npm ci of a package with 1,000 files, from a local archive."""
    project = inputs.npm_project(bench.work)
    script = f"cp {project}/package*.json . && npm ci --offline --no-audit --no-fund --cache cache"
    return bench.command(measure.write_script(bench.work, "npm", script))


def make_javac(bench):
    return bench.command(["javac", "-d", ".", *inputs.java_files(bench.work)])


CHROMIUM = ["chromium", "--headless", "--disable-gpu"]


def make_page(bench):
    page = os.path.join(bench.work, "page.html")
    with open(page, "w") as file:
        file.write("<h1>A page</h1>\n" + "<p>Some text in a paragraph.</p>\n" * 200)
    return page


def make_chromium(bench):
    return bench.command([*CHROMIUM, "--no-sandbox", f"--user-data-dir={bench.folder}/profile",
                          "--screenshot=page.png", f"file://{make_page(bench)}"])
