"""Statements, parameters, results, errors, cancelling."""
import datetime
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import unittest

import numpy
import place
import cupel

UTC = datetime.timezone.utc


class Queries(place.DatabaseTest):
    def setUp(self):
        super().setUp()
        self.db.append(place.items(10))

    def test_rows_come_as_dictionaries_and_tuples(self):
        result = self.db.query("SELECT reference_id, metadata.n AS n FROM items WHERE metadata.n > 7")
        self.assertEqual(list(result), [{"reference_id": "i8", "n": 8}, {"reference_id": "i9", "n": 9}])
        self.assertEqual(list(result.rows()), [("i8", 8), ("i9", 9)])  # and again
        self.assertEqual(len(result), 2)
        self.assertEqual(result.columns, ["reference_id", "n"])
        self.assertEqual(result.types, ["text", "int64"])
        self.assertEqual(result.noun, "items")
        self.assertEqual(result.refs(), ["i8", "i9"])
        self.assertEqual(result.column("n"), [8, 9])
        with self.assertRaisesRegex(KeyError, "there is no column 'm'"):
            result.column("m")
        self.assertEqual(self.db.query("SELECT count()").scalar(), 10)
        self.assertGreaterEqual(result.statistics.chunks_read, 1)
        self.assertTrue(self.db.query("metadata.n > 99"))  # a result, though without rows
        self.assertIsNone(self.db.query("SELECT reference_id FROM items WHERE metadata.n > 99").scalar())

    def test_parameters(self):
        count = "SELECT count() FROM items WHERE "
        for condition, parameters, expected in (
                ("metadata.n >= $n", {"n": 8}, 2), ("metadata.n >= ?", [8.5], 1),
                ("metadata.weather = ?", ("rainy",), 6), ("metadata.n = $n", {"n": None}, 0),
                ("metadata.n = $n", {"n": numpy.int32(3)}, 1), ("metadata.n < $n", {"n": numpy.float32(2.5)}, 3),
                ("metadata.n = ? OR metadata.n = ?", [1, 2], 2)):
            self.assertEqual(self.db.query(count + condition, parameters).scalar(), expected, condition)
        for bad, kind in ((2**63, cupel.ConstraintError), (object(), cupel.QueryTypeError),
                          ([1], cupel.QueryTypeError)):
            with self.assertRaises(kind):
                self.db.query(count + "metadata.n = ?", [bad])
        with self.assertRaises(cupel.QueryTypeError):
            self.db.query("metadata.n = $n", "n")
        with self.assertRaises(cupel.Error):
            self.db.query("metadata.n = $m", {"n": 1})

    def test_what_was_read(self):
        result = self.db.query("SELECT reference_id FROM items WHERE metadata.n >= 0").fetch()
        self.assertEqual(result.statistics.columns_read, 2)

    def test_files_within_a_directory(self):
        within = self.path("within")
        os.mkdir(within)
        with cupel.open(":memory:", files_within=within) as db:
            db.append(place.items(2))
            db.query(f"EXPORT FROM items TO '{within}/a.csv'")
            for outside in (self.path("a.csv"), within + "/../a.csv"):
                with self.assertRaisesRegex(cupel.FileError, "only files in"):
                    db.query(f"EXPORT FROM items TO '{outside}'")
            self.assertEqual(os.listdir(self.place.name), ["within"])
        with self.assertRaises(cupel.FileError):
            cupel.open(":memory:", files_within=self.path("none"))
        with self.assertRaises(ValueError):
            cupel.open(":memory:", files_within=within + "\0")

    def test_values_of_every_type(self):
        self.db.append([{"reference_id": "a", "metadata": {
            "b": True, "f": 0.5, "t": "Straße \0 道", "i": 2**62, "mixed": 1}},
            {"reference_id": "b", "metadata": {"b": False, "mixed": "x"}}])
        self.db.append({"reference_id": ["c"], "metadata.when": ["2021-06-01T12:00:00.5Z"]})
        row = self.db.query("SELECT metadata.b, metadata.f, metadata.t, metadata.i, metadata.mixed "
                            "FROM items WHERE reference_id IN (a, b)").rows()
        self.assertEqual(list(row), [(True, 0.5, "Straße \0 道", 2**62, 1), (False, None, None, None, "x")])
        sent = datetime.datetime(2021, 6, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
        self.assertEqual(self.db.query("SELECT count() WHERE metadata.when > $t", {"t": sent}).scalar(), 1)
        self.assertEqual(self.db.query("SELECT count() WHERE metadata.when > $t",
                                       {"t": datetime.datetime(2021, 6, 1, 12, 0, 1)}).scalar(), 0)
        self.db.execute("CREATE SLICE s AS metadata.n = 1")
        made = self.db.query("SHOW SLICES").column("created_at")[0]
        self.assertLess(abs(datetime.datetime.now(UTC) - made), datetime.timedelta(minutes=5))

    def test_messages_and_warnings(self):
        self.assertEqual(self.db.execute("CREATE SLICE s AS metadata.n > 7").message,
                         "static slice 's' created: 2 items")
        warning, = self.db.query("metadata.m = 1").warnings
        self.assertIn("no item has metadata field", warning)
        self.assertEqual(self.db.query("metadata.n > 7").save_slice('a "quoted" name').message,
                         "static slice 'a \"quoted\" name' created: 2 items")
        self.assertEqual(self.db.query('slice = "a ""quoted"" name"').refs(), ["i8", "i9"])
        with self.assertRaises(cupel.ConstraintError):
            self.db.query("metadata.n > 99").save_slice("none")

    def test_scripts(self):
        results = self.db.script("CREATE SLICE s AS metadata.n > 5; -- a; remark\nslice = s;"
                                 "SELECT count() WHERE metadata.weather = \"a;b\"")
        self.assertEqual([len(result) for result in results], [1, 4, 1])
        with self.assertRaises(cupel.UnknownNameError):
            self.db.script("DROP SLICE s; DROP SLICE s")
        self.assertEqual(self.db.script(""), [])

    def test_errors_tell_what_to_do(self):
        with self.assertRaises(cupel.UnknownNameError) as caught:
            self.db.query("metadata.n > 1 AND\nmetadatta.n = 2")
        error = caught.exception
        self.assertEqual((error.code, error.suggestion, error.line, error.column),
                         ("name", "metadata", 2, 1))
        self.assertIn("^", str(error))
        self.assertNotIn("^", error.message)
        kinds = {"metadata.n >": cupel.QuerySyntaxError, "DROP SLICE x": cupel.UnknownNameError,
                 "SELECT sum(reference_id) FROM items": cupel.Error,
                 "IMPORT ITEMS FROM '/none.jsonl'": cupel.FileError,
                 "COMMIT": cupel.ConflictError}
        for statement, kind in kinds.items():
            with self.assertRaises(kind):
                self.db.query(statement)
        with self.assertRaises(cupel.QuerySyntaxError):
            self.db.query("\ud800")

    def test_whole_rows(self):
        row, = self.db.whole_rows("metadata.n = 3")
        self.assertEqual(row, {**place.items(4)[3], "annotations": [], "predictions": {}} if "annotations"
                         in row else place.items(4)[3])
        with self.assertRaises(cupel.QueryTypeError):
            self.db.whole_rows("SELECT reference_id FROM items")

    def test_a_result_survives_the_next_statement_and_the_database(self):
        first = self.db.query("SELECT metadata.n FROM items")
        self.db.execute("DELETE FROM items WHERE metadata.n < 5")
        self.assertEqual(len(first), 10)
        second = self.db.query("SELECT metadata.n FROM items")
        self.db.close()
        self.assertEqual(second.column("metadata.n"), [5, 6, 7, 8, 9])

    def test_transactions_and_closing(self):
        path = self.path()
        with cupel.open(path) as db:
            db.append(place.items(3))
            db.execute("BEGIN")
            self.assertTrue(db.in_transaction)
            db.execute("DELETE FROM items")
            self.assertEqual(db.query("SELECT count()").scalar(), 0)
        with cupel.open(path, read_only=True) as db:
            self.assertEqual(db.query("SELECT count()").scalar(), 3)
            with self.assertRaises(cupel.Error):
                db.append(place.items(1))
        self.assertEqual(cupel.check(path), [])
        with self.assertRaises(cupel.Error):
            cupel.open(self.path("none"), create=False)

    def test_two_writers(self):
        held = cupel.open(self.path())
        with self.assertRaises(cupel.ConflictError):
            cupel.open(self.path())
        held.close()
        cupel.open(self.path()).close()


class Cancelling(place.DatabaseTest):
    def test_other_threads_interrupt(self):
        self.db.append(place.items(50000))
        caught = []

        def work(session):
            try:
                for _ in range(1000):
                    session.query("metadata.n * 3 % 7 > 1 ORDER BY metadata.n % 100").fetch()
            except cupel.Interrupted as error:
                caught.append(error)

        session = self.db.session()
        thread = threading.Thread(target=work, args=[session])
        thread.start()
        while thread.is_alive():
            session.interrupt()
            time.sleep(0.01)
        self.assertEqual(len(caught), 1)
        self.assertEqual(self.db.query("SELECT count()").scalar(), 50000)

    def test_threads_share_a_session(self):
        self.db.append(place.items(1000))
        found = []

        def ask(n):
            for _ in range(20):
                found.append(self.db.query("SELECT count() WHERE metadata.n < ?", [n]).scalar() == n)

        threads = [threading.Thread(target=ask, args=[n]) for n in (10, 200, 999)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((len(found), all(found)), (60, True))

    def test_progress_and_time_limit(self):
        seen = []
        self.db.on_progress(lambda *now: seen.append(now) or True)
        with self.assertRaises(cupel.Interrupted):
            self.db.append(place.items(60000))
        self.assertEqual(seen[0][0], "import")
        self.db.on_progress(None)
        self.db.set_time_limit(1e-9)
        with self.assertRaises(cupel.LimitError):
            self.db.append(place.items(60000))

    def test_control_c_cancels_and_the_session_lives(self):
        program = textwrap.dedent("""
            import sys, place, cupel
            db = cupel.open(":memory:")
            db.append(place.items(50000))
            print("ready", flush=True)
            try:
                while True:
                    db.query("metadata.n * 3 % 7 > 1 ORDER BY metadata.n % 100").fetch()
            except KeyboardInterrupt:
                print("cancelled", db.query("SELECT count()").scalar(), flush=True)
        """)
        child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True,
                                 cwd=os.path.dirname(os.path.abspath(__file__)))
        with child:
            self.assertEqual(child.stdout.readline(), "ready\n")
            time.sleep(0.3)
            begun = time.monotonic()
            child.send_signal(signal.SIGINT)
            self.assertEqual(child.stdout.readline(), "cancelled 50000\n")
            self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(child.returncode, 0)


if __name__ == "__main__":
    unittest.main()
