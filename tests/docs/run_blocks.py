#!/usr/bin/env python3
"""Runs the code blocks of the documentation.

    run_blocks.py --cupel PROGRAM [--accept] PAGE.md ...

Every page gets a directory of its own with the sample dataset (`cupel demo`) in it and a database
`street.cupel` into which tests/docs/setup.sql has been read. Blocks run in order:

    ```sql          statements, through the shell; they must succeed
    ```sql error    statements of which the last must fail
    ```sh           commands, by bash; they must succeed; `cupel` is on the path

A ```text block that directly follows is what the block prints (times are written `(… s)` and
`… ms`), compared exactly; --accept writes it. Other fences are left alone.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FENCE = re.compile(r"^```(.*)$")
TIMES = [
    (re.compile(r"\(\d+\.\d+ s\)"), "(… s)"),
    (re.compile(r"\d+\.\d+ ms"), "… ms"),
    # The sample dataset is of 2021; a later moment is when the block ran.
    (re.compile(r"20(?:2[6-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "20yy-mm-ddThh:mm:ssZ"),
]


def blocks(lines):
    """Yields (language words, first body line, line after the body) of each fence."""
    start = None
    for number, line in enumerate(lines):
        match = FENCE.match(line)
        if not match:
            continue
        if start is None:
            start, words = number, match.group(1).split()
        else:
            yield words, start + 1, number
            start = None


def normal(text):
    for pattern, words in TIMES:
        text = pattern.sub(words, text)
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


class Place:
    """The directory in which a page's blocks run."""

    def __init__(self, cupel, template):
        self.cupel = cupel
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="cupel-docs-")) / "demo"
        shutil.copytree(template, self.path)
        self.env = dict(os.environ, PATH=f"{pathlib.Path(cupel).parent}:{os.environ['PATH']}",
                        LC_ALL="C.UTF-8")

    def run(self, words, body):
        if words[0] == "sh":
            command, given = ["bash", "-euo", "pipefail", "-c", body], ""
        else:
            command, given = [self.cupel, "street.cupel", "--format", "table"], body
        done = subprocess.run(command, input=given, cwd=self.path, env=self.env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        return done.returncode, done.stdout

    def close(self):
        shutil.rmtree(self.path.parent)


def run_page(page, cupel, template, accept):
    lines = page.read_text().split("\n")
    found = list(blocks(lines))
    place = Place(cupel, template)
    failures, replaced, ran = [], [], 0
    for index, (words, begin, end) in enumerate(found):
        if not words or words[0] not in ("sql", "sh") or "skip" in words:
            continue
        ran += 1
        code, output = place.run(words, "\n".join(lines[begin:end]))
        where = f"{page.name}:{begin}"
        if (code != 0) != ("error" in words):
            failures.append(f"{where}: exit code {code}\n{output}")
        follows = found[index + 1] if index + 1 < len(found) else None
        if follows and follows[0] == ["text"] and follows[1] <= end + 3:
            written = "\n".join(lines[follows[1]:follows[2]])
            if accept:
                replaced.append((follows[1], follows[2], normal(output).split("\n")))
            elif normal(written) != normal(output):
                failures.append(f"{where}: the page says\n{written}\nbut it prints\n{normal(output)}")
    for begin, end, text in reversed(replaced):
        lines[begin:end] = text
    if replaced:
        page.write_text("\n".join(lines))
    place.close()
    return ran, failures


def make_template(cupel, directory):
    demo = directory / "demo"
    subprocess.run([cupel, "demo", str(demo)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([cupel, "street.cupel", "-f", str(HERE / "setup.sql")], cwd=demo, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return demo


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cupel", required=True)
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    cupel = str(pathlib.Path(arguments.cupel).resolve())
    failed = 0
    with tempfile.TemporaryDirectory(prefix="cupel-docs-") as directory:
        template = make_template(cupel, pathlib.Path(directory))
        for page in arguments.pages:
            ran, failures = run_page(page, cupel, template, arguments.accept)
            print(f"{page.name}: {ran} blocks, {len(failures)} failed")
            for failure in failures:
                print(failure)
            failed += len(failures)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
