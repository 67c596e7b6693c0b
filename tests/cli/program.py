"""Runs the program under test in a directory of a test's own."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

CUPEL = None
LONGEST = 120  # seconds after which a program that hangs is ended


class Run:
    """What a run printed, and how it ended. No run may print an escape byte."""

    def __init__(self, code, out, err):
        if b"\x1b" in out + err:
            raise AssertionError(f"an escape byte in {out + err!r}")
        self.code = code
        self.out = out.decode()
        self.err = err.decode()


class ShellTest(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="cupel-shell-"))
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)

    def write(self, name, text):
        (self.place / name).write_text(text, encoding="utf-8")
        return name

    def write_lines(self, name, records):
        return self.write(name, "".join(json.dumps(record) + "\n" for record in records))

    def start(self, *arguments, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        process = subprocess.Popen([CUPEL, *arguments], cwd=self.place, **options)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()

    def cupel(self, *arguments, text=None, expect=0, stdout=subprocess.PIPE):
        stdin = {"stdin": subprocess.DEVNULL} if text is None else {"input": text.encode()}
        done = subprocess.run([CUPEL, *arguments], cwd=self.place, stdout=stdout,
                              stderr=subprocess.PIPE, timeout=LONGEST, check=False, **stdin)
        run = Run(done.returncode, done.stdout or b"", done.stderr)
        if expect is not None:
            self.assertEqual(run.code, expect, run.out + run.err)
        return run

    def bash(self, command):
        """The output of a pipeline and the codes of its parts."""
        done = subprocess.run(
            ["bash", "-c", command + '; codes=("${PIPESTATUS[@]}"); echo "codes ${codes[*]}" >&2'],
            cwd=self.place, env={**os.environ, "CUPEL": CUPEL}, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=LONGEST, check=False)
        *err, codes = done.stderr.decode().splitlines()
        run = Run(done.returncode, done.stdout, "\n".join(err).encode())
        return run, [int(code) for code in codes.split()[1:]]

    def import_items(self, records, database="db"):
        name = self.write_lines("items.jsonl", records)
        return self.cupel(database, "-c", f"IMPORT ITEMS FROM '{name}'")

    def numbered(self, count, database="db"):
        return self.import_items([{"reference_id": f"i{n}", "metadata": {"n": n}}
                                  for n in range(count)], database)
