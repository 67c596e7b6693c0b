"""Rows in: dictionaries, columns, arrays, frames, vectors."""
import os
import unittest

import numpy
import pandas
import place
import polars
import cupel

BOX = {"x": 1, "y": 2, "width": 3, "height": 4.5}


class Appends(place.DatabaseTest):
    def rows(self, query):
        return list(self.db.query(query).rows())

    def test_dictionaries_keep_everything(self):
        item = {"reference_id": "a", "width": 10, "metadata": {
            "deep": {"er": {"est": 1}}, "list": [1, [2, {"x": None}]], "text": "ä\u2028\"\\", "none": None}}
        self.assertEqual(self.db.append([item]), cupel.Counts(1, 0, 0, 0, 0))
        self.assertEqual(next(self.db.whole_rows("FROM items", nested=False)), item)
        self.assertEqual(self.rows("SELECT metadata.deep.er.est FROM items"), [(1,)])
        box = {"reference_id": "a", "label": "car", "type": "box", "annotation_id": "1", "geometry": BOX,
               "metadata": {"occluded": True}}
        self.assertEqual(self.db.annotate([box]).added, 1)
        self.assertEqual(next(self.db.whole_rows("FROM annotations")), box)
        guess = {**box, "confidence": 0.25, "class_pdf": {"car": 0.25, "traffic light": 0.75}}
        self.assertEqual(self.db.predict("m", [guess]).added, 1)
        self.assertEqual(next(self.db.whole_rows("FROM predictions")), {**guess, "run": "m"})

    def test_scalars_of_numpy_and_nan(self):
        self.db.append([{"reference_id": "a", "metadata": {
            "i": numpy.int64(7), "f": numpy.float32(0.5), "b": numpy.bool_(True), "nan": float("nan"),
            "v": numpy.arange(3)}}])
        self.assertEqual(self.rows("SELECT metadata.i, metadata.f, metadata.b FROM items"), [(7, 0.5, True)])

    def test_known_rows_and_update(self):
        self.db.append(place.items(3))
        self.assertEqual(self.db.append(place.items(4)), cupel.Counts(1, 0, 3, 0, 0))
        self.assertEqual(self.db.append([{"reference_id": "i1"}], update=True).updated, 1)
        self.assertEqual(self.rows("SELECT reference_id FROM items WHERE metadata.n IS MISSING"), [("i1",)])
        self.assertEqual(self.db.append([]), cupel.Counts(0, 0, 0, 0, 0))

    def test_a_bad_row_changes_nothing(self):
        rows = [{"reference_id": "a"}, {"metadata": {}}, {"reference_id": "c"}]
        with self.assertRaisesRegex(cupel.ConstraintError, r"the text:2 .*reference_id"):
            self.db.append(rows)
        self.assertEqual(self.db.query("SELECT count()").scalar(), 0)
        self.assertEqual(self.db.append(rows, skip_errors=True), cupel.Counts(2, 0, 0, 1, 0))
        with self.assertRaisesRegex(cupel.QueryTypeError, "row 1 is no mapping"):
            self.db.append([{"reference_id": "d"}, "e"])
        with self.assertRaisesRegex(cupel.QueryTypeError, "may not hold object"):
            self.db.append([{"reference_id": "d", "metadata": {"x": object()}}])
        with self.assertRaisesRegex(cupel.ConstraintError, "no item"):
            self.db.annotate([{"reference_id": "z", "label": "car", "geometry": BOX}])

    def test_columns_of_every_kind(self):
        count = self.db.append({
            "reference_id": ["a", "b", "c"], "width": numpy.array([1, 2, 3], numpy.int32),
            "metadata.f32": numpy.array([0.5, numpy.nan, 2], numpy.float32),
            "metadata.f64": [0.1, None, float("nan")], "metadata.u8": numpy.arange(3, dtype=numpy.uint8),
            "metadata.flag": numpy.array([True, False, True]), "metadata.maybe": [True, None, False],
            "metadata.text": ["x", None, "ü"], "metadata.strided": numpy.arange(6)[::2],
            "metadata.fortran": numpy.asfortranarray(numpy.ones((3, 2)))[:, 1]})
        self.assertEqual(count.added, 3)
        self.assertEqual(self.rows("SELECT width, metadata.f32, metadata.f64, metadata.u8, metadata.flag, "
                                   "metadata.maybe, metadata.text, metadata.strided, metadata.fortran FROM items"),
                         [(1, 0.5, 0.1, 0, True, True, "x", 0, 1.0),
                          (2, None, None, 1, False, None, None, 2, 1.0),
                          (3, 2.0, None, 2, True, False, "ü", 4, 1.0)])

    def test_columns_that_do_not_fit(self):
        for columns, words in (({"reference_id": ["a"], "width": [1, 2]}, "differ in length"),
                               ({"reference_id": ["a", "b"], "metadata.x": [1, "x"]}, "holds int, str"),
                               ({"reference_id": ["a"], "metadata.x": [2**63]}, "more than 64 bits"),
                               ({"reference_id": ["a"], "nonsense": [1]}, "nonsense"),
                               ({"width": [1]}, "reference_id")):
            with self.assertRaisesRegex(cupel.Error, words):
                self.db.append(columns)
        self.assertEqual(self.db.query("SELECT count()").scalar(), 0)

    def test_frames(self):
        self.db.append(pandas.DataFrame({
            "reference_id": ["a", "b"], "metadata.n": pandas.array([1, None], "Int64"),
            "metadata.ok": pandas.array([None, True], "boolean"),
            "metadata.s": pandas.array(["x", None], "string"),
            "metadata.c": pandas.Categorical(["u", "v"])}))
        self.assertEqual(self.rows("SELECT metadata.n, metadata.ok, metadata.s, metadata.c FROM items"),
                         [(1, None, "x", "u"), (None, True, None, "v")])
        self.db.append(polars.DataFrame({"reference_id": ["c"], "metadata.n": [3]}))
        self.assertEqual(self.rows("SELECT metadata.n FROM items WHERE reference_id = c"), [(3,)])
        frame = pandas.DataFrame({"reference_id": ["a"], "label": ["car"], "position.x": [1.0],
                                  "position.y": [2.0], "dimensions.x": [3.0], "dimensions.y": [4.0]})
        self.assertEqual(self.db.annotate(frame).added, 1)
        self.assertEqual(self.db.predict("m", frame.assign(confidence=[0.5])).added, 1)
        self.assertEqual(self.rows("SELECT annotations.car, predictions.car FROM items LIMIT 1"), [(1, 1)])

    def test_a_million_numbers_by_column(self):
        n = 200_000
        self.db.append({"reference_id": [f"i{k}" for k in range(n)], "metadata.n": numpy.arange(n)})
        found = self.db.query("SELECT metadata.n FROM items").to_numpy("metadata.n")
        self.assertTrue((found == numpy.arange(n)).all())


