# SPDX-License-Identifier: MIT
"""Fills the directories in which the compared commands run, always with the same names and bytes."""

import os
import subprocess


def write(directory, name, text):
    path = os.path.join(directory, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def lines(nr, seed=1):
    value = seed
    out = []
    for _ in range(nr):
        value = (value * 1103515245 + 12345) % 2147483648
        out.append(f"line {value} word{value % 17} number {value % 1000}\n")
    return "".join(out)


def tree(directory):
    """40 files in 8 directories."""
    for i in range(8):
        for j in range(5):
            write(directory, f"tree/dir{i}/file{j}.txt", lines(20 * (j + 1), i * 5 + j + 1))


def text(directory):
    write(directory, "text", lines(5000))


SOURCE = """#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int part%d(int x)
{
	char *text = malloc(100);
	snprintf(text, 100, "%%d", x);
	x = (int)strlen(text);
	free(text);
	return x;
}
"""


def sources(directory):
    """Five C files and a makefile that links them."""
    objects = []
    for i in range(4):
        write(directory, f"part{i}.c", SOURCE % i)
        objects.append(f"part{i}.o")
    calls = " + ".join(f"part{i}(argc)" for i in range(4))
    declarations = "".join(f"int part{i}(int);\n" for i in range(4))
    write(directory, "main.c", declarations +
          f"int main(int argc, char **argv)\n{{\n\t(void)argv;\n\treturn {calls} == 0;\n}}\n")
    write(directory, "Makefile", f"all: main\nmain: main.o {' '.join(objects)}\n"
          "\t$(CC) -o $@ $^\n%.o: %.c\n\t$(CC) -O1 -c -o $@ $<\n")


GIT_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z", "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_PAGER": "cat",
}


def repository(directory):
    """A git repository with ten commits."""
    os.environ.update(GIT_ENVIRONMENT)
    path = os.path.join(directory, "repository")
    os.mkdir(path)

    def git(*arguments):
        subprocess.run(["git", "-C", path, *arguments], check=True, stdout=subprocess.DEVNULL)

    git("init", "-q", "-b", "main")
    git("config", "gc.auto", "0")
    git("config", "core.fsmonitor", "false")
    for i in range(10):
        write(path, f"file{i % 3}", lines(50 + i, i + 1))
        git("add", ".")
        git("commit", "-q", "-m", f"change {i}")
    write(path, "file0", "changed\n")
    write(path, "new", "new\n")
