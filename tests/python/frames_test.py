"""Rows out: arrays, frames, and the Arrow stream as pyarrow, polars, duckdb and pandas read it."""
import gc
import unittest

import duckdb
import numpy
import place
import polars
import pyarrow
import cupel

ALL = "SELECT reference_id, metadata.n, metadata.f, metadata.b, metadata.s, metadata.x FROM items"


class Frames(place.DatabaseTest):
    def setUp(self):
        super().setUp()
        self.db.append([{"reference_id": "a", "metadata": {"n": 1, "f": 0.5, "b": True, "s": "x", "x": 1}},
                        {"reference_id": "ü", "metadata": {"n": 2, "b": False, "s": "道", "x": "y"}},
                        {"reference_id": "c", "metadata": {}}])

    def test_numpy(self):
        arrays = self.db.query(ALL).to_numpy()
        self.assertEqual(arrays["reference_id"].tolist(), ["a", "ü", "c"])
        self.assertEqual(arrays["metadata.n"].dtype, numpy.float64)  # one is missing
        numpy.testing.assert_array_equal(arrays["metadata.n"], [1, 2, numpy.nan])
        numpy.testing.assert_array_equal(arrays["metadata.f"], [0.5, numpy.nan, numpy.nan])
        self.assertEqual(arrays["metadata.b"].tolist(), [True, False, None])
        self.assertEqual(arrays["metadata.x"].tolist(), [1, "y", None])
        whole = self.db.query("SELECT metadata.n, metadata.b FROM items WHERE metadata.n > 0")
        self.assertEqual(whole.to_numpy("metadata.n").dtype, numpy.int64)
        self.assertEqual(whole.to_numpy("metadata.b").dtype, bool)
        none = self.db.query(ALL + " WHERE metadata.n > 99")
        self.assertEqual([len(array) for array in none.to_numpy().values()], [0] * 6)

    def test_instants(self):
        self.db.execute("CREATE SLICE s AS metadata.n = 1")
        result = self.db.query("SHOW SLICES")
        array = result.to_numpy("created_at")
        self.assertEqual(array.dtype, "datetime64[us]")
        self.assertEqual(str(result.to_pandas()["created_at"].dtype), "datetime64[us, UTC]")
        self.assertEqual(result.to_arrow()["created_at"][0].as_py(), result.column("created_at")[0])

    def test_pandas(self):
        frame = self.db.query(ALL).to_pandas()
        self.assertEqual(list(frame.columns), ["reference_id", "metadata.n", "metadata.f", "metadata.b",
                                               "metadata.s", "metadata.x"])
        self.assertEqual([str(kind) for kind in frame.dtypes],
                         ["object", "Int64", "float64", "boolean", "object", "object"])
        self.assertEqual(frame["metadata.n"].tolist()[:2], [1, 2])
        self.assertTrue(frame["metadata.n"].isna()[2])
        self.assertEqual(self.db.query("SELECT count(), count() FROM items").to_pandas().shape, (1, 2))
        self.assertEqual(self.db.execute("BEGIN").to_pandas().shape, (0, 0))

    def test_arrow(self):
        table = pyarrow.table(self.db.query(ALL))
        self.assertEqual([str(field.type) for field in table.schema],
                         ["large_string", "int64", "double", "bool", "large_string", "large_string"])
        self.assertEqual(table.to_pylist()[1], {"reference_id": "ü", "metadata.n": 2, "metadata.f": None,
                                                "metadata.b": False, "metadata.s": "道", "metadata.x": "y"})
        table.validate(full=True)

    def test_all_consumers_see_the_same(self):
        expected = [{**row, "metadata.x": None if row["metadata.x"] is None else str(row["metadata.x"])}
                    for row in self.db.query(ALL)]
        self.assertEqual(self.db.query(ALL).to_arrow().to_pylist(), expected)
        self.assertEqual(self.db.query(ALL).to_polars().to_dicts(), expected)
        rows = self.db.query(ALL)
        self.assertEqual(duckdb.sql("SELECT * FROM rows").fetch_arrow_table().to_pylist(), expected)

    def test_rows_that_were_read_come_first(self):
        self.db.append({"reference_id": [f"i{n}" for n in range(140_000)]})
        result = self.db.query("SELECT reference_id FROM items")
        next(result.rows())
        self.assertEqual(polars.DataFrame(result).height, 140_003)
        with self.assertRaisesRegex(cupel.Error, "run the query again"):
            result.fetch()
        read = self.db.query("SELECT reference_id FROM items")
        self.assertEqual(len(read), 140_003)
        for _ in range(2):  # what has been read can be handed on as often as wanted
            self.assertEqual(pyarrow.table(read).num_rows, 140_003)
        self.assertEqual(len(read), 140_003)

    def test_arrays_outlive_the_database(self):
        with cupel.open(":memory:") as db:
            db.append(place.items(1000))
            table = db.query("SELECT reference_id, metadata.n FROM items").to_arrow()
        del db
        gc.collect()
        self.assertEqual(table["reference_id"].to_pylist()[999], "i999")
        self.assertEqual(sum(table["metadata.n"].to_pylist()), 499500)

    def test_streams_that_nobody_takes(self):
        for _ in range(1000):
            capsule = self.db.query(ALL).__arrow_c_stream__()
            del capsule

    def test_an_error_in_the_stream(self):
        self.db.append(place.items(50000))
        result = self.db.query("SELECT reference_id FROM items ORDER BY metadata.n % 7")
        reader = pyarrow.RecordBatchReader.from_stream(result)
        self.db.interrupt()
        with self.assertRaisesRegex(Exception, "interrupted"):
            reader.read_all()


if __name__ == "__main__":
    unittest.main()
