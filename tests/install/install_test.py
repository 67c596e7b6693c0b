#!/usr/bin/env python3
"""Programs of others, built against an installed tree that has been moved; and what leaves the library.

    install_test.py --build DIR

DIR is a build directory with everything built.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLES = ROOT / "docs" / "examples"
PAGE = ROOT / "docs" / "embedding.md"
LONGEST = 300  # seconds


def shown(language):
    """The program that the page shows, and what it says that it prints."""
    found = re.search(rf"```{language}\n(.*?)```\n\n```text\n(.*?)```", PAGE.read_text(), re.S)
    return found.group(1), found.group(2)


def run(*command, **options):
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Installed(unittest.TestCase):
    build = None

    @classmethod
    def setUpClass(cls):
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="cupel-install-"))
        run("cmake", "--install", cls.build, "--prefix", cls.place / "first")
        cls.tree = cls.place / "moved" / "elsewhere"
        cls.tree.parent.mkdir()
        (cls.place / "first").rename(cls.tree)
        cls.shared_object, = cls.tree.glob("lib*/**/libcupel.so")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.place)

    def run_linked(self, program):
        """Runs a program; libraries are found in the moved tree."""
        return run(program, env={**os.environ, "LD_LIBRARY_PATH": str(self.shared_object.parent)})

    def flags(self):
        found = {**os.environ, "PKG_CONFIG_PATH": str(self.shared_object.parent / "pkgconfig")}
        return run("pkg-config", "--cflags", "--libs", "cupel", env=found).split()

    def test_cxx_by_cmake(self):
        run("cmake", "-S", HERE / "cmake", "-B", self.place / "cmake", "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={self.tree}", f"-DEXAMPLES={EXAMPLES}")
        run("cmake", "--build", self.place / "cmake")
        program, said = shown("cpp")
        self.assertEqual((EXAMPLES / "embed.cpp").read_text(), program)
        self.assertEqual(run(self.place / "cmake" / "consumer"), said)

    def test_cxx_by_pkg_config(self):
        program = self.place / "cxx"
        run("c++", "-std=c++20", EXAMPLES / "embed.cpp", "-o", program, *self.flags())
        self.assertEqual(self.run_linked(program), shown("cpp")[1])

    def test_c_by_pkg_config(self):
        source, embedded = shown("c")
        self.assertEqual((EXAMPLES / "embed.c").read_text(), source)
        for name, said in (("embed", embedded), ("stream", "70000 rows, sum 2449965000\n")):
            source = EXAMPLES / "embed.c" if name == "embed" else HERE / "stream.c"
            program = self.place / name
            run("cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", source, "-o", program,
                *self.flags())
            self.assertEqual(self.run_linked(program), said)

    def test_the_library_has_its_name(self):
        dynamic = run("readelf", "-d", self.shared_object)
        self.assertIn("Library soname: [libcupel.so.0]", dynamic)
        self.assertNotRegex(dynamic, r"R(UN)?PATH")

    def test_only_the_doors_leave(self):
        """Every function of cupel.h, the C++ that cupel/export.h marks, and nothing else."""
        lines = run("nm", "-D", "-C", "--defined-only", self.shared_object).splitlines()
        symbols = {line.split(" ", 2)[2] for line in lines if line.split(" ", 2)[1] != "A"}
        in_c = {symbol for symbol in symbols if re.fullmatch(r"cupel_\w+", symbol)}
        header = re.sub(r"/\*.*?\*/", " ", (ROOT / "engine/include/cupel/cupel.h").read_text(), flags=re.S)
        declared = set(re.findall(r"CUPEL_EXPORT[^;(]*?(cupel_\w+)\(", header))
        self.assertGreater(len(declared), 35)
        self.assertEqual(in_c, declared)
        door = re.compile(r"(?:typeinfo (?:name )?for |vtable for )?cupel::"
                          r"(?:(?:Cursor|Session|Database|Value|Error|Table|ColumnData)(?:::|$)|[a-z_]+(?:\[abi:cxx11\])?\()")
        others = {symbol for symbol in symbols - in_c if not door.match(symbol)}
        self.assertEqual(others, set())

    def test_every_part_is_there(self):
        for name in ("bin/cupel", "include/cupel/cupel.h", "include/cupel/cupel.hpp", "include/cupel/arrow.h"):
            self.assertTrue((self.tree / name).exists(), name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    arguments, rest = parser.parse_known_args()
    Installed.build = arguments.build
    unittest.main(argv=[sys.argv[0], *rest])
