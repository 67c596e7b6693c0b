"""Round trips through labeling, with imitated tools that answer from a list of truths."""
import collections
import csv
import io
import json
import random
import shutil

import labeling_tools
from labeling_tools import NONE
from program import ShellTest

LABELS = ["bird", "cat", "dog"]
ITEMS = 60
SEND = "SEND SLICE suspects TO LABELING '{}' PROJECT {} BATCH 10 CALIBRATION 6 SEED 3 FORMAT {}"


class Suspects(ShellTest):
    """Items with labels of which some are wrong, and a slice of those to ask about."""

    def setUp(self):
        super().setUp()
        chance = random.Random(1)
        self.truth = {f"i{n:02}": chance.choice(LABELS) for n in range(ITEMS)}
        self.given = {name: LABELS[(LABELS.index(label) + 1) % 3] if n % 3 == 0 else label
                      for n, (name, label) in enumerate(self.truth.items())}
        self.suspects = [f"i{n:02}" for n in range(ITEMS) if n % 3 == 0 or n % 5 == 0]
        self.import_items([{"reference_id": name, "image_location": f"img/{name}.png",
                            "metadata": {"mislabel_score": 0.5 + n / 1000
                                         if name in self.suspects else 0.0}}
                           for n, name in enumerate(self.truth)])
        annotations = self.write_lines("annotations.jsonl", [
            {"reference_id": name, "label": label, "type": "category", "taxonomy": "animal",
             "metadata": {"potential_mislabel": int(name in self.suspects)}}
            for name, label in self.given.items()])
        self.run_all(f"IMPORT ANNOTATIONS FROM '{annotations}'",
                     "CREATE SLICE suspects AS metadata.mislabel_score > 0")

    def run_all(self, *statements, database="db", expect=0):
        return self.cupel(database, "-c", ";\n".join(statements), expect=expect)

    def rows(self, query, database="db"):
        out = self.cupel(database, "--format", "csv", "-c", query).out
        return list(csv.DictReader(io.StringIO(out, newline="")))

    def labels(self):
        return {row["reference_id"]: row["label"]
                for row in self.rows("SELECT reference_id, annotations.animal AS label")}

    def answer(self, tool, directory, answers_of):
        name, text = labeling_tools.TOOLS[tool](self.place / directory, answers_of)
        return self.write(name, text)

    def decided(self):
        """The items whose answers agree on a label."""
        return [name for name in self.suspects if int(name[1:]) % 4 in (0, 1)]


