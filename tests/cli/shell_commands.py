"""The commands that begin with a point, in scripts; machine-readable errors; `_`."""
import json
import subprocess

import program
from program import ShellTest

GROUPS = "SELECT metadata.n % 2 AS odd, count() AS items FROM items GROUP BY odd ORDER BY odd"


class Commands(ShellTest):
    def setUp(self):
        super().setUp()
        self.numbered(5)

    def script(self, *lines, expect=0, arguments=()):
        return self.cupel("db", *arguments, text="\n".join(lines) + "\n", expect=expect)

    def test_help_lists_every_command_and_tells_of_each(self):
        text = self.script(".help").out
        names = [line.split()[0] for line in text.splitlines() if line.startswith(".")]
        self.assertGreater(len(names), 15)
        self.assertEqual(names, sorted(names))
        for name in names:
            self.assertTrue(self.script(f".help {name}").out.startswith(name))
            self.assertTrue(self.script(f".help {name[1:]}").out.strip())
        topics = text.split("tells of:")[1].split("\n")[0].split()
        self.assertIn("export", topics)
        for topic in topics:
            self.assertGreater(len(self.script(f".help {topic}").out), 20)
        self.assertIn("no help on 'nonsense'", self.script(".help nonsense", expect=1).err)

    def test_a_misspelt_command_is_told(self):
        run = self.script(".lables", expect=1)
        self.assertIn("there is no command .lables", run.err)
        self.assertIn("did you mean .labels?", run.err)

    def test_mode(self):
        run = self.script(".mode jsonl", GROUPS + ";", ".mode markdown", GROUPS + ";", ".mode auto", GROUPS + ";")
        self.assertEqual(run.out, '{"odd":0,"items":3}\n{"odd":1,"items":2}\n'
                         "| odd | items |\n| ---: | ---: |\n| 0 | 3 |\n| 1 | 2 |\nodd,items\n0,3\n1,2\n")
        self.assertIn("there is no mode 'xml'; say table", self.script(".mode xml", expect=1).err)

    def test_once_and_output(self):
        run = self.script(".once a.jsonl", GROUPS + ";", GROUPS + ";", ".output 'b c.csv'", GROUPS + ";",
                          GROUPS + ";", ".output", "SELECT count() AS n;")
        self.assertEqual((self.place / "a.jsonl").read_text(), '{"odd":0,"items":3}\n{"odd":1,"items":2}\n')
        self.assertEqual((self.place / "b c.csv").read_text(), "odd,items\n0,3\n1,2\n" * 2)
        self.assertEqual(run.out, "odd,items\n0,3\n1,2\nn\n5\n")
        self.assertIn("cannot write no/such/a.csv", self.script(".once no/such/a.csv", expect=4).err)
        self.assertIn(".once needs the name of a file", self.script(".once", expect=1).err)

    def test_last_and_chart(self):
        run = self.script(GROUPS + ";", ".last", ".chart", ".last")
        table = "odd,items\n0,3\n1,2\n"
        self.assertTrue(run.out.startswith(table * 2 + "  0"), run.out)
        self.assertRegex(run.out, r"\n  0 +3 \S+\n  1 +2 \S+\n2 groups")
        self.assertTrue(run.out.endswith(table), run.out)
        self.assertIn("no last query", self.script(".last", expect=1).err)

    def test_rows_and_timer(self):
        shown = self.script(".rows 2", ".timer off", "SELECT reference_id FROM items;",
                            arguments=("--format", "table")).out
        self.assertIn("i1", shown)
        self.assertNotIn("i2", shown)
        self.assertTrue(shown.endswith("the first 2 of 5 items\n"), shown)
        self.assertIn(".rows needs a number", self.script(".rows many", expect=1).err)
        self.assertIn("say .timer on or .timer off", self.script(".timer", expect=1).err)

    def test_read_open_and_quit(self):
        self.write("more.sql", "SELECT count() AS n;\n.mode jsonl\n")
        self.cupel("other", "-c", "SELECT count()")
        run = self.script(".read more.sql", "SELECT count() AS n;", ".open other", "SELECT count() AS n;", ".quit")
        self.assertEqual(run.out, 'n\n5\n{"n":5}\n{"n":0}\n')
        self.write("round.sql", ".read round.sql\n")
        self.assertIn("does a file read itself?", self.script(".read round.sql", expect=5).err)
        self.assertIn("cannot read 'none.sql'", self.script(".read none.sql", expect=4).err)

    def test_lists(self):
        self.cupel("db", "-c", "CREATE SLICE s AS metadata.n > 2")
        self.assertIn("s,static,items,2", self.script(".slices").out)
        self.assertIn("metadata.n", self.script(".fields").out)
        self.assertIn("| items | metadata.n | int64 | 5 | 0 |", self.script(".fields n").out)
        for command in (".labels", ".runs", ".tags"):
            self.assertEqual(len(self.script(command).out.splitlines()), 1)  # the header
        self.assertIn("rows      40", self.script(".show").out)

    def test_the_last_query_has_a_name(self):
        run = self.script("metadata.n > 2;", "CREATE SLICE s FROM _;", "SELECT count() AS n WHERE slice = s;",
                          "SELECT reference_id FROM items WHERE reference_id != '_' AND metadata.n < 2;",
                          "EXPORT _ TO 'x.csv';", "INSERT INTO SLICE s _;", "-- not _ here",
                          "SELECT count() AS n WHERE slice = s;")
        self.assertIn("static slice 's' created: 2 items", run.err)
        self.assertIn("n\n2\n", run.out)
        self.assertTrue(run.out.endswith("n\n4\n"), run.out)
        self.assertEqual((self.place / "x.csv").read_text(), "reference_id\ni0\ni1\n")
        run = self.script("EXPLAIN _;", expect=1)
        self.assertIn("there is no last query that _ could stand for", run.err)
        self.assertIn("  | EXPLAIN _\n  |         ^\n", run.err)

    def test_errors_as_json(self):
        run = self.cupel("db", "--errors", "json", "-c",
                         "metadata.m = 1;\nSELECT 'ä', metadata.n\nFRM items", expect=1)
        warning, error = map(json.loads, run.err.splitlines())
        self.assertEqual(warning["kind"], "warning")
        self.assertIn("no item has metadata field", warning["message"])
        self.assertEqual((error["kind"], error["code"], error["line"]), ("error", "syntax", 2))
        self.assertEqual(error["column"], 1)
        run = self.cupel("db", "--errors", "json", "-c", "IMPORT ITEMS FROM 'none'", expect=4)
        self.assertEqual(json.loads(run.err)["code"], "io")
        self.assertNotIn("line", json.loads(run.err))

    def test_colour_when_asked_for(self):
        for when, colored in (("always", True), ("auto", False), ("never", False)):
            done = subprocess.run([program.CUPEL, ":memory:", "--color", when, "-c", "x = 1"],
                                  capture_output=True, check=False)
            self.assertEqual(b"\x1b[1;31merror\x1b[0m: " in done.stderr, colored)
