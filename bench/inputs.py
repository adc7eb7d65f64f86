# SPDX-License-Identifier: MIT
"""Generates the input of bench/programs, always the same and of a realistic size.

A repository, a C file, SQL, and a source tree with a configure script. Making the repository takes
a while, so it is kept in a private directory of the user below $TMPDIR.
"""

import os
import random
import shutil
import stat
import subprocess
import tempfile

import measure

NR_FILES = 1500
NR_COMMITS = 200
FIRST_COMMIT = 1600000000
WORDS = """
account address batch block buffer cache channel count cursor entry event field filter frame graph
group handle index input item key layer length limit line list mapping message node number offset
output page parent path point position process queue range record request result route sample
scale segment session signal size slot socket source stack state stream symbol table target thread
token total tree value vector version weight window worker
""".split()


def cache_folder():
    """Returns a directory to which only this user can write."""
    path = os.path.join(tempfile.gettempdir(), f"scprof-bench-{os.getuid()}")
    os.makedirs(path, mode=0o700, exist_ok=True)
    status = os.lstat(path)
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to another user")
    return path


def text_line(rng):
    return " ".join(rng.choices(WORDS, k=rng.randint(3, 11))).encode() + b"\n"


def edited(rng, lines):
    """Returns a copy of lines with changes in one to four places, like a commit."""
    lines = list(lines)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(lines))
        lines[place:place + rng.randint(0, 3)] = [text_line(rng) for _ in range(rng.randint(1, 5))]
    return lines


def data(text):
    return b"data %d\n%s\n" % (len(text), text)


def write_commits(stream):
    """Writes NR_COMMITS commits in git fast-import's format. The first adds all files, the others edit some."""
    rng = random.Random(150)
    files = {}
    while len(files) < NR_FILES:
        folders = rng.choices(WORDS[:12], k=rng.randint(1, 4))
        path = "/".join([*folders, f"{rng.choice(WORDS)}_{rng.choice(WORDS)}.c"])
        files[path] = [text_line(rng) for _ in range(rng.randint(30, 160))]
    changed = list(files)
    for number in range(NR_COMMITS):
        message = b"%s: %s" % (rng.choice(WORDS).encode(), text_line(rng))
        stream.write(b"commit refs/heads/main\ncommitter Some One <one@example.org> %d +0000\n"
                     % (FIRST_COMMIT + number * 3600) + data(message))
        for path in changed:
            stream.write(f"M 100644 inline {path}\n".encode() + data(b"".join(files[path])))
        changed = rng.sample(list(files), rng.randint(2, 8))
        for path in changed:
            files[path] = edited(rng, files[path])


def repository():
    """Returns the directory of a packed repository with checked-out files. Makes it if it is missing."""
    path = os.path.join(cache_folder(), "repository-1")
    if os.path.exists(path):
        return path
    unfinished = tempfile.mkdtemp(dir=cache_folder())
    git = ["git", "-C", unfinished]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    with subprocess.Popen([*git, "fast-import", "--quiet"], stdin=subprocess.PIPE) as importer:
        write_commits(importer.stdin)
    subprocess.run([*git, "reset", "-q", "--hard", "main"], check=True)
    subprocess.run([*git, "gc", "-q"], check=True)
    os.rename(unfinished, path)
    return path


C_HEAD = """#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct record {
	struct record *next;
	char name[32];
	uint64_t key;
	double weight;
	int nr_values;
	int *values;
};
"""
C_FUNCTIONS = ["""
static int sum_NAME(const struct record *list, uint64_t key)
{
	int total = 0;

	for (; list; list = list->next) {
		if ((list->key ^ key) % NUMBER == 0)
			continue;
		for (int i = 0; i < list->nr_values; i++)
			total += list->values[i] * (i % NUMBER + 1);
	}
	return total;
}
""", """
static struct record *find_NAME(struct record *list, const char *name)
{
	struct record *best = NULL;

	while (list) {
		if (strncmp(list->name, name, NUMBER % 31 + 1) == 0)
			if (!best || best->weight < list->weight)
				best = list;
		list = list->next;
	}
	return best;
}
""", """
static void print_NAME(FILE *file, const struct record *record, const char *text)
{
	char copy[64];
	size_t length = strlen(text);

	for (size_t i = 0; i < length && i < sizeof(copy) - 1; i++)
		copy[i] = isalpha((unsigned char)text[i]) ? toupper((unsigned char)text[i]) : '_';
	copy[length < sizeof(copy) ? length : sizeof(copy) - 1] = 0;
	fprintf(file, "%s %s %.3f\\n", record->name, copy, record->weight * NUMBER);
	if (ferror(file))
		fprintf(stderr, "%s\\n", strerror(errno));
}
""", """
static double mean_NAME(const double *values, int nr)
{
	double sum = 0, squares = 0;

	for (int i = 0; i < nr; i++) {
		sum += values[i];
		squares += values[i] * values[i];
	}
	switch (nr % NUMBER) {
	case 0:
		return 0;
	case 1:
		return sum;
	default:
		return squares / nr - sum / nr * (sum / nr);
	}
}
"""]