class RoundTrips(Suspects):
    def said(self, task):
        """Three workers: all right, one wrong, no two alike, or none of these, by the item."""
        name = task["reference_id"]
        right = self.truth[name]
        others = [label for label in LABELS if label != right]
        kind = int(name[1:]) % 4
        said = {0: [right] * 3, 1: [right, right, others[0]], 2: [right, *others],
                3: [NONE, NONE, right]}[kind]
        return [(f"w{n}", False, label) for n, label in enumerate(said)]

    def check_applied(self):
        labels = self.labels()
        for name in self.truth:
            wanted = self.truth if name in self.decided() else self.given
            self.assertEqual(labels[name], wanted[name], name)
        counts = collections.Counter(labels.values())
        for label in LABELS:
            found = self.rows(f"SELECT count() AS n WHERE annotations.category.{label} = 1")
            self.assertEqual(int(found[0]["n"]), counts[label])
        kept = self.rows("SELECT item.reference_id AS name, metadata.given_label AS given FROM "
                         "annotations WHERE metadata.given_label IS NOT MISSING")
        self.assertEqual({row["name"]: row["given"] for row in kept},
                         {name: self.given[name] for name in self.decided()
                          if self.given[name] != self.truth[name]})
        left = self.rows("SELECT reference_id WHERE metadata.mislabel_score > 0")
        self.assertEqual({row["reference_id"] for row in left},
                         set(self.suspects) - set(self.decided()))

    def whole_trip(self, tool):
        self.run_all(SEND.format("tasks", "pets", tool))
        pending = self.rows('SELECT reference_id WHERE scale_metadata.task_status = "pending"')
        self.assertEqual([row["reference_id"] for row in pending], self.suspects)
        file = self.answer(tool, "tasks", self.said)
        first = self.run_all(f"IMPORT LABELING RESULTS FROM '{file}'")
        self.assertIn(f"{3 * len(self.suspects)} answers new", first.out + first.err)
        told = self.rows("SELECT * WHERE labeling.project = pets")
        again = self.run_all(f"IMPORT LABELING RESULTS FROM '{file}'")
        self.assertIn(f"0 answers new, {3 * len(self.suspects)} known already",
                      again.out + again.err)
        self.assertEqual(self.rows("SELECT * WHERE labeling.project = pets"), told)
        audit = self.rows('AUDIT PROJECT "pets"')
        workers = [row for row in audit if row["kind"] == "worker"]
        self.assertEqual([int(row["count"]) for row in workers], [len(self.suspects)] * 3)
        run = self.run_all('APPLY LABELING RESULTS OF PROJECT "pets"')
        wrong = sum(self.given[name] != self.truth[name] for name in self.decided())
        self.assertIn(f"{wrong} relabeled, {len(self.decided()) - wrong} confirmed, 0 conflicts",
                      run.out + run.err)
        self.check_applied()

    def test_jsonl(self):
        self.whole_trip("jsonl")

    def test_label_studio(self):
        self.whole_trip("label_studio")

    def test_scale(self):
        self.whole_trip("scale")

    def test_reviewers_outrank_workers(self):
        for tool in labeling_tools.TOOLS:
            with self.subTest(tool):
                self.run_all(SEND.format(tool, tool, tool))

                def said(task):
                    right = self.truth[task["reference_id"]]
                    wrong = LABELS[(LABELS.index(right) + 1) % 3]
                    return [("a", False, wrong), ("b", False, wrong), ("rita", True, right)]
                file = self.answer(tool, tool, said)
                self.run_all(f"IMPORT LABELING RESULTS FROM '{file}' OF PROJECT {tool}")
                told = self.rows("SELECT reference_id, labeling.consensus AS said WHERE "
                                 f"labeling.project = {tool}")
                self.assertEqual({row["reference_id"]: row["said"] for row in told},
                                 {name: self.truth[name] for name in self.suspects})

    def test_conflicts_are_rows_and_nothing_is_overwritten(self):
        self.run_all(SEND.format("tasks", "pets", "jsonl"))
        file = self.answer("jsonl", "tasks", self.said)
        changed, erased, gone = self.decided()[:3]
        self.run_all(f"IMPORT LABELING RESULTS FROM '{file}'",
                     f"UPDATE annotations SET label = fish WHERE item.reference_id = {changed}",
                     f"DELETE FROM annotations WHERE item.reference_id = {erased}",
                     f"DELETE FROM items WHERE reference_id = {gone}")
        run = self.run_all('APPLY LABELING RESULTS OF PROJECT "pets"')
        for name, why in ((changed, "the label was changed to 'fish'"),
                          (erased, "the annotation was deleted"), (gone, "the item was deleted")):
            self.assertIn(name, run.out)
            self.assertIn(f"{why} since it was sent", run.out)
        self.assertIn("3 conflicts", run.out + run.err)
        labels = self.labels()
        self.assertEqual(labels[changed], "fish")
        self.assertEqual(labels[erased], "")
        self.assertNotIn(gone, labels)
        self.assertEqual(self.cupel("check", "db").code, 0)

    def test_weighted_trusts_the_careful(self):
        self.run_all(SEND.format("tasks", "pets", "jsonl"))
        chance = random.Random(2)

        def said(task):
            right = self.truth[task["reference_id"]]
            careless = [chance.choice(LABELS) for _ in range(3)]
            return [("a", False, right), ("b", False, right),
                    *[(f"c{n}", False, label) for n, label in enumerate(careless)]]
        file = self.answer("jsonl", "tasks", said)
        self.run_all(f"IMPORT LABELING RESULTS FROM '{file}'")
        plain = self.rows("SELECT reference_id, labeling.consensus AS said WHERE "
                          "labeling.project = pets")
        missed = [row for row in plain if row["said"] != self.truth[row["reference_id"]]]
        self.assertTrue(missed, "the careless never win, so that weighing shows nothing")
        self.run_all('APPLY LABELING RESULTS OF PROJECT "pets" WEIGHTED')
        labels = self.labels()
        self.assertEqual({name: labels[name] for name in self.suspects},
                         {name: self.truth[name] for name in self.suspects})

    def test_two_projects_are_compared(self):
        for project, shift in (("one", 0), ("two", 1)):
            self.run_all(SEND.format(project, project, "jsonl") + " AGAIN")

            def said(task, shift=shift):
                name = task["reference_id"]
                right = LABELS.index(self.truth[name])
                return [("a", False, LABELS[(right + shift * (int(name[1:]) % 2)) % 3])]
            file = self.answer("jsonl", project, said)
            self.run_all(f"IMPORT LABELING RESULTS FROM '{file}'")
        run = self.run_all("COMPARE LABELS OF PROJECT one AND two")
        alike = sum(int(name[1:]) % 2 == 0 for name in self.suspects)
        self.assertIn(f"{alike} of {len(self.suspects)} agree", run.out + run.err)
        projects = {row["project"]: row for row in self.rows("SHOW PROJECTS")}
        self.assertEqual(projects["one"]["completed"], str(len(self.suspects)))


