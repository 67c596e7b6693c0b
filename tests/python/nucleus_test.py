"""The workflow of Nucleus' client, with only the import changed."""
import unittest

import place
from cupel import nucleus
import cupel


class Workflow(place.DatabaseTest):
    def setUp(self):
        super().setUp()
        self.client = nucleus.NucleusClient(self.path("datasets"))
        self.addCleanup(self.client.close)
        self.dataset = self.client.create_dataset("street")

    def test_the_seed_workflow(self):
        dataset = self.dataset
        items = [nucleus.DatasetItem(image_location=f"images/{n}.jpg", reference_id=f"img_{n}",
                                     metadata={"weather": "rainy" if n % 2 else "clear", "frame": n})
                 for n in range(10)]
        response = dataset.append(items)
        self.assertEqual(response["new_items"], 10)
        boxes = [nucleus.BoxAnnotation(label="car", x=10 * n, y=20, width=50, height=40.5,
                                       reference_id=f"img_{n}", annotation_id=f"box_{n}",
                                       metadata={"occluded": n == 3}) for n in range(6)]
        self.assertEqual(dataset.annotate(boxes)["annotations_processed"], 6)
        model = self.client.create_model(name="yolo", reference_id="yolo-1")
        guesses = [nucleus.BoxPrediction(label="car", x=10 * n, y=20, width=50, height=40,
                                         reference_id=f"img_{n}", confidence=0.9, class_pdf={"car": 0.9, "bus": 0.1})
                   for n in range(8)]
        self.assertEqual(dataset.upload_predictions(model, guesses)["predictions_processed"], 8)

        unlabelled = list(dataset.query_items("annotations.count = 0"))
        self.assertEqual([item.reference_id for item in unlabelled], [f"img_{n}" for n in range(6, 10)])
        missed = dataset.query_items("annotations.car = 0 AND predictions.car > 0 AND metadata.weather = rainy")
        self.assertEqual([item.metadata for item in missed], [{"weather": "rainy", "frame": 7}])
        occluded, = dataset.query_objects("metadata.occluded = true")
        self.assertEqual(occluded, boxes[3])
        made = dataset.create_slice("to_label", [item.reference_id for item in unlabelled])
        self.assertEqual(len(made.items), 4)
        self.assertEqual([found.name for found in dataset.slices], ["to_label"])

        dataset.db.execute("EVALUATE RUN yolo")
        wrong = list(dataset.query_objects("", "false_positive"))
        self.assertEqual({guess.reference_id for guess in wrong}, {"img_6", "img_7"})
        self.assertEqual(wrong[0].class_pdf, {"car": 0.9, "bus": 0.1})
        self.assertEqual(list(dataset.query_objects("", "false_negative")), [])

    def test_every_type_survives(self):
        self.dataset.append([nucleus.DatasetItem("a.jpg", "a", {"deep": {"list": [1, None]}}, width=4, height=3)])
        point, solid = nucleus.Point, nucleus.Point3D
        given = [
            nucleus.BoxAnnotation("car", 0, 0.5, 10, 10, "a", metadata={"k": 1}, track_reference_id="t"),
            nucleus.LineAnnotation("lane", [point(0, 1), point(2.5, 3)], "a", "line"),
            nucleus.PolygonAnnotation("road", [point(0, 0), point(9, 0), point(9, 9)], "a", "polygon", {"m": "x"}),
            nucleus.KeypointsAnnotation("person", [nucleus.Keypoint(1, 2), nucleus.Keypoint(visible=False)],
                                        ["nose", "ear"], "a", [[0, 1]], "kp"),
            nucleus.CuboidAnnotation("van", solid(1, 2, 3), solid(4, 5, 6), 0.25, "a", "cuboid"),
            nucleus.CategoryAnnotation("night", "a", "time", {"by": "me"}),
        ]
        self.assertEqual(self.dataset.annotate(given)["annotations_processed"], 6)
        given[0].annotation_id = "car-0-0.5-10-10-a"  # the default of the client
        found = self.dataset.refloc("a")["annotations"]
        self.assertEqual([made for kind in found.values() for made in kind],
                         [type(one)(**{**one.__dict__, "metadata": one.metadata or {}}) for one in given])
        guesses = [
            nucleus.BoxPrediction("car", 1, 2, 3, 4, "a", 0.5, "b", {"k": 1}, {"car": 0.5}),
            nucleus.PolygonPrediction("road", [point(0, 0), point(9, 0), point(9, 9)], "a", 0.25, "p"),
            nucleus.CategoryPrediction("night", "a", "time", 0.75, class_pdf={"night": 0.75}),
            nucleus.CuboidPrediction("van", solid(1, 2, 3), solid(4, 5, 6), 0.25, "a", 0.1, "c"),
            nucleus.LinePrediction("lane", [point(0, 1), point(2, 3)], "a", 1.0, "l"),
            nucleus.KeypointsPrediction("person", [nucleus.Keypoint(1, 2)], ["nose"], None, "a", 0.3, "k"),
        ]
        self.assertEqual(self.dataset.upload_predictions("m", guesses)["predictions_processed"], 6)
        rows = list(self.dataset.query_objects("", "predictions_only", "m"))
        for one, back in zip(guesses, rows):
            self.assertEqual(type(one), type(back))
            for name, value in one.__dict__.items():
                self.assertEqual(getattr(back, name) or None, value or None, name)

    def test_masks_and_several_labels_have_a_row_for_each(self):
        self.dataset.append([nucleus.DatasetItem("a.jpg", "a")])
        self.dataset.annotate([
            nucleus.SegmentationAnnotation("mask.png", [nucleus.Segment("car", 1), nucleus.Segment("road", 2)], "a"),
            nucleus.MultiCategoryAnnotation(["wet", "dark"], "a", "mood")])
        counts = self.dataset.db.query("SELECT annotations.segmentation.car, annotations.segmentation.count FROM items")
        self.assertEqual(list(counts.rows()), [(1, 2)])
        labels = self.dataset.db.query("SELECT label FROM annotations WHERE metadata.taxonomy = mood").column("label")
        self.assertEqual(labels, ["wet", "dark"])

    def test_masks_and_several_labels_come_together_again(self):
        self.dataset.append([nucleus.DatasetItem("a.jpg", "a")])
        mask = nucleus.SegmentationAnnotation("mask.png", [nucleus.Segment("car", 1, {"k": 1}), nucleus.Segment("road", 2)], "a")
        named = nucleus.SegmentationAnnotation("other.png", [nucleus.Segment("car", 1)], "a", "m")
        mood = nucleus.MultiCategoryAnnotation(["wet", "dark"], "a", "mood", {"by": "me"}, "track")
        bare = nucleus.MultiCategoryAnnotation(["x"], "a", metadata={})
        mood._task_id = mask._task_id = "task_1"
        self.dataset.annotate([mask, named, mood, bare])
        found = self.dataset.refloc("a")["annotations"]
        self.assertEqual(list(found), ["box", "line", "polygon", "keypoints", "cuboid", "segmentation",
                                       "category", "multicategory"])
        self.assertEqual(found["segmentation"], [mask, named])
        self.assertEqual(found["multicategory"], [mood, bare])
        self.assertEqual(found["box"], [])
        self.assertEqual([found["multicategory"][0]._task_id, found["segmentation"][0]._task_id], ["task_1"] * 2)
        alone, *_ = self.dataset.query_objects("label = dark")
        self.assertEqual(alone.labels, ["dark"])
        alone, *_ = self.dataset.query_objects("label = road")
        self.assertEqual((alone.mask_url, alone.annotations), ("mask.png", [nucleus.Segment("road", 2)]))

    def test_shapes_of_other_formats_are_rows(self):
        self.dataset.db.append([{"reference_id": "a"}])
        self.dataset.db.annotate([
            {"reference_id": "a", "label": "road", "type": "polygon", "geometry": {"segmentation": [[0, 0, 1, 0, 1, 1]]}},
            {"reference_id": "a", "label": "bus", "task_id": "t",
             "geometry": {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 30}}])
        road, bus = self.dataset.query_objects("")
        self.assertEqual(road["geometry"], {"segmentation": [[0, 0, 1, 0, 1, 1]]})
        self.assertEqual((type(bus), bus.width, bus._task_id), (nucleus.BoxAnnotation, 3, "t"))

    def test_upserts(self):
        item = nucleus.DatasetItem("a.jpg", "a", {"x": 1, "y": 2})
        self.dataset.append([item])
        self.assertEqual(self.dataset.append([item])["ignored_items"], 1)
        with self.assertRaisesRegex(ValueError, "stands twice"):
            self.dataset.append([nucleus.DatasetItem("b", "b"), nucleus.DatasetItem("b", "b")])
        self.dataset.update_item_metadata({"a": {"y": 3, "z": "new"}})
        self.assertEqual(self.dataset.iloc(0)["item"].metadata, {"x": 1, "y": 3, "z": "new"})
        self.dataset.append([nucleus.DatasetItem("a.jpg", "a", {"x": 5})], update=True)
        self.assertEqual(self.dataset.items[0].metadata, {"x": 5})
        self.dataset.delete_item("a")
        self.assertEqual(self.dataset.size, 0)
        with self.assertRaises(KeyError):
            self.dataset.refloc("a")

    def test_embeddings_come_along(self):
        info = nucleus.DatasetItemEmbeddingInfo
        self.dataset.append([nucleus.DatasetItem("a", "a", embedding_info=info("clip", [1.0, 0.0])),
                             nucleus.DatasetItem("b", "b", embedding_info=info("clip", [0.9, 0.1]))])
        self.assertEqual(self.dataset.db.similar("a", 2).refs(), ["a", "b"])
        self.dataset.annotate([nucleus.BoxAnnotation("car", 0, 0, 1, 1, "a", embedding_vector=[1.0, 2.0, 3.0])])
        names = self.dataset.db.query("SHOW EMBEDDINGS").to_numpy()
        self.assertEqual(len(next(iter(names.values()))), 2)

    def test_mistakes_are_told_at_once(self):
        with self.assertRaises(cupel.QuerySyntaxError):
            self.dataset.query_items("annotations.count bad syntax")
        with self.assertRaises(cupel.Error):
            self.client.create_dataset("street")
        with self.assertRaises(cupel.Error):
            self.client.create_dataset("../street")
        with self.assertRaises(KeyError):
            self.client.get_dataset("none")
        self.assertEqual([found.name for found in self.client.datasets], ["street"])
        self.client.delete_dataset("street")
        self.assertEqual(self.client.datasets, [])


if __name__ == "__main__":
    unittest.main()
