"""A file ends before line 400, a function before line 60."""
import ast
import re

import tree

MOST_FILE, MOST_FUNCTION = 400, 60
SOURCES = {".cpp", ".hpp", ".h", ".py", ".g4", ".sh", ".cmake"}
SCOPE = re.compile(r"\b(namespace|class|struct|union|enum)\b[^()]*$|extern\s*\"\"\s*$")


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def bare(code):
    """The code with comments, literals and preprocessor lines blanked, line for line."""
    code = re.sub(r'R"(\w*)\(.*?\)\1"', blank, code, flags=re.S)
    pattern = (r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'"
               r"|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*")
    return re.sub(pattern, blank, code, flags=re.S | re.M)


def cpp_functions(code):
    """(first line, lines, words before the brace) of each function body, roughly: a brace that
    follows a parenthesis outside of any other body."""
    code = bare(code)
    stack, start, line, found = [], 0, 1, []
    for at, character in enumerate(code):
        if character == "\n":
            line += 1
        elif character == "{":
            head = code[start:at].strip()
            outside = all(kind == "scope" for kind, _, _ in stack)
            if SCOPE.search(head) and outside:
                kind = "scope"
            else:
                kind = "function" if outside and "(" in head else "other"
            stack.append((kind, line - head.count("\n"), " ".join(head.split())))
            start = at + 1
        elif character == "}" and stack:
            kind, first, head = stack.pop()
            if kind == "function":
                found.append((first, line - first + 1, head))
            start = at + 1
        elif character == ";":
            start = at + 1
    return found


def python_functions(code):
    return [(node.lineno, node.end_lineno - node.lineno + 1, node.name)
            for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)]


def check(root):
    problems = []
    for path in tree.files(root):
        if path.suffix not in SOURCES:
            continue
        code = tree.text(root / path)
        lines = code.count("\n")
        if lines >= MOST_FILE:
            problems.append(f"{path}: {lines} lines, the most is {MOST_FILE - 1}")
        functions = python_functions(code) if path.suffix == ".py" else []
        if path.suffix in (".cpp", ".hpp", ".h"):
            functions = cpp_functions(code)
        for first, length, head in functions:
            if length > MOST_FUNCTION:
                problems.append(f"{path}:{first}: {length} lines in {head[-60:]}")
    return problems


if __name__ == "__main__":
    tree.main(check)
