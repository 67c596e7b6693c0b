"""Answers in every format."""
import csv
import io
import json

from program import ShellTest

ODD = 'a "quoted", line\nand | more\ttab'
ITEMS = [
    {"reference_id": "plain", "width": 640, "metadata": {"city": "Bonn", "n": 1, "v": 1.5}},
    {"reference_id": "größe 漢字.png", "metadata": {"city": ODD, "n": 2, "night": True}},
    {"reference_id": "steer\x1b[31m\x07\x7f", "metadata": {"city": "\x1b]0;title\x07", "n": 3}},
    {"reference_id": "empty", "metadata": {"city": "", "n": 4, "big": 9007199254740993}},
]
FORMATS = ["table", "csv", "json", "jsonl", "markdown"]


class Answers(ShellTest):
    def setUp(self):
        super().setUp()
        self.import_items(ITEMS)

    def ask(self, form, query, expect=0):
        return self.cupel("db", "--format", form, "-c", query, expect=expect).out

    def csv_rows(self, query):
        return list(csv.reader(io.StringIO(self.ask("csv", query), newline="")))

    def test_in_a_pipe_it_is_csv_with_a_header(self):
        query = "SELECT reference_id, width, metadata.n"
        run = self.cupel("db", "-c", query)
        self.assertEqual(run.out, self.ask("csv", query))
        self.assertEqual(run.out.splitlines()[:2], ["reference_id,width,metadata.n", "plain,640,1"])
        self.assertEqual(run.err, "")

    def test_csv_parses(self):
        rows = self.csv_rows("SELECT reference_id, metadata.city, metadata.n, width, metadata.night")
        self.assertEqual(rows[0], ["reference_id", "metadata.city", "metadata.n", "width",
                                   "metadata.night"])
        self.assertEqual(rows[1], ["plain", "Bonn", "1", "640", ""])
        self.assertEqual(rows[2], ["größe 漢字.png", ODD, "2", "", "true"])
        self.assertEqual(rows[4][:2], ["empty", ""])

    def test_csv_tells_missing_from_empty(self):
        self.assertEqual(self.ask("csv", "SELECT metadata.city, width WHERE metadata.n = 4"),
                         'metadata.city,width\n"",\n')

    def test_csv_shows_control_characters(self):
        rows = self.csv_rows("SELECT reference_id, metadata.city WHERE metadata.n = 3")
        self.assertEqual(rows[1], ["steer\\x1b[31m\\x07\\x7f", "\\x1b]0;title\\x07"])

    def test_json_parses_to_the_values(self):
        rows = json.loads(self.ask("json", "SELECT reference_id, metadata.city AS city, width, "
                                           "metadata.v, metadata.night, metadata.big"))
        self.assertEqual([row["reference_id"] for row in rows],
                         [item["reference_id"] for item in ITEMS])
        self.assertEqual([row["city"] for row in rows],
                         [item["metadata"]["city"] for item in ITEMS])
        self.assertEqual(rows[0]["metadata.v"], 1.5)
        self.assertEqual(rows[0]["width"], 640)
        self.assertIsNone(rows[1]["width"])
        self.assertIs(rows[1]["metadata.night"], True)
        self.assertEqual(rows[3]["metadata.big"], 9007199254740993)

    def test_whole_rows_are_what_was_imported(self):
        self.assertEqual(json.loads(self.ask("json", "metadata.n > 0")), ITEMS)
        lines = self.ask("jsonl", "metadata.n > 0").splitlines()
        self.assertEqual([json.loads(line) for line in lines], ITEMS)

    def test_groups(self):
        query = "SELECT bucket(metadata.n, 3) AS b, count() AS n GROUP BY bucket(metadata.n, 3)"
        expected = json.loads(self.ask("json", query))
        self.assertEqual([(row["b"], row["n"]) for row in expected], [(0, 2), (3, 2)])
        lines = self.ask("jsonl", query).splitlines()
        self.assertEqual([json.loads(line) for line in lines], expected)
        self.assertEqual(len(self.csv_rows(query)), len(expected) + 1)
        self.assertIn(f"{len(expected)} groups (", self.ask("table", query))

    def test_empty_answers(self):
        for query in ["metadata.n = 99", "SELECT width, reference_id WHERE metadata.n = 99"]:
            self.assertEqual(json.loads(self.ask("json", query)), [])
            self.assertEqual(self.ask("jsonl", query), "")
            self.assertEqual(len(self.csv_rows(query)), 1)
            self.assertEqual(len(self.ask("markdown", query).splitlines()), 2)
            self.assertIn("0 items (", self.ask("table", query))

    def test_statements_with_rows_that_are_no_queries(self):
        for form in FORMATS:
            with self.subTest(form):
                self.assertIn("storage_format", self.ask(form, "SHOW STATS"))
                self.assertIn("items", self.ask(form, "EXPLAIN metadata.n > 1"))
        names = {row["name"] for row in json.loads(self.ask("json", "SHOW STATS"))}
        self.assertIn("items", names)

    def test_sentences_go_beside_the_rows(self):
        sentence = "static slice '{}' created: 1 item\n"
        for form in FORMATS:
            with self.subTest(form):
                run = self.cupel("db", "--format", form, "-c",
                                 f"CREATE SLICE {form} AS metadata.n = 1")
                shown, silent = (run.out, run.err) if form == "table" else (run.err, run.out)
                self.assertEqual(shown, sentence.format(form))
                self.assertEqual(silent, "")

    def test_table(self):
        text = self.ask("table", "SELECT reference_id, metadata.n AS n, width WHERE metadata.n < 3")
        lines = text.splitlines()
        self.assertEqual(lines[:6], [
            "┌────────────────┬───┬───────┐",
            "│ reference_id   │ n │ width │",
            "├────────────────┼───┼───────┤",
            "│ plain          │ 1 │   640 │",
            "│ größe 漢字.png │ 2 │       │",
            "└────────────────┴───┴───────┘"])
        self.assertRegex(lines[6], r"^2 items \(\d+\.\d{3} s\)$")

    def test_tables_show_control_characters_and_cut_long_cells(self):
        text = self.ask("table", "SELECT reference_id, metadata.city WHERE metadata.n = 3")
        self.assertIn("steer\\x1b[31m\\x07\\x7f", text)
        self.import_items([{"reference_id": "long", "metadata": {"words": "漢" * 200, "n": 7}}])
        lines = self.ask("table", "SELECT metadata.words WHERE metadata.n = 7").splitlines()
        self.assertIn("漢…", lines[3])
        self.assertLessEqual(lines[3].count("漢"), 30)

    def test_markdown(self):
        lines = self.ask("markdown", "SELECT reference_id, metadata.n AS n, metadata.city AS city "
                                     "WHERE metadata.n < 3").splitlines()
        self.assertEqual(lines[0], "| reference_id | n | city |")
        self.assertEqual(lines[1], "| --- | ---: | --- |")
        self.assertEqual(lines[2], "| plain | 1 | Bonn |")
        self.assertEqual(lines[3],
                         '| größe 漢字.png | 2 | a "quoted", line<br>and \\| more\ttab |')

    def test_nothing_steers_a_terminal(self):
        """program.Run refuses escape bytes in any output; here they come from everywhere."""
        self.import_items([{"reference_id": "\x1bc", "metadata": {"style": "\x1b[1m", "n": 8}}])
        geometry = {"x": 1, "y": 2, "width": 3, "height": 4}
        self.write_lines("boxes.jsonl", [{
            "reference_id": "\x1bc", "label": "red", "annotation_id": "a", "geometry": geometry,
            "metadata": {"style": "\x1b[7m"}}])
        self.cupel("db", "-c", "IMPORT ANNOTATIONS FROM 'boxes.jsonl'")
        self.write_lines("bad.jsonl", [{"reference_id": "\x1b[5mnobody", "label": "x",
                                        "geometry": geometry}])
        self.write_lines("label.jsonl", [{"reference_id": "empty", "label": "\x1b[5m",
                                          "geometry": geometry}])
        for form in FORMATS:
            for query in ["metadata.n = 8", "FROM annotations", "SHOW FIELDS",
                          "FROM annotations WHERE metadata.style != x",
                          "SELECT metadata.style, count() FROM annotations GROUP BY metadata.style",
                          "CREATE SLICE \"" + form + "\" AS metadata.n = 8", "SHOW SLICES"]:
                with self.subTest(form=form, query=query):
                    self.ask(form, query)
            for query in ["IMPORT ANNOTATIONS FROM 'bad.jsonl'",
                          "IMPORT ANNOTATIONS FROM 'label.jsonl'", "metadata.n = '\x1b[31m'",
                          "SELECT width AS \"\x1b[0m\"", "IMPORT ITEMS FROM '\x1b[31m'",
                          "annotations.\"\x1b[31m\" > 0"]:
                with self.subTest(form=form, query=query):
                    self.ask(form, query, expect=1)

    def test_an_export_keeps_every_byte(self):
        self.cupel("db", "-c", "EXPORT SELECT reference_id, metadata.city TO 'all.csv'")
        with open(self.place / "all.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        self.assertEqual([row[1] for row in rows[1:]], [item["metadata"]["city"] for item in ITEMS])
