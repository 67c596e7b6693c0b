"""--safe: statements, commands and keys reach nothing outside a directory, and run no program."""
import os
import time

from program import LONGEST, ShellTest
from screen import KEYS, EditingTest


class Safe(ShellTest):
    def setUp(self):
        super().setUp()
        self.home = self.place / "safe"
        self.home.mkdir()
        for folder in (self.place, self.home):
            (folder / "items.jsonl").write_text('{"reference_id":"a"}\n')
            (folder / "script.sql").write_text("SELECT count() AS n;\n")
        (self.home / "out").symlink_to("../elsewhere.csv")
        (self.home / "up").symlink_to("..")
        (self.home / "secret.sql").symlink_to("/etc/passwd")

    def safe(self, *lines, expect=0):
        return self.cupel(":memory:", "--safe", "safe", text="\n".join(lines) + "\n", expect=expect)

    def test_inside_everything_goes(self):
        run = self.safe("IMPORT ITEMS FROM 'safe/items.jsonl';", ".read safe/script.sql", ".once safe/x.csv",
                        "FROM items;", "EXPORT FROM items TO 'safe/y.csv';", ".output safe/z.csv", "FROM items;")
        self.assertIn("n\n1\n", run.out)
        for name in "xyz":
            self.assertEqual((self.home / f"{name}.csv").read_text(), "reference_id\na\n", name)

    def test_outside_nothing_does(self):
        for line, named in (("IMPORT ITEMS FROM 'items.jsonl';", "items.jsonl"),
                            ("EXPORT FROM items TO 'x.csv';", "x.csv"),
                            ("EXPORT FROM items TO 'safe/up/x.csv';", "safe/up/x.csv"),
                            ("EXPORT FROM items TO 'safe/out' FORMAT csv;", "safe/out"),
                            ("IMPORT ITEMS FROM '/dev/stdin' FORMAT jsonl;", "/dev/stdin"),
                            (".read script.sql", "script.sql"), (".read safe/../script.sql", "safe/../script.sql"),
                            (".read safe/secret.sql", "safe/secret.sql"), (".read /etc/passwd", "/etc/passwd"),
                            (".read -", "-"),
                            (".once x.csv", "x.csv"), (".once safe/out", "safe/out"),
                            (".once safe/up/x.csv", "safe/up/x.csv"), (".once /dev/stdout", "/dev/stdout"),
                            (".output x.csv", "x.csv"), (".output safe/out", "safe/out"),
                            (".open other", "other"), (".open safe/up/other", "safe/up/other")):
            run = self.safe(line, expect=4)
            self.assertIn(f"error: '{named}' leads to ", run.err, line)
            self.assertIn(f"only files in {self.home} may be read and written", run.err)
            if not line.startswith("."):
                self.assertIn("\n  | " + line[:20], run.err)
        self.assertEqual(sorted(path.name for path in self.place.iterdir()), ["items.jsonl", "safe", "script.sql"])

    def test_what_the_command_line_names_is_the_callers(self):
        run = self.cupel("db", "--safe", "safe", "-f", "script.sql")
        self.assertEqual(run.out, "n\n0\n")
        self.assertTrue((self.place / "db").is_dir())

    def test_the_directory_must_be_there(self):
        for name in ("none", "items.jsonl", ""):
            run = self.cupel(":memory:", "--safe", name, "-c", "SELECT count()", expect=3)
            self.assertIn(f"files are to stay within '{name}', which is no directory", run.err)


class SafePrompt(EditingTest):
    """A program that a key, a variable or ~/.editrc would run leaves a file behind."""

    def setUp(self):
        super().setUp()
        tools = self.place / "tools"
        tools.mkdir()
        self.trace = self.place / "it-ran"
        for name in ("vi", "less", "mypager"):
            (tools / name).write_text(f"#!/bin/bash\ntouch '{self.trace}'\n")
            (tools / name).chmod(0o755)
        (self.place / ".editrc").write_text("bind ^G vi-histedit\n")
        self.around = {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(self.place),
                       "PAGER": str(tools / "mypager"), "EDITRC": str(self.place / ".editrc")}
        self.numbered(60)
        (self.place / "safe").mkdir()

    def open_tall(self, *arguments):
        self.open("db", "--rows", "0", *arguments, **self.around)
        self.screen("SELECT reference_id FROM items;\n")

    def test_nothing_runs(self):
        self.open_tall("--safe", "safe")
        for keys in ("\x07", "\x1bv"):
            self.press(keys)
        for keys in ("\x1bxbind -v\n", "\x1bXbind -v\n"):  # commands of the editor
            self.screen(keys, "...> ")
            self.screen("\x1bv" + KEYS["ctrl-c"])
        self.assertIn(" 77 │", self.screen("SELECT 77 AS done FROM items LIMIT 1;\n"))
        self.assertFalse(self.trace.exists())

    def test_without_it_they_do(self):
        self.open_tall()
        self.assertTrue(self.trace.exists())
        self.trace.unlink()
        self.press("\x07")
        limit = time.monotonic() + LONGEST
        while not self.trace.exists() and time.monotonic() < limit:
            time.sleep(0.01)
        self.assertTrue(self.trace.exists())
