"""The prompt with editing of lines, on terminals of several widths."""
import re
import stat
import time

from program import LONGEST
from screen import KEYS, EditingTest


class Editing(EditingTest):
    def fill(self):
        self.cupel("demo", "demo", "--images", "60")
        self.cupel("db", "-c", "IMPORT ITEMS FROM 'demo/items.jsonl';"
                   "IMPORT ANNOTATIONS FROM 'demo/annotations.jsonl';"
                   "IMPORT PREDICTIONS FROM 'demo/predictions.jsonl' AS RUN large")

    def test_a_label_is_completed(self):
        self.fill()
        self.open("db")
        self.assertIn("annotations.pedestrian ", self.screen("annotations.ped\t", "pedestrian "))
        self.assertIn("SELECT", self.screen(KEYS["ctrl-u"] + "sel\t", "SELECT "))
        self.screen(KEYS["ctrl-c"])
        self.leave()

    def test_candidates_are_listed_with_counts(self):
        self.fill()
        self.open("db")
        shown = self.screen("annotations.\t", re.compile(r"dimensions.*\n.*cupel> annotations\.$", re.S))
        self.assertRegex(shown, r"car +\d+ annotations" if self.width > 60 else r"car")
        self.assertIn('"traffic light"', shown)
        for line in shown.split("\n"):
            self.assertLessEqual(len(line), self.width)
        self.screen(KEYS["ctrl-c"])
        shown = self.screen("metadata.weather = \t", re.compile(r"foggy.*\n.*weather = $", re.S))
        self.assertRegex(shown, r"foggy +\d+ items")
        self.screen(KEYS["ctrl-c"])
        self.leave()

    def test_commands_and_their_words_are_completed(self):
        self.fill()
        self.open("db")
        for typed, completed in ((".mod\t", ".mode "), ("mark\t", ".mode markdown "), (".tim\t", ".timer "),
                                 ("of\t", ".timer off "), (".help eva\t", ".help evaluate ")):
            if typed.startswith("."):
                self.screen(KEYS["ctrl-c"])
            self.screen(typed, completed)
        self.screen(KEYS["ctrl-c"])
        shown = self.screen(".o\t", re.compile(r"\.output.*\n.*cupel> \.o$", re.S))
        self.assertIn(".once", shown)
        self.screen(KEYS["ctrl-c"])
        self.leave()

    def test_the_line_under_a_table_tells_what_was_read(self):
        self.fill()
        self.open("db")
        shown = self.screen("annotations.count = 0;\n")
        self.assertRegex(shown, r"\d+ items? \(\d\.\d{3} s, 2 columns, (\d) of \1 chunks\)")
        self.screen(".timer off\n")
        self.assertRegex(self.screen("annotations.count = 0;\n"), r"\n\d+ items?\n")
        self.leave()

    def test_several_lines_and_what_is_open(self):
        self.numbered(3)
        self.open("db")
        self.screen("SELECT count() AS n FROM items WHERE (metadata.n > 0\n", "...(> ")
        shown = self.screen(") AND reference_id != 'i9\n", "...'> ")
        shown = self.screen("';\n")
        self.assertRegex(shown, r"│ +2 │")
        self.leave()

    def test_history_comes_back_in_the_next_shell(self):
        self.numbered(3)
        self.open("db")
        self.screen("SELECT count()\n", "...> ")
        self.screen("AS first;\n")
        self.screen("SELECT 7 AS second FROM items;\n")
        self.screen(" SELECT 8 AS hidden FROM items;\n")
        self.leave()
        kept = self.state / "cupel" / "history"
        self.assertEqual(stat.S_IMODE(kept.stat().st_mode), 0o600)
        self.assertEqual(kept.read_text(), "SELECT count()\\nAS first;\nSELECT 7 AS second FROM items;\n")
        with open(kept, "a") as other:  # of a shell beside it
            other.write("SELECT 9 AS other FROM items;\n")
        self.open("db")
        self.assertIn("other", self.screen(KEYS["up"], "items;"))
        self.screen(KEYS["ctrl-c"])
        self.assertIn("AS first;", self.screen(KEYS["ctrl-r"] + "first\x1b", re.compile("AS first;")))
        self.screen(KEYS["ctrl-c"])
        self.leave()
        self.assertIn("other", kept.read_text())

    def test_no_history(self):
        self.open(":memory:", "--no-history")
        self.screen("SELECT 1 FROM items;\n")
        self.leave()
        self.assertFalse(self.state.exists())

    def test_ctrl_c_clears_the_line_and_twice_leaves(self):
        self.open(":memory:")
        self.assertIn("nonsense ^C", self.screen("nonsense " + KEYS["ctrl-c"]))
        time.sleep(1.1)
        self.screen("SELECT (\n", "...(> ")
        self.screen(KEYS["ctrl-c"])
        self.screen(KEYS["ctrl-c"])
        self.press(KEYS["ctrl-c"])
        self.assertEqual(self.process.wait(timeout=LONGEST), 130)

    def test_ctrl_c_ends_a_long_statement_and_progress_is_shown(self):
        with open(self.place / "many.jsonl", "w") as lines:
            for n in range(1_000_000):
                lines.write('{"reference_id":"i%d","metadata":{"n":%d,"text":"number %d of many"}}\n' % (n, n, n))
        self.open("db")
        self.press("IMPORT ITEMS FROM 'many.jsonl';\n")
        shown = ""
        limit = time.monotonic() + LONGEST
        while "% import" not in shown:
            shown += self.read_some(limit).decode(errors="replace")
        line = r"\[[#-]{20}\] \d+% import [\d.]+ "
        self.assertRegex(shown, line + (r"MB of [\d.]+ MB, [\d.]+ MB/s, \d+ s left" if self.width > 60 else ""))
        begun = time.monotonic()
        shown = self.screen(KEYS["ctrl-c"], at_once=True)
        self.assertLess(time.monotonic() - begun, 5)
        self.assertIn("interrupted", shown)
        self.assertNotIn("% import", shown.split("interrupted")[1])
        self.assertRegex(self.screen("SELECT count() FROM items;\n"), r"│ +0 │")
        self.leave()

    def test_a_table_fits_the_window(self):
        self.fill()
        self.open("db")
        shown = self.screen("SELECT * FROM items LIMIT 3;\n")
        table = [line for line in shown.split("\n") if line[:1] in "┌│├└"]
        self.assertGreater(len(table), 5)
        for line in table:
            self.assertLessEqual(len(line), self.width)
        if self.width < 100:
            self.assertIn("…", shown)
            self.assertRegex(shown, r"\(\d+ of \d+ columns; \.mode csv shows all\)")
        self.leave()

    def test_a_chart(self):
        self.fill()
        self.open("db")
        self.screen("SELECT annotations.count AS boxes, count() AS images FROM items GROUP BY boxes "
                    "ORDER BY boxes;\n")
        shown = self.screen(".chart\n")
        bars = [line for line in shown.split("\n") if "█" in line]
        self.assertGreater(len(bars), 5)
        self.assertTrue(all(len(line) <= self.width for line in bars))
        self.leave()

    def test_a_tall_result_goes_to_the_pager(self):
        self.numbered(60)
        self.open("db", "--rows", "0", PAGER="sed s/^/PAGED/")
        self.assertIn("PAGED│ i59", self.screen("SELECT reference_id FROM items;\n"))
        self.assertNotIn("PAGED", self.screen("SELECT reference_id FROM items LIMIT 2;\n"))
        self.screen(".pager off\n")
        self.assertNotIn("PAGED", self.screen("SELECT reference_id FROM items;\n"))
        self.leave()

    def test_colour_is_for_terminals(self):
        self.open(":memory:")
        shown = self.raw("annotatons.count = 0;\n")
        self.assertIn(b"\x1b[1;31merror\x1b[0m:", shown)
        self.assertIn(b"\x1b[1;31m^^^^^^^^^^\x1b[0m", shown)
        self.leave()
        self.open(":memory:", NO_COLOR="1")
        shown = self.raw("annotatons.count = 0;\n")
        self.assertNotIn(b"\x1b[1;31m", shown)
        self.leave()


