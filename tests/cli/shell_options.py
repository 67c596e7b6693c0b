"""Arguments: what can be said, in which order it is done."""
import csv
import io
import json
import re

from program import ShellTest


class Help(ShellTest):
    def test_help_names_options_and_exit_codes(self):
        text = self.cupel("--help").out
        self.assertEqual(text, self.cupel("-h").out)
        for word in ["--command", "--file", "--format", "--rows", "--echo", "--read-only",
                     "--strict", "--threads", "--memory", "--version", "demo", "check", "salvage",
                     "table, csv, json, jsonl, markdown or chart", "Exit codes", "130"]:
            self.assertIn(word, text)

    def test_every_option_of_the_help_is_known_to_these_tests(self):
        known = {"--help", "--version", "--command", "--file", "--format", "--rows", "--echo",
                 "--read-only", "--strict", "--threads", "--memory", "--errors", "--color",
                 "--no-editor", "--no-history", "--safe"}
        # The first word of a line; the examples below mention some again.
        said = set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", self.cupel("--help").out, re.M))
        self.assertEqual(said, known)

    def test_help_of_the_subcommands(self):
        self.assertIn("--images", self.cupel("demo", "--help").out)
        self.assertIn("DIR", self.cupel("check", "--help").out)

    def test_version(self):
        self.assertRegex(self.cupel("--version").out,
                         r"^cupel \d+\.\d+\.\d+ \(storage format \d+\)\n$")

    def test_usage_errors_end_with_2_and_touch_nothing(self):
        for arguments in [[], ["db", "--nonsense"], ["db", "--format", "xml"],
                          ["db", "--format", "2"], ["db", "--rows", "many"],
                          ["db", "--threads", "-1"], ["db", "--memory", "lots"], ["db", "-c"],
                          ["db", "--errors", "xml"], ["db", "--color", "blue"],
                          ["db", "second", "third"], ["demo"], ["check"], ["salvage", "db"],
                          ["demo", "d", "--images", "3"]]:
            with self.subTest(arguments):
                run = self.cupel(*arguments, expect=2)
                self.assertEqual(run.out, "")
                self.assertNotEqual(run.err, "")
        self.assertEqual(list(self.place.iterdir()), [])


class Jobs(ShellTest):
    def test_commands_and_files_in_the_order_given(self):
        self.numbered(4)
        self.write("two.sql", "SELECT count() AS two; SELECT count() AS three;")
        run = self.cupel("db", "-c", "SELECT count() AS one", "-f", "two.sql",
                         "--command", "SELECT count() AS four;", "--file", "two.sql")
        self.assertEqual(run.out, "".join(f"{word}\n4\n" for word in
                                          ["one", "two", "three", "four", "two", "three"]))

    def test_standard_input(self):
        script = "-- a script\nSELECT count() AS a;\nSELECT count() AS b"
        self.assertEqual(self.cupel(":memory:", text=script).out, "a\n0\nb\n0\n")
        self.assertEqual(self.cupel(":memory:", "-c", "SELECT count() AS c", "-f", "-",
                                    text=script).out, "c\n0\na\n0\nb\n0\n")

    def test_empty_scripts(self):
        self.assertEqual(self.cupel(":memory:", text="").out, "")
        self.assertEqual(self.cupel(":memory:", "-c", " ; -- nothing\n ;").out, "")

    def test_files_that_cannot_be_read(self):
        for name in ["missing.sql", "."]:
            run = self.cupel(":memory:", "-f", name, expect=4)
            self.assertIn(f"cannot read '{name}'", run.err)

    def test_a_transaction_over_several_jobs(self):
        self.numbered(3)
        self.cupel("db", "-c", "BEGIN", "-c", "DELETE FROM items WHERE metadata.n = 0",
                   "-c", "COMMIT")
        self.assertEqual(self.cupel("db", "-c", "SELECT count() AS n").out, "n\n2\n")
        self.cupel("db", "-c", "BEGIN; DELETE FROM items WHERE metadata.n > 0")
        self.assertEqual(self.cupel("db", "-c", "SELECT count() AS n").out, "n\n2\n")


