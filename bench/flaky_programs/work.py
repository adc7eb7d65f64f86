# SPDX-License-Identifier: MIT
"""Reads and writes files, in the main thread and in a pool of threads."""
import json
import os
import random
import tempfile
from concurrent.futures import ThreadPoolExecutor

PLANTED = False


def read_config():
    with open("input", encoding="ascii") as file:
        return file.read()


def write_result(job, text):
    name = f"result.{job}"
    with open(name, "w", encoding="ascii") as file:
        json.dump({"text": text, "job": job}, file)
        if PLANTED:
            file.flush()
            os.fsync(file.fileno())
    os.stat(name)
    os.unlink(name)


def handle(job):
    write_result(job, read_config())
    return len({str(random.random()): [job] * 50 for _ in range(200)})


with tempfile.TemporaryFile() as scratch:
    scratch.write(b"x" * 10000)
with ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(handle, range(100))))
