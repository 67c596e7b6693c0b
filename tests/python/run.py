#!/usr/bin/env python3
"""Installs the package into a virtual environment beside numpy, pandas, pyarrow, polars and duckdb, and
runs the tests of this folder there.

    run.py --build DIR [TEST …]

DIR is a build directory that has libcupel.so; the environment is made in it, once (PyPI is asked for
what requirements.txt names), and the package is installed anew each time, by `pip install` of the
repository.
"""
import argparse
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def environment(build):
    """The interpreter of the environment, which is made where it is not that of the requirements."""
    place = build / "python-venv"
    python = place / "bin" / "python"
    wanted = hashlib.sha256((HERE / "requirements.txt").read_bytes() + sys.version.encode()).hexdigest()
    mark = place / "made-of"
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check",
                        "-r", str(HERE / "requirements.txt")], check=True)
        mark.write_text(wanted)
    return python


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("tests", nargs="*")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    python = environment(build)
    subprocess.run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check",
                    "--no-build-isolation", "--no-index", "--no-deps", "--force-reinstall", str(ROOT)],
                   check=True, env={**os.environ, "CUPEL_BUILD_DIR": str(build)})
    tests = arguments.tests or sorted(path.stem for path in HERE.glob("*_test.py"))
    variables = {name: value for name, value in os.environ.items() if name not in ("CUPEL_LIBRARY", "PYTHONPATH")}
    done = subprocess.run([str(python), "-m", "unittest", *tests], cwd=HERE, check=False,
                          env={**variables, "CUPEL_INSTALLED": "1",
                               "CUPEL_PROGRAM": str(build / "cli" / "cupel")})
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
