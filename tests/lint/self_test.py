"""The checks find what they are for, and nothing in a tidy tree."""
import tempfile
import unittest
from pathlib import Path

import layers
import lengths
import words

TIDY = {
    "storage/chunk.hpp": "#include <vector>\nnamespace cupel::storage {\nstruct Chunk {};\n}\n",
    "storage/store.cpp": '#include "rocksdb/db.h"\nnamespace cupel::storage {\n}\n',
    "index/counts.cpp": '#include "storage/chunk.hpp"\nnamespace cupel::index {\nint f() {\n}\n}\n',
}


class Checks(unittest.TestCase):
    def found(self, check, name, text):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for path, content in (TIDY | {name: text}).items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(content)
            return check(root)

    def wrong(self, check, name, text):
        problems = self.found(check, name, text)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(name, problems[0])

    def test_a_tidy_tree_has_no_problems(self):
        for check in (layers.check, lengths.check, words.check):
            self.assertEqual(self.found(check, "index/counts.hpp", "namespace cupel::index {\n}\n"), [])

    def test_arrows(self):
        for name, include in (("storage/key.hpp", "index/counts.hpp"),
                              ("grammar/ast.hpp", "storage/chunk.hpp"),
                              ("engine/exec/rows.cpp", "engine/bind/bind.hpp"),
                              ("engine/plan/rules.cpp", "engine/exec/execute.hpp"),
                              ("storage/type.cpp", "cupel/cupel.hpp"),
                              ("engine/learn/tag.cpp", "storage/chunk.hpp"),
                              ("storage/chunk.cpp", "chunk.hpp")):
            room = name.split("/")[-2]
            self.wrong(layers.check, name, f'#include "{include}"\nnamespace cupel::{room} {{\n}}\n')
        self.wrong(layers.check, "cli/shell.cpp",
                   '#include "engine/api/state.hpp"\nnamespace cupel::cli {\n}\n')

    def test_walls(self):
        for name, include in (("storage/chunk.cpp", "rocksdb/db.h"), ("storage/a.hpp", "fmt/core.h"),
                              ("engine/exec/a.cpp", "simdjson.h"), ("grammar/a.cpp", "re2/re2.h"),
                              ("index/a.cpp", "boost/any.hpp")):
            room = name.split("/")[-2]
            self.wrong(layers.check, name, f"#include <{include}>\nnamespace cupel::{room} {{\n}}\n")

    def test_a_foreign_header_does_not_travel(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {
                    "storage/store.hpp": "#include <rocksdb/db.h>\nnamespace cupel::storage {\n}\n",
                    "index/a.cpp": '#include "storage/store.hpp"\nnamespace cupel::index {\n}\n',
            }.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            self.assertEqual(len(layers.check(root)), 1)

    def test_namespaces(self):
        self.wrong(layers.check, "index/a.cpp", "namespace cupel::storage {\n}\n")
        self.wrong(layers.check, "engine/include/cupel/error.hpp", "namespace other {\n}\n")

    def test_lengths(self):
        body = "  int a = 0;\n" * 60
        self.wrong(lengths.check, "index/a.cpp", f"namespace x {{\nint f(int b) {{\n{body}}}\n}}\n")
        self.wrong(lengths.check, "index/a.cpp",
                   f"struct S {{\n S() : a{{1}}, b(2) {{\n{body}}}\n}};\n")
        self.wrong(lengths.check, "tests/a.py", "def f():\n" + "    a = 0\n" * 60)
        self.wrong(lengths.check, "index/a.cpp", "int a;\n" * 400)
        self.assertEqual(self.found(lengths.check, "index/a.cpp",
                                    f"namespace x {{\nconst int a[] = {{\n{'1,' * 9}\n}};\n}}\n"), [])
        self.assertEqual(self.found(lengths.check, "index/a.cpp",
                                    f"struct S {{\n{'  int f(int);' * 9}\n{body}}};\n"), [])

    def test_words(self):
        for line in ("// TO" + "DO: later", "// see /wo" + "rk/main", "TEST(A, DISAB" + "LED_b) {}",
                     "// as in issue " + "#12"):
            self.wrong(words.check, "index/a.cpp", line + "\n")
        for name in ("index/string_util.hpp", "index/Counts.cpp", "index/a-b.cpp"):
            self.wrong(words.check, name, "\n")


if __name__ == "__main__":
    unittest.main()