class Sendings(Suspects):
    """The files of a sending: all or nothing, and nobody's work is overwritten."""

    def names(self):
        return {path.name for path in self.place.iterdir()}

    def test_files_are_those_of_the_manifest(self):
        self.run_all(SEND.format("tasks", "pets", "jsonl"))
        manifest = json.loads((self.place / "tasks/manifest.json").read_text(encoding="utf-8"))
        self.assertEqual(manifest["tasks"], len(self.suspects))
        self.assertEqual({entry["file"] for entry in manifest["files"]} | {"manifest.json"},
                         {path.name for path in (self.place / "tasks").iterdir()})

    def test_same_state_and_seed_give_same_tasks(self):
        shutil.copytree(self.place / "db", self.place / "twin")
        self.run_all(SEND.format("tasks", "pets", "jsonl"))
        self.run_all(SEND.format("others", "pets", "jsonl"), database="twin")
        for path in (self.place / "tasks").glob("batch-*"):
            self.assertEqual(path.read_bytes(), (self.place / "others" / path.name).read_bytes())

    def test_a_refused_sending_leaves_nothing(self):
        self.run_all(SEND.format("tasks", "pets", "jsonl"))
        before = self.names()
        run = self.run_all(SEND.format("more", "pets", "jsonl"), expect=None)
        self.assertIn("pending already", run.err)
        self.assertEqual(self.names(), before)

    def test_read_only_refuses(self):
        before = self.names()
        run = self.cupel("db", "--read-only", "-c", SEND.format("tasks", "pets", "jsonl"),
                         expect=None)
        self.assertNotEqual(run.code, 0)
        self.assertIn("read", run.err)
        self.assertEqual(self.names(), before)

    def restore(self, copy):
        shutil.rmtree(self.place / "db")
        (self.place / copy).rename(self.place / "db")
        self.assertEqual(self.rows("SHOW PROJECTS"), [])

    def test_what_a_crash_left_is_set_aside(self):
        shutil.copytree(self.place / "db", self.place / "before")
        self.run_all(SEND.format("tasks", "pets", "jsonl"))
        # The files stand with their mark, the commit never came.
        self.restore("before")
        (self.place / "tasks/unfinished.txt").write_text("not committed")
        (self.place / "tasks/notes.txt").write_text("mine")
        run = self.run_all(SEND.format("tasks", "pets", "jsonl"), expect=None)
        self.assertIn("notes.txt", run.err)
        (self.place / "tasks/notes.txt").unlink()
        run = self.run_all(SEND.format("tasks", "pets", "jsonl"))
        self.assertIn("tasks.left-1", run.out + run.err)
        self.assertTrue((self.place / "tasks.left-1/manifest.json").exists())
        self.assertFalse((self.place / "tasks/unfinished.txt").exists())
        self.assertEqual(self.rows("SHOW PROJECTS")[0]["tasks"], str(len(self.suspects)))

    def test_an_older_copy_of_the_database_replaces_nothing(self):
        shutil.copytree(self.place / "db", self.place / "before")
        self.run_all(SEND.format("tasks", "pets", "jsonl"))
        self.restore("before")
        run = self.run_all(SEND.format("tasks", "pets", "jsonl"), expect=None)
        self.assertIn("tasks is there already", run.err)

    def test_a_sending_that_happened_is_never_replaced(self):
        shutil.copytree(self.place / "db", self.place / "other")
        self.run_all(SEND.format("tasks", "pets", "jsonl"), "DROP PROJECT pets")
        for database in ("db", "other"):
            run = self.run_all(SEND.format("tasks", "pets", "jsonl"), database=database,
                               expect=None)
            self.assertIn("tasks is there already", run.err)
