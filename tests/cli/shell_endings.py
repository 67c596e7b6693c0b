"""How the shell ends: exit codes, first failures, signals, closed pipes, other processes."""
import fcntl
import json
import os
import signal
import struct
import subprocess
import termios
import time

from program import LONGEST, ShellTest


class ExitCodes(ShellTest):
    def test_0_and_1(self):
        self.cupel(":memory:", "-c", "SELECT count()")
        for statement in ["annotations.count bad syntax", "slice = nowhere", "COMMIT",
                          "metadata.x + 1"]:
            run = self.cupel(":memory:", "-c", statement, expect=1)
            self.assertRegex(run.err, r"^error: ")
            self.assertEqual(run.out, "")

    def test_the_error_shows_the_place(self):
        run = self.cupel(":memory:", "-c", "annotations.count bad syntax", expect=1)
        line, caret = run.err.splitlines()[1:3]
        self.assertEqual(line, "  | annotations.count bad syntax")
        self.assertEqual(caret.index("^"), line.index("bad"))

    def test_the_first_failure_ends_the_work(self):
        self.write("script.sql", "SELECT count() AS a; nonsense here; SELECT count() AS b;")
        run = self.cupel(":memory:", "-f", "script.sql", "-c", "SELECT count() AS c", expect=1)
        self.assertEqual(run.out, "a\n0\n")
        run = self.cupel(":memory:", "-c", "COMMIT", "-c", "SELECT count() AS c", expect=1)
        self.assertEqual(run.out, "")
        run = self.cupel(":memory:", text="SELECT count() AS a;\nROLLBACK;\nSELECT 1;", expect=1)
        self.assertEqual(run.out, "a\n0\n")

    def test_3_what_is_no_database(self):
        (self.place / "foreign").mkdir()
        self.write("foreign/file", "x")
        self.assertIn("not a database", self.cupel("foreign", "-c", "SELECT 1", expect=3).err)
        self.cupel("foreign/file", "-c", "SELECT 1", expect=3)
        self.cupel("--read-only", "nowhere", "-c", "SELECT 1", expect=3)
        self.assertFalse((self.place / "nowhere").exists())

    def test_4_files_and_full_disks(self):
        self.numbered(3)
        self.cupel("db", "-c", "IMPORT ITEMS FROM 'missing.jsonl'", expect=4)
        self.cupel("db", "-c", "EXPORT metadata.n > 0 TO 'no/such/directory.csv'", expect=4)
        with open("/dev/full", "wb") as full:
            for arguments in [["db", "-c", "metadata.n >= 0"], ["--help"], ["check", "db"],
                              ["db", "--format", "table", "-c", "DROP SLICE s"],
                              ["db", "--echo", "-c", "CREATE SLICE s AS metadata.n = 1"]]:
                if "DROP SLICE s" in arguments:
                    self.cupel("db", "-c", "CREATE SLICE s AS metadata.n = 2")
                run = self.cupel(*arguments, stdout=full, expect=4)
                self.assertIn("cannot write the answer: No space left on device", run.err)

    def test_5_over_a_limit(self):
        self.assertIn("32 MiB", self.cupel("db", "--memory", "1MB", "-c", "SELECT 1", expect=5).err)
        self.numbered(60000)
        keys = ", ".join(f"metadata.n % {n}" for n in range(2, 80))
        run = self.cupel("db", "--memory", "32MB", "-c", f"SELECT count() AS n GROUP BY {keys}, "
                         "reference_id", expect=5)
        self.assertIn("working memory", run.err)
        self.assertEqual(run.out, "")


