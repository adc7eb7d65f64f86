# SPDX-License-Identifier: MIT
"""Programs that install a seccomp filter of their own while they run, for bench/everywhere."""

import os
import shutil
import subprocess

import measure
import subjects

NOBODY = "65534"
PRIVILEGE_FOLDER = "/run/sshd"  # Debian's sshd enters it while it does not trust a client

SSHD_CONF = """Port {port}
ListenAddress 127.0.0.1
HostKey {work}/host
PidFile sshd.pid
AuthorizedKeysFile {work}/user.pub
UsePAM no
StrictModes no
PasswordAuthentication no
PermitRootLogin yes
Subsystem sftp internal-sftp
"""

SSH_OPTIONS = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes",
               "LogLevel=ERROR"]


def make_filtered_dd(bench):
    """Returns the work of a program that installs a filter and then executes dd, as service managers do."""
    loader = measure.compile_program(bench.work, "contained")
    return bench.counted(lambda nr: [loader, *subjects.dd_command(nr)], 2000000)


def make_keys(work):
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "",
                        "-f", os.path.join(work, name)], check=True)


def make_big_file(bench):
    path = os.path.join(bench.work, "big")
    with open(path, "wb") as file:
        for _ in range(max(int(100 * bench.scale), 1)):
            file.write(os.urandom(1000000))
    return path


def make_sshd(bench):
    """Returns a function that returns the seconds in which scp sends 100 MB."""
    make_keys(bench.work)
    port, big = subjects.free_port(), make_big_file(bench)
    conf = os.path.join(bench.work, "sshd.conf")
    with open(conf, "w") as file:
        file.write(SSHD_CONF.format(port=port, work=bench.work).replace(
            "sshd.pid", os.path.join(bench.folder, "sshd.pid")))
    if os.geteuid() == 0:
        os.makedirs(PRIVILEGE_FOLDER, mode=0o755, exist_ok=True)
    options = [word for option in SSH_OPTIONS for word in ("-o", option)]
    client = ["scp", "-q", "-P", str(port), "-i", os.path.join(bench.work, "user"), *options, big,
              f"127.0.0.1:{bench.folder}/copy"]
    return bench.served([shutil.which("sshd", path="/usr/sbin:/sbin"), "-D", "-e", "-f", conf],
                        "sshd.pid", lambda: measure.run_once(client, bench.timeout).seconds)


def make_chromium(bench):
    """The renderers' sandbox does not work as root, so the script continues as another user."""
    page = subjects.make_page(bench)
    user = [] if os.geteuid() else ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                                    "--clear-groups"]
    words = [*user, *subjects.CHROMIUM, "--user-data-dir=$HOME/profile",
             "--screenshot=$HOME/page.png", f"file://{page}"]
    return bench.command(measure.write_script(
        bench.work, "chromium", f"mkdir -m 777 home\nHOME=$PWD/home\nexport HOME\nexec {' '.join(words)}"))
