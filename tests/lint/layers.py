"""Who may include whom (docs/architecture.md has the picture). Arrows never turn back."""
import re
from collections import defaultdict

import tree

VALUES = {"cupel/export.h", "cupel/error.hpp", "cupel/value.hpp", "cupel/table.hpp"}
DOOR = VALUES | {"cupel/cupel.hpp", "cupel/cupel.h", "cupel/arrow.h"}

# room: (public headers, rooms)
ROOMS = {
    "engine/include": (VALUES | {"cupel/arrow.h"}, set()),
    "engine/value": (VALUES, set()),
    "grammar": (VALUES, set()),
    "storage": (VALUES, set()),
    "index": (VALUES, {"storage"}),
    "engine/learn": (VALUES, set()),
    "engine/evaluate": (VALUES, set()),
    "engine/io": (VALUES, {"storage"}),
    "engine/labeling": (VALUES, {"storage", "engine/io"}),
    "engine/plan": (DOOR, {"storage"}),
    "engine/bind": (DOOR, {"storage", "grammar", "engine/plan"}),
    "engine/exec": (DOOR, {"engine/plan", "storage", "index", "engine/learn", "engine/evaluate",
                           "engine/io", "engine/labeling"}),
    "engine/sql": (VALUES, {"engine/plan", "storage"}),
    "engine/report": (VALUES, set()),
    "engine/api": (DOOR, {"engine/plan", "storage", "index", "engine/learn", "engine/evaluate",
                          "engine/io", "engine/labeling", "engine/bind", "engine/exec", "grammar",
                          "engine/report", "engine/sql"}),
    "engine/c": (DOOR, set()),
    "engine/python": (DOOR, set()),
    "cli": (DOOR, set()),
    "tests/install": (DOOR, set()),
    "docs/examples": (DOOR, set()),
}

# foreign header: the files that may know it. A header among them is seen by its own room only.
WALLS = [
    (r"rocksdb/", r"storage/store\w*\.(cpp|hpp)|tests/bench/\w+\.cpp"),
    (r"sqlite3\.h", r"tests/bench/\w+\.cpp"),
    (r"antlr4-runtime\.h|Query(Lexer|Parser)\.h", r"grammar/\w+\.(cpp|hpp)"),
    (r"faiss/|omp\.h", r"index/train_centroids\.cpp|tests/bench/\w+\.cpp"),
    (r"clipper\.hpp|polyclipping/", r"engine/evaluate/polygon_overlap\.cpp"),
    (r"Eigen/", r"engine/(learn|evaluate)/\w+\.(cpp|hpp)"),
    (r"nlohmann/|simdjson", r"engine/io/\w+\.(cpp|hpp)|tests/unit/(learn|evaluate)/\w+\.(cpp|hpp)"),
    (r"pugixml\.hpp", r"engine/io/xml_document\.cpp"),
    (r"yaml-cpp/", r"engine/io/yaml_fields\.cpp"),
    (r"re2/", r"engine/\w+/\w+\.(cpp|hpp)"),
    (r"xxhash\.h", r"storage/\w+\.cpp|tests/bench/\w+\.hpp"),
    (r"png\.h", r"cli/demo/png\.cpp"),
    (r"CLI/", r"cli/\w+\.cpp"),
    (r"histedit\.h|editline/", r"cli/line_reader\.cpp"),
    (r"pybind11/|Python\.h|nanobind/", r"engine/python/\w+\.(cpp|hpp)"),
    (r"gtest/|gmock/|benchmark/", r"tests/.*"),
    (r"fmt/", r".*\.cpp|tests/.*"),
]
STANDARD = re.compile(r"[a-z_0-9]+")
SYSTEM = re.compile(r"(unistd|fcntl|poll|dlfcn|signal|termios|wchar|pthread|dirent|spawn|"
                    r"immintrin|stdint|stddef|stdbool|sys/\w+)\.h")
NAMESPACES = {"engine/include": {"cupel"}, "engine/value": {"cupel"}, "engine/python": None,
              "engine/api": {"cupel", "cupel::api"}, "cli": {"cupel::cli", "cupel::demo"}}


def room_of(path):
    """The longest room whose folder holds the file, or nothing."""
    name = path.as_posix()
    fitting = [room for room in ROOMS if name.startswith(room + "/")]
    return max(fitting, key=len, default=None)


def header_room(include):
    if include.startswith("cupel/"):
        return "engine/include"
    fitting = [room for room in ROOMS if include.startswith(room + "/")]
    return max(fitting, key=len, default=None)


def own(path, room, include):
    """Names may be written from the root only; generated headers are foreign."""
    return header_room(include) == room and room != "engine/include"


def check_include(path, room, include, quoted):
    if any(re.match(pattern, include) for pattern, _ in WALLS):
        return check_wall(path, include)
    if not quoted and include in DOOR and room and room.startswith(("docs/", "tests/")):
        return None  # as users write it
    if not quoted:
        if STANDARD.fullmatch(include) or (
                SYSTEM.fullmatch(include) and (room != "engine/include" or path.suffix == ".h")):
            return None
        return f"{path}: <{include}> is neither standard nor behind a wall of tests/lint/layers.py"
    if room is None or own(path, room, include):
        return None
    doors, rooms = ROOMS[room]
    if include in doors or header_room(include) in rooms:
        return None
    return f"{path}: {room} may not include \"{include}\""


def check_wall(path, include):
    for pattern, allowed in WALLS:
        if re.match(pattern, include) and not re.fullmatch(allowed, path.as_posix()):
            return f"{path}: <{include}> belongs behind a wall: {allowed}"
    return None


def check_namespace(path, room, code):
    # Programs, tests and headers of C may stand outside; a room's files open the room's namespace.
    allowed = NAMESPACES.get(room, {"cupel::" + room.split("/")[-1]})
    if allowed is None or not room or room.startswith(("tests", "docs")):
        return None
    if path.suffix == ".h":
        return None
    opened = set(re.findall(r"^namespace ([\w:]+) \{", code, re.M))
    # An extension point of a foreign library lives in that library's namespace.
    if opened & allowed or (not opened and path.name == "main.cpp"):
        return None
    return f"{path}: opens {sorted(opened)}, expected one of {sorted(allowed)}"


def check_table():
    """The table itself has no way back: following it never returns to a room."""
    problems = []
    for start in ROOMS:
        seen, waiting = set(), set(ROOMS[start][1])
        while waiting:
            room = waiting.pop()
            seen.add(room)
            waiting |= ROOMS[room][1] - seen
        if start in seen:
            problems.append(f"the table of rooms leads from {start} back to it")
    return problems


def check(root):
    problems = check_table()
    foreign, users = {}, defaultdict(set)
    for path in tree.files(root):
        if path.suffix not in (".cpp", ".hpp", ".h"):
            continue
        room = room_of(path)
        code = tree.text(root / path)
        for opening, include in re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', code, re.M):
            problems.append(check_include(path, room, include, opening == '"'))
            users[include].add(room)
            if path.suffix != ".cpp" and any(re.match(p, include) for p, _ in WALLS):
                foreign[path.as_posix()] = (room, include)
        if room:
            problems.append(check_namespace(path, room, code))
    for header, (room, include) in foreign.items():
        others = {other for other in users[header] if other not in (room, None)}
        if others:
            problems.append(f"{header}: carries <{include}> into {', '.join(sorted(others))}")
    return [problem for problem in problems if problem]


if __name__ == "__main__":
    tree.main(check)