class Switches(ShellTest):
    def test_rows_of_a_table(self):
        self.numbered(50)

        def lines(*more):
            out = self.cupel("db", "--format", "table", *more, "-c", "SELECT reference_id").out
            return out.count("│ i"), out.splitlines()[-1].split(" (")[0]
        self.assertEqual(lines(), (40, "the first 40 of 50 items"))
        self.assertEqual(lines("--rows", "3"), (3, "the first 3 of 50 items"))
        self.assertEqual(lines("--rows", "50"), (50, "50 items"))
        self.assertEqual(lines("--rows", "0"), (50, "50 items"))
        csv_rows = self.cupel("db", "--rows", "3", "-c", "SELECT reference_id").out
        self.assertEqual(len(csv_rows.splitlines()), 51, "--rows is about tables only")

    def test_echo_prints_statements_with_the_comments_before_them(self):
        self.write("tour.sql", "-- A tour.\n\n-- How many?\nSELECT count() AS n; -- done\n"
                   "/* and */ SELECT count()\n  AS m;  SELECT count() AS k\n-- the end\n")
        self.assertEqual(self.cupel(":memory:", "--echo", "-f", "tour.sql").out,
                         "-- A tour.\n\n-- How many?\nSELECT count() AS n;\nn\n0\n"
                         "/* and */ SELECT count()\n  AS m;\nm\n0\n"
                         "SELECT count() AS k;\nk\n0\n")

    def test_echo_does_not_steer_a_terminal(self):
        run = self.cupel(":memory:", "--echo", "-c", "-- \x1b[31m\nSELECT count() AS n")
        self.assertEqual(run.out, "-- \\x1b[31m\nSELECT count() AS n;\nn\n0\n")

    def test_strict_makes_warnings_errors(self):
        self.numbered(1)
        lax = self.cupel("db", "-c", "annotations.car > 0")
        self.assertIn("warning: ", lax.err)
        strict = self.cupel("db", "--strict", "-c", "annotations.car > 0", expect=1)
        self.assertIn("error: ", strict.err)
        self.assertEqual(strict.out, "")

    def test_threads_and_memory_answer_the_same(self):
        self.numbered(500)
        query = ["-c", "SELECT metadata.n % 7 AS k, count() GROUP BY metadata.n % 7 ORDER BY k"]
        answer = self.cupel("db", *query).out
        self.assertEqual(len(answer.splitlines()), 8)
        for more in [["--threads", "1"], ["--threads", "4"], ["--memory", "64MB"],
                     ["--memory", "1GB"], ["--memory", "40000000"]]:
            self.assertEqual(self.cupel("db", *more, *query).out, answer, more)

    def test_memory_is_what_was_said(self):
        for said, meant in [("64MB", 64 << 20), ("1GB", 1 << 30), ("50000000", 50000000)]:
            rows = csv.reader(io.StringIO(
                self.cupel(":memory:", "--memory", said, "-c", "SHOW STATS").out))
            self.assertEqual(dict(rows)["memory_bytes"], str(meant))

    def test_formats_whatever_their_case(self):
        run = self.cupel(":memory:", "--format", "JSONL", "-c", "SELECT count() AS n")
        self.assertEqual(json.loads(run.out), {"n": 0})


class Demo(ShellTest):
    def test_the_same_seed_makes_the_same_bytes(self):
        said = self.cupel("demo", "a", "--images", "12", "--seed", "3")
        self.assertIn("a: 12 images", said.out)
        self.cupel("demo", "b", "--images", "12", "--seed", "3")
        self.cupel("demo", "c", "--images", "12", "--seed", "4")

        def bytes_of(name):
            return {str(path.relative_to(self.place / name)): path.read_bytes()
                    for path in sorted((self.place / name).rglob("*")) if path.is_file()}
        self.assertEqual(bytes_of("a"), bytes_of("b"))
        self.assertNotEqual(bytes_of("a")["items.jsonl"], bytes_of("c")["items.jsonl"])
        self.assertEqual(len(list((self.place / "a" / "images").iterdir())), 12)

    def test_made_again_it_leaves_nothing_of_the_larger_one(self):
        self.cupel("demo", "d", "--images", "15")
        self.cupel("demo", "d", "--images", "11")
        self.assertEqual(len(list((self.place / "d" / "images").iterdir())), 11)
        self.assertEqual(len((self.place / "d" / "items.jsonl").read_text().splitlines()), 11)

    def test_a_directory_of_something_else_is_refused(self):
        (self.place / "mine").mkdir()
        self.write("mine/thesis.txt", "years")
        run = self.cupel("demo", "mine", "--images", "10", expect=4)
        self.assertIn("mine is not empty", run.err)
        self.assertEqual([path.name for path in (self.place / "mine").iterdir()], ["thesis.txt"])

    def test_it_can_be_imported(self):
        self.cupel("demo", "d", "--images", "10")
        run = self.cupel("db", "--strict", "-c", "IMPORT ITEMS FROM 'd/items.jsonl'",
                         "-c", "IMPORT ANNOTATIONS FROM 'd/annotations.jsonl'",
                         "-c", "IMPORT PREDICTIONS FROM 'd/predictions.jsonl' AS RUN \"large\"",
                         "-c", "SELECT count() AS n")
        self.assertEqual(run.out, "n\n10\n")
