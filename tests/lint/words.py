"""Words that may not stand in the project, and names that files may not have."""
import re

import tree

# Written in halves, so that this file is not its own find.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")
MACHINE = re.compile(r"(?<![\w.])/(wo" + r"rk|ho" + r"me|ro" + r"ot|Us" + r"ers|tmp/ba" + r"sh_jobs)/\w")
SWITCHED_OFF = re.compile("DISAB" + r"LED_\w+")
NUMBERED = re.compile(r"\b(issue|pull request|bug|ticket) #?\d+\b", re.I)
WORDS = [(UNFINISHED, "unfinished by its own word"), (MACHINE, "a path of one machine"),
         (SWITCHED_OFF, "a test that is switched off"), (NUMBERED, "a number of a tracker")]

EMPTY_NAMES = {"util", "utils", "common", "helper", "helpers", "manager", "misc", "stuff"}
FIXED_NAMES = {"CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "QueryLexer.g4",
               "QueryParser.g4", "CHANGELOG.md", "NOTICE"}
NAME = re.compile(r"\.?[a-z0-9][a-z0-9_-]*(\.[a-z0-9_]+)*|_[a-z_]+\.py")
TEXTS = {".cpp", ".hpp", ".h", ".py", ".g4", ".md", ".txt", ".sh", ".sql", ".cmake", ".test", ""}


def check_name(path):
    if path.name not in FIXED_NAMES and not NAME.fullmatch(path.name):
        return f"{path}: file names are lower case, words joined by _"
    if path.suffix in (".cpp", ".hpp", ".h") and "-" in path.name:
        return f"{path}: words of a source file's name are joined by _"
    empty = EMPTY_NAMES & set(re.split(r"[_.-]", path.stem.lower()))
    if empty:
        return f"{path}: `{empty.pop()}` does not say what is in the file"
    return None


def check(root):
    problems = []
    for path in tree.files(root):
        problems.append(check_name(path))
        if path.suffix not in TEXTS or path.name == "LICENSE":
            continue
        for number, line in enumerate(tree.text(root / path).splitlines(), 1):
            for pattern, sentence in WORDS:
                if pattern.search(line):
                    problems.append(f"{path}:{number}: {sentence}: {line.strip()[:80]}")
    return [problem for problem in problems if problem]


if __name__ == "__main__":
    tree.main(check)
