"""The project's own files, for the checks beside this file."""
import sys
from pathlib import Path

FOLDERS = ("grammar", "engine", "storage", "index", "cli", "tests", "docs", ".ci")
SKIPPED = {"__pycache__", "build", "data", "cupel.egg-info"}


def files(root):
    """Paths below the root that people wrote, relative to it, sorted."""
    found = [p for p in root.iterdir() if p.is_file() and p.name != ".git"]
    for folder in FOLDERS:
        found += (p for p in (root / folder).rglob("*") if p.is_file())
    kept = (p.relative_to(root) for p in found)
    return sorted(p for p in kept if not SKIPPED & set(p.parts))


def text(path):
    return path.read_text(encoding="utf-8", errors="replace")


def report(problems):
    """Prints the problems and ends the program; a check that looked at nothing is one as well."""
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


def main(check):
    """`check(root)` returns sentences; the root is the only argument."""
    root = Path(sys.argv[1]).resolve()
    if not any(p.suffix == ".cpp" for p in files(root)):
        report([f"{root} holds no source files"])
    report(check(root))
