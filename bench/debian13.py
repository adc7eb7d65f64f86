# SPDX-License-Identifier: MIT
"""A directory with Debian 13 and a built scprof, in which programs run by chroot.

.ci/debian makes such a directory. File systems are mounted into it in a mount namespace of the
measuring script, so they are unmounted when the script ends.
"""

import ctypes
import os
import subprocess

import inputs
import measure

CLONE_NEWNS = 0x20000
INSTALL = "./bootstrap && apt-get install -y --no-install-recommends nginx-light"
SCPROF = "/src/scprof/scprof"


class Unavailable(Exception):
    """The directory cannot be made here. The text says why."""


def make(path):
    """Makes the directory path, whose name ends in /root."""
    print(f"making {path}; this takes some minutes, and is done once", flush=True)
    maker = [os.path.join(measure.ROOT, ".ci/debian"), "trixie", os.path.dirname(path), INSTALL]
    try:
        result = subprocess.run(maker, stdout=subprocess.PIPE, check=False)
    except OSError as error:
        raise Unavailable(f"{maker[0]}: {error.strerror}") from error
    if result.returncode:
        words = result.stdout.decode(errors="replace").strip().splitlines() or ["no message"]
        raise Unavailable(words[-1].removeprefix("skipped: "))


def find(path, scprof):
    """Returns the directory with Debian 13: path, or the one that is kept. Makes that one if it is missing."""
    if os.geteuid() != 0:
        raise Unavailable("not root, which chroot needs")
    kept = os.path.join(inputs.cache_folder(), "debian-13", "root")
    if not path and not os.access(kept + scprof, os.X_OK):
        make(kept)
    path = os.path.realpath(path or kept)
    if not os.access(path + scprof, os.X_OK):
        raise Unavailable(f"no {path}{scprof}")
    return path


def mount(*words):
    subprocess.run(["mount", *words], check=True)


def prepare(root, work):
    """Mounts the file systems that programs in root need. The directory work has the same name there."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise Unavailable(f"unshare: {os.strerror(ctypes.get_errno())}")
    mount("--make-rprivate", "/")
    mount("-t", "proc", "proc", root + "/proc")
    mount("--rbind", "/dev", root + "/dev")
    mount("--rbind", "/sys", root + "/sys")
    mount("-t", "tmpfs", "tmp", root + "/tmp")
    for folder in (work, inputs.repository()):
        os.makedirs(root + folder, exist_ok=True)
        mount("--bind", folder, root + folder)
