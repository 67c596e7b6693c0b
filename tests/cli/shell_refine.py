"""`.refine`: questions about images, answered from a script or at the prompt."""
import json
import os

from program import ShellTest
from terminal import PlainTerminalTest

COUNT = 200
EACH = 8  # of so many images one is what the tag is for


def is_one(name):
    return int(name[1:]) % EACH == 0


class Tagged(ShellTest):
    """Two hundred images; every eighth lies near one direction."""

    def tagged(self):
        def vector(n):
            return [3.0 if n % EACH == 0 else 0.0, 1.0, (n * 37 % 11) / 10, (n * 53 % 13) / 10]
        self.write_lines("items.jsonl", [{"reference_id": f"i{n}", "image_location": f"img/{n}.png"}
                                         for n in range(COUNT)])
        self.write_lines("v.jsonl", [{"reference_id": f"i{n}", "embedding": vector(n)}
                                     for n in range(COUNT)])
        self.cupel("db", "-c", "IMPORT ITEMS FROM 'items.jsonl'; "
                   "IMPORT EMBEDDINGS FROM 'v.jsonl' AS v; "
                   "CREATE AUTOTAG \"my \"\"tag\"\"\" FROM (i0, i8) NOT (i1)")

    def rows(self, query):
        out = self.cupel("db", "--format", "jsonl", "-c", query).out
        return [json.loads(line) for line in out.splitlines()]

    def examples(self, side):
        rows = self.rows(f"SELECT reference_id WHERE autotag_training.image.{side} = 'my \"tag\"'")
        return {row["reference_id"] for row in rows}

    def suggested(self, count):
        return [row["reference_id"] for row in
                self.rows(f"SUGGEST FOR AUTOTAG 'my \"tag\"' LIMIT {count}")]


class Refine(Tagged):
    def test_answers_from_a_script_refine_the_tag(self):
        self.tagged()
        asked = self.suggested(4)
        answers = ["y", " N ", "skip", "yes"]
        run = self.cupel("db", text='.refine "my ""tag""" 4\n' + "\n".join(answers) +
                         "\nSELECT count() WHERE autotag.image = 'my \"tag\"';\n")
        self.assertEqual(self.examples("positive"), {"i0", "i8", asked[0], asked[3]})
        self.assertEqual(self.examples("negative"), {"i1", asked[1]})
        self.assertIn(f"1 of 4: {asked[0]} (score ", run.err)
        self.assertIn(f"\n  img/{asked[0][1:]}.png\n", run.err)
        self.assertIn("""autotag 'my "tag"': """, run.err)
        self.assertEqual(run.out.splitlines()[0], "count()")

    def test_it_stops_at_q_and_at_the_end(self):
        self.tagged()
        asked = self.suggested(2)
        self.cupel("db", text=".refine 'my \"tag\"'\ny\nq\nSELECT count();")
        self.assertEqual(self.examples("positive"), {"i0", "i8", asked[0]})
        asked = self.suggested(1)
        self.cupel("db", text=".refine 'my \"tag\"'\nn")
        self.assertEqual(self.examples("negative"), {"i1", asked[0]})
        run = self.cupel("db", text=".refine 'my \"tag\"'")
        self.assertIn("nothing was answered", run.err)

    def test_two_rounds_from_the_truth_find_most_and_nothing_else(self):
        self.tagged()
        for _ in range(2):
            script = ".refine 'my \"tag\"' 6\n" + "".join(
                "y\n" if is_one(name) else "n\n" for name in self.suggested(6))
            self.cupel("db", text=script)
        found = {row["reference_id"]
                 for row in self.rows("SELECT reference_id WHERE autotag.image = 'my \"tag\"'")}
        self.assertTrue(all(map(is_one, found)), found)
        self.assertGreaterEqual(len(found), 15)  # of 25

    def test_other_answers_are_asked_again(self):
        self.tagged()
        asked = self.suggested(1)
        run = self.cupel("db", text=".refine 'my \"tag\"' 1\nperhaps\n\ny\n")
        self.assertEqual(run.err.count("is it my \"tag\"? [y/n/s/q]"), 3)
        self.assertEqual(run.err.count("y: yes, n: no, s: skip, q: stop and learn"), 2)
        self.assertEqual(self.examples("positive"), {"i0", "i8", asked[0]})

    def test_mistakes_end_a_script(self):
        self.tagged()
        for line, error in ((".refine", ".refine takes the name of an autotag"),
                            (".refine 'my", ".refine takes the name of an autotag"),
                            (".refine rain x", ".refine takes the name of an autotag"),
                            (".refine rain", "there is no autotag 'rain'"),
                            (".foo", "there is no command .foo")):
            run = self.cupel("db", text=line + "\nSELECT count();\n", expect=1)
            self.assertIn(error, run.err)
            self.assertEqual(run.out, "")

    def test_echo_and_statements_around_it(self):
        self.tagged()
        run = self.cupel("db", "--echo", text="SELECT count();\n-- a remark\n"
                         ".refine 'my \"tag\"' 1\nq\nSELECT count();\n")
        self.assertEqual(run.out, "SELECT count();\ncount()\n200\n-- a remark\n"
                         ".refine 'my \"tag\"' 1\nSELECT count();\ncount()\n200\n")


class AtThePrompt(Tagged, PlainTerminalTest):
    def test_it_asks(self):
        self.tagged()
        asked = self.suggested(2)
        self.open("db")
        os.write(self.terminal, b".refine 'my \"tag\"' 2\n")
        self.assertIn(asked[0], self.read_to("[y/n/s/q] "))
        self.type("y\n", "[y/n/s/q] ")
        self.assertIn("autotag 'my \"tag\"': ", self.type("n\n"))
        self.assertIn("there is no command .x", self.type(".x\n"))
        self.leave()
        self.assertEqual(self.examples("positive"), {"i0", "i8", asked[0]})


# The tests of the class it builds on run where that one stands.