def c_file(work, nr_lines=1000):
    rng = random.Random(1000)
    text, names = C_HEAD, []
    while text.count("\n") + len(names) < nr_lines:
        name = f"{rng.choice(WORDS)}_{len(names)}"
        function = C_FUNCTIONS[len(names) % len(C_FUNCTIONS)]
        text += function.replace("NAME", name).replace("NUMBER", str(rng.randint(2, 97)))
        names.append(function.split("(")[0].split()[-1].lstrip("*").replace("NAME", name))
    table = "".join(f"\t(void *){name},\n" for name in names)
    path = os.path.join(work, "input.c")
    with open(path, "w") as file:
        file.write(f"{text}\nvoid *const functions[] = {{\n{table}}};\n")
    return path


def sql_file(work, nr_rows):
    """Uses one transaction for each row, as programs often do unintentionally."""
    path = os.path.join(work, "input.sql")
    with open(path, "w") as file:
        file.write("create table record(id integer primary key, name text, weight real);\n")
        for row in range(nr_rows):
            word = WORDS[row % len(WORDS)]
            file.write(f"insert into record(name, weight) values('{word} {row}', {row / 7:.3f});\n")
    return path


def source_tree(work):
    """Returns a copy of scprof's sources, as in a release. Needs a build directory."""
    path = os.path.join(work, "source")
    for build in (measure.ROOT, os.path.dirname(measure.find_scprof())):
        if os.path.exists(os.path.join(build, "Makefile")) and shutil.which("make"):
            subprocess.run(["make", "-s", "-C", build, "distdir", f"distdir={path}"],
                           stdout=subprocess.DEVNULL, check=True)
            return path
    raise FileNotFoundError("no Makefile, which copies the sources")


NR_PACKAGE_FILES = 1000


def npm_project(work):
    """Returns a directory with package.json and its lock file, which require a package of many files."""
    package, project = os.path.join(work, "package"), os.path.join(work, "project")
    os.makedirs(os.path.join(package, "lib"))
    os.makedirs(project)
    with open(os.path.join(package, "package.json"), "w") as file:
        file.write('{ "name": "many-files", "version": "1.0.0" }\n')
    for number in range(NR_PACKAGE_FILES - 1):
        with open(os.path.join(package, "lib", f"{number}.js"), "w") as file:
            file.write(f"module.exports = {number};\n" * 20)
    npm = ["npm", "--offline", "--silent", "--cache", os.path.join(work, "npm-cache")]
    subprocess.run([*npm, "pack", "--pack-destination", work, package], check=True,
                   stdout=subprocess.DEVNULL)
    with open(os.path.join(project, "package.json"), "w") as file:
        file.write('{ "name": "project", "version": "1.0.0", "dependencies": '
                   f'{{ "many-files": "file:{work}/many-files-1.0.0.tgz" }} }}\n')
    subprocess.run([*npm, "install", "--package-lock-only"], cwd=project, check=True,
                   stdout=subprocess.DEVNULL)
    return project


JAVA_CLASS = """package generated;

import java.util.*;
import java.util.stream.*;

public class Class%(number)d {
	private final Map<String, List<Integer>> values = new TreeMap<>();

	public int add(String key, int value) {
		values.computeIfAbsent(key, word -> new ArrayList<>()).add(value + %(number)d);
		return values.values().stream().mapToInt(List::size).sum();
	}

	public List<String> keys() {
		return values.keySet().stream().filter(key -> key.length() > %(number)d)
			.map(String::toUpperCase).collect(Collectors.toList());
	}
}
"""


def java_files(work, nr_classes=100):
    folder = os.path.join(work, "java")
    os.makedirs(folder, exist_ok=True)
    paths = [os.path.join(folder, f"Class{number}.java") for number in range(nr_classes)]
    for number, path in enumerate(paths):
        with open(path, "w") as file:
            file.write(JAVA_CLASS % {"number": number})
    return paths