class Vectors(place.DatabaseTest):
    def setUp(self):
        super().setUp()
        random = numpy.random.default_rng(1)
        self.vectors = random.normal(size=(300, 16)).astype(numpy.float32)
        self.vectors[:10] += 4  # a cluster
        self.db.append(place.items(300))
        self.ids = [f"i{n}" for n in range(300)]

    def test_similar_is_numpys_cosine(self):
        self.assertEqual(self.db.add_embeddings("clip", self.vectors, self.ids).added, 300)
        unit = self.vectors / numpy.linalg.norm(self.vectors, axis=1, keepdims=True)
        cosine = unit @ unit[7]
        found = self.db.similar("i7", 5)
        self.assertEqual(found.refs(), [self.ids[i] for i in numpy.argsort(-cosine)[:5]])
        numpy.testing.assert_allclose(found.to_numpy("similarity"), numpy.sort(cosine)[::-1][:5], atol=1e-6)
        self.assertEqual(len(self.db.similar(["i1", "i2"], 3, embeddings="clip", where="metadata.n > 5")), 3)

    def test_vectors_come_back(self):
        self.db.add_embeddings("clip", self.vectors, self.ids)
        self.db.execute("DELETE FROM items WHERE reference_id = i1")
        ids, vectors = self.db.embeddings("clip")
        self.assertEqual(ids, [name for name in self.ids if name != "i1"])
        numpy.testing.assert_array_equal(vectors, numpy.delete(self.vectors, 1, axis=0))
        self.assertEqual(vectors.dtype, numpy.float32)
        with self.assertRaises(cupel.UnknownNameError):
            self.db.embeddings("none")

    def test_autotag(self):
        self.db.add_embeddings("clip", self.vectors.astype(numpy.float64), self.ids)
        self.assertIn("autotag 'odd one'", self.db.autotag("odd one", ["i0", "i1", "i2"], embeddings="clip").message)
        found = self.db.query('autotag.image."odd one" > 0').refs()
        self.assertEqual(set(found), {f"i{n}" for n in range(10)})
        self.db.autotag("other", ["i20"], ["i0", "i1"])

    def test_vectors_that_do_not_fit(self):
        for vectors, ids, words in ((self.vectors[0], None, "matrix"), (self.vectors, self.ids[:5], "5 ids"),
                                    (self.vectors[:1], ["none"], "none"), (self.vectors[:3], None, "3")):
            with self.assertRaisesRegex(cupel.Error, words):
                self.db.add_embeddings("clip", vectors, ids)
        self.assertEqual(self.db.add_embeddings("clip", self.vectors).added, 300)  # in their order

    def test_label_issues(self):
        random = numpy.random.default_rng(3)
        labels = random.integers(0, 3, 300)
        names = numpy.array(["bus", "car", "van"])
        given = names[labels]
        given[:6] = names[(labels[:6] + 1) % 3]  # planted
        self.db.annotate([{"reference_id": ref, "label": str(label), "type": "category", "taxonomy": "kind"}
                          for ref, label in zip(self.ids, given)])
        probabilities = numpy.full((300, 3), 0.05) + numpy.eye(3)[labels] * 0.85
        issues = self.db.find_label_issues(probabilities, names, self.ids, taxonomy="kind")
        self.assertEqual(set(issues.refs()), set(self.ids[:6]))
        flagged = self.db.query("SELECT reference_id FROM annotations WHERE metadata.potential_mislabel = 1")
        self.assertEqual(set(flagged.refs()), set(self.ids[:6]))
        with self.assertRaisesRegex(cupel.ConstraintError, "2 classes for 3"):
            self.db.find_label_issues(probabilities, names[:2])

    def test_label_issues_where_files_stay_within_a_directory(self):
        with cupel.open(":memory:", files_within=self.place.name) as db:
            db.append(place.items(30))
            db.annotate([{"reference_id": f"i{n}", "label": "bus" if n % 2 else "car", "type": "category", "taxonomy": "kind"}
                         for n in range(30)])
            probabilities = numpy.array([[0.9, 0.1] if n % 2 else [0.1, 0.9] for n in range(30)])
            probabilities[4] = [0.99, 0.01]
            self.assertEqual(db.find_label_issues(probabilities, ["bus", "car"], taxonomy="kind").refs(), ["i4"])
        self.assertEqual(os.listdir(self.place.name), [])


if __name__ == "__main__":
    unittest.main()