class Check(ShellTest):
    def test_a_good_database(self):
        self.numbered(100)
        self.assertEqual(self.cupel("check", "db").out, "everything fits\n")

    def test_no_database(self):
        self.cupel("check", "nowhere", expect=3)
        self.assertFalse((self.place / "nowhere").exists())

    def test_a_damaged_database(self):
        self.numbered(5000)
        self.cupel("db", "-c", "SELECT count()")
        tables = sorted((self.place / "db").rglob("*.sst"))
        self.assertTrue(tables)
        for table in tables:
            good = table.read_bytes()
            bad = bytearray(good)
            bad[len(bad) // 2] ^= 0x5A
            table.write_bytes(bad)
            run = self.cupel("check", "db", expect=3)
            self.assertNotIn("everything fits", run.out)
            self.assertNotEqual(run.out + run.err, "")
            table.write_bytes(good)
        self.assertEqual(self.cupel("check", "db").out, "everything fits\n")


class Salvage(ShellTest):
    def test_a_database_without_its_manifest(self):
        self.numbered(100)
        self.cupel("db", "-c", "CREATE SLICE s AS metadata.n < 10")
        for manifest in (self.place / "db" / "rows").glob("MANIFEST-*"):
            manifest.write_bytes(b"")
        self.assertIn("cupel salvage", self.cupel("db", "-c", "SELECT count()", expect=3).err)
        said = self.cupel("salvage", "db", "new").out
        self.assertIn("items: 100 rows kept, 0 lost", said)
        self.assertEqual(self.cupel("check", "new").out, "everything fits\n")
        self.assertEqual(self.cupel("new", "-c", "SELECT count() AS n WHERE slice = s").out,
                         "n\n10\n")
        self.assertEqual(sorted(path.name for path in self.place.glob("new*")), ["new"])

    def test_what_is_refused(self):
        self.numbered(3)
        self.write("file", "x")
        self.cupel("salvage", "nowhere", "new", expect=4)
        self.cupel("salvage", "db", "no/such/directory", expect=4)
        for taken in ("db", "file", "db/new"):
            self.assertIn("name", self.cupel("salvage", "db", taken, expect=3).err)
        (self.place / "new.salvage").mkdir()
        self.assertIn("remove it", self.cupel("salvage", "db", "new", expect=3).err)
        self.assertFalse((self.place / "new").exists())
        self.cupel("check", "db")


class TwoProcesses(ShellTest):
    def writer(self):
        """A program that holds the database and waits for its script."""
        process = self.start("db", stdin=subprocess.PIPE)
        lock = self.place / "db" / "LOCK"
        end = time.monotonic() + LONGEST
        while not lock.exists() or lock.read_text().strip() != str(process.pid):
            self.assertLess(time.monotonic(), end, "the writer does not start")
            time.sleep(0.01)
        return process

    def test_a_second_writer_is_told_who_holds_it(self):
        self.numbered(3)
        writer = self.writer()
        run = self.cupel("db", "-c", "SELECT count()", expect=3)
        self.assertIn(f"process {writer.pid}", run.err)
        writer.communicate(b"")
        self.cupel("db", "-c", "SELECT count()")

    def test_read_only_works_beside_a_writer_and_refuses_changes(self):
        self.numbered(3)
        writer = self.writer()
        run = self.cupel("--read-only", "db", "-c", "SELECT count() AS n")
        self.assertEqual(run.out, "n\n3\n")
        for statement in ["DELETE FROM items WHERE metadata.n = 1", "BEGIN",
                          "CREATE SLICE s AS metadata.n = 1", "IMPORT ITEMS FROM 'items.jsonl'"]:
            run = self.cupel("--read-only", "db", "-c", statement, expect=1)
            self.assertIn("read-only", run.err)
        out, _ = writer.communicate(b"SELECT count() AS n;")
        self.assertEqual(out, b"n\n3\n")
        self.assertEqual(writer.returncode, 0)


class Signals(ShellTest):
    def many(self, count):
        with open(self.place / "many.jsonl", "w", encoding="utf-8") as file:
            for n in range(count):
                file.write(json.dumps({"reference_id": f"item-{n}", "metadata": {"n": n}}) + "\n")

    def test_an_interrupted_import_leaves_nothing(self):
        self.many(500000)
        process = self.start("db", "-c", "SELECT count() AS n", "-c",
                             "IMPORT ITEMS FROM 'many.jsonl'", "-c", "SELECT count() AS never")
        self.assertEqual(process.stdout.readline(), b"n\n")
        self.assertEqual(process.stdout.readline(), b"0\n")
        time.sleep(0.1)  # so that the import has begun
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LONGEST)
        self.assertEqual(process.returncode, 130, err)
        self.assertEqual(out, b"")
        self.assertIn(b"interrupted", err)
        self.assertEqual(self.cupel("db", "-c", "SELECT count() AS n").out, "n\n0\n")
        self.assertEqual(self.cupel("check", "db").out, "everything fits\n")

    def test_an_interrupt_while_nobody_reads_the_answer(self):
        self.numbered(30000)
        process = self.start("db", "-c", "SELECT reference_id, metadata.n", "-c",
                             "CREATE SLICE never AS metadata.n = 1")
        waiting = -1
        for _ in range(LONGEST * 10):  # until the pipe is full
            time.sleep(0.1)
            before, waiting = waiting, struct.unpack(
                "i", fcntl.ioctl(process.stdout, termios.FIONREAD, b"    "))[0]
            if waiting == before and waiting > 0:
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LONGEST)
        self.assertEqual(process.returncode, 130)
        self.assertEqual(self.cupel("db", "-c", "SHOW SLICES").out.count("\n"), 1)


class ClosedPipes(ShellTest):
    def test_head_ends_it_quietly(self):
        self.numbered(100000)
        for form in ["csv", "json", "jsonl", "markdown", "table --rows 0"]:
            run, codes = self.bash(f'"$CUPEL" db --format {form} -c "SELECT reference_id" '
                                   '-c "SELECT metadata.n" | head -1')
            self.assertEqual(codes, [0, 0], run.err)
            self.assertEqual(run.out.count("\n"), 1)
            self.assertEqual(run.err, "")

    def test_nobody_reads_at_all(self):
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "wb") as closed:
            run = self.cupel(":memory:", "-c", "SHOW STATS", stdout=closed)
        self.assertEqual(run.err, "")