class Files(EditingTest):
    def test_files_are_completed(self):
        self.write("data.sql", "SELECT count() AS n;\n")
        self.write("it's here.csv", "")
        (self.place / "data" / "deep").mkdir(parents=True)
        self.write("data/items.jsonl", '{"reference_id":"a"}\n')
        self.write("data/.hidden", "")
        self.open(":memory:")
        self.screen("IMPORT ITEMS FROM 'data/i\t", "FROM 'data/items.jsonl' ")
        self.assertIn("1 item new", self.screen(";\n").replace("1 items", "1 item"))
        shown = self.screen("EXPORT FROM items TO 'dat\t\t", re.compile(r"'data/.*\n.*TO 'data$", re.S))
        self.assertIn("'data.sql'", shown)
        self.screen("/d\t", "TO 'data/deep/")
        self.screen(KEYS["ctrl-c"])
        self.screen("IMPORT ITEMS FROM it\t", "FROM 'it''s here.csv' ")
        self.screen(KEYS["ctrl-c"])
        self.screen(".rea\t", ".read ")
        self.screen("data.\t", ".read data.sql ")
        self.assertRegex(self.screen("\n"), r"│ +1 │")
        self.screen(".once it\t", ".once \"it's here.csv\" ")
        self.screen(KEYS["ctrl-c"])
        self.screen(".open d\t", ".open data/")
        self.screen("\t", ".open data/deep/")
        self.screen(KEYS["ctrl-c"])
        self.leave()

    def test_files_out_of_reach_are_not_told(self):
        (self.place / "safe").mkdir()
        self.write("secret.jsonl", "")
        self.write("safe/s.jsonl", "")
        (self.place / "safe" / "up").symlink_to("..")
        self.open(":memory:", "--safe", "safe")
        for typed in ("FROM items;\x15IMPORT ITEMS FROM 'sec\t", "IMPORT ITEMS FROM 'safe/up/\t", ".read sec\t"):
            self.press(typed)
            self.assertNotIn("secret", self.screen(KEYS["ctrl-c"]))
        self.screen("IMPORT ITEMS FROM 'safe/s\t", "FROM 'safe/s.jsonl' ")
        self.screen(KEYS["ctrl-c"])
        self.leave()


class Narrow(Editing):
    width = 40


class Wide(Editing):
    width = 200
