"""The interactive shell on a terminal that can nothing, driven through a pseudo-terminal."""
import signal

from program import LONGEST
from terminal import PlainTerminalTest


class Prompt(PlainTerminalTest):
    def test_a_statement_over_several_lines_is_a_table(self):
        self.numbered(3)
        self.assertIn("Ctrl-D", self.open("db"))
        self.type("SELECT reference_id, metadata.n AS n\n", end="  ...> ")
        shown = self.type("WHERE metadata.n > 1;\n")
        self.assertIn("│ i2           │ 2 │", shown)
        self.assertIn("1 item (", shown)
        self.leave()

    def test_an_error_does_not_end_it(self):
        self.open(":memory:")
        shown = self.type("annotations.count bad;\n")
        self.assertIn("error: ", shown)
        self.assertIn("^^^", shown)
        self.assertIn("│       0 │", self.type("SELECT count();\n"))
        self.leave()

    def test_several_statements_on_a_line_stop_at_an_error(self):
        self.open(":memory:")
        shown = self.type("SELECT count() AS first; COMMIT; SELECT count() AS third;\n")
        answer = shown.split("\n", 1)[1]
        self.assertIn("first", answer)
        self.assertIn("error: ", answer)
        self.assertNotIn("third", answer)
        self.leave()

    def test_empty_lines_and_comments(self):
        self.open(":memory:")
        self.assertEqual(self.type("\n"), "\ncupel> ")
        self.assertEqual(self.type("-- nothing\n"), "-- nothing\ncupel> ")
        self.leave()

    def test_ctrl_d_rolls_back(self):
        self.numbered(3)
        self.open("db")
        self.type("BEGIN;\n")
        self.assertIn("3 items deleted", self.type("DELETE FROM items WHERE metadata.n >= 0;\n"))
        self.leave()
        self.assertEqual(self.cupel("db", "-c", "SELECT count() AS n").out, "n\n3\n")

    def test_ctrl_c_at_the_prompt_takes_the_line_back(self):
        self.open(":memory:")
        self.press("nonsense \x03")
        self.read_to("^C")
        self.assertIn("│       0 │", self.type("SELECT count();\n"))
        self.leave()

    def test_a_hang_up_ends_it(self):
        self.open(":memory:")
        self.process.send_signal(signal.SIGHUP)
        self.assertEqual(self.process.wait(timeout=LONGEST), -signal.SIGHUP)

    def test_another_format_at_the_prompt(self):
        self.open(":memory:", "--format", "jsonl")
        self.assertIn('{"count()":0}', self.type("SELECT count();\n"))
        self.leave()
