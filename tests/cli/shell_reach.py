"""With --safe nothing outside the directory is opened, made or changed: not by what a statement names, and
not by what files and rows name, whatever the format. The system itself is asked what was."""
import json
import re
import shutil

from program import ShellTest
from watch import Watch

ITEMS = '{"reference_id":"a.jpg","image_location":"%s","width":10,"height":10}\n'
BOX = '{"reference_id":"a.jpg","label":"x","annotation_id":"1","geometry":{"x":1,"y":1,"width":2,"height":2}}\n'
YAML = "path: %s\ntrain: images\nnames: [x]\n"
VOC = ("<annotation><folder>%s</folder><filename>a.jpg</filename><size><width>10</width><height>10</height></size>"
       "<object><name>x</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object>"
       "</annotation>")


class Reach(ShellTest):
    def setUp(self):
        super().setUp()
        self.safe = self.place / "safe"
        self.out = self.place / "out"
        self.safe.mkdir()
        for folder in ("images", "labels", "Annotations", "JPEGImages", "ImageSets/Main", "deep"):
            (self.out / folder).mkdir(parents=True)
        self.files = {"items.jsonl": ITEMS % (self.out / "images/a.jpg"), "boxes.jsonl": BOX,
                      "data.yaml": YAML % self.out, "obj.data": f"train = {self.out}/list.txt\nnames = names.txt\n",
                      "names.txt": "x\n", "list.txt": f"{self.out}/images/a.jpg\nimages/a.jpg\n",
                      "labels/a.txt": "0 .5 .5 .2 .2\n", "images/a.jpg": "no image", "JPEGImages/a.jpg": "no image",
                      "Annotations/a.xml": VOC % "../out", "ImageSets/Main/train.txt": "a\n", "a.xml": VOC % self.out,
                      "rows.csv": "reference_id,label\na.jpg,x\n", "classes.csv": "x,X\n",
                      "coco.json": json.dumps({"images": [{"id": 1, "file_name": str(self.out / "images/a.jpg")}],
                                               "annotations": [], "categories": []})}
        for name, text in self.files.items():
            (self.out / name).write_text(text)
        self.watch = Watch(self.out)
        self.addCleanup(self.watch.close)

    def linked(self):
        """Folders in which some or all of a dataset are links out of the directory."""
        whole, files, folders = self.safe / "whole", self.safe / "files", self.safe / "folders"
        whole.symlink_to(self.out)
        shutil.copytree(self.out, files)
        for name in self.files:
            (files / name).unlink()
            (files / name).symlink_to(self.out / name)
        shutil.copytree(self.out, folders)
        for name in ("images", "labels", "Annotations", "JPEGImages", "ImageSets"):
            shutil.rmtree(folders / name)
            (folders / name).symlink_to(self.out / name)
        copied = self.safe / "copied"  # with paths that lead out in the files
        shutil.copytree(self.out, copied)
        self.watch.used()
        return ["whole", "files", "folders", "copied"]

    def formats(self):
        """Those that can be read."""
        self.write("unknown.bin", "nothing")
        told = self.cupel(":memory:", "-c", "IMPORT ITEMS FROM 'unknown.bin'", expect=None).err
        formats = told.split("FORMAT: ")[1].strip().split(", ")
        self.assertGreater(len(formats), 5)
        return formats

    def run_each(self, statements):
        """Runs all, whatever comes of each; what was used outside is an error."""
        done = 0
        for statement in statements:
            run = self.cupel("db", "--safe", "safe", "-c", statement, expect=None)
            self.assertNotIn("defect", run.err)
            self.assertEqual(self.watch.used(), [], statement)
            done += run.code == 0
        return done

    def test_the_watch_sees(self):
        self.cupel("db", "-c", f"IMPORT ITEMS FROM '{self.out}/items.jsonl'")
        self.cupel("db", "-c", f"EXPORT FROM items TO '{self.out}/new.csv'")
        used = {path.rsplit("/", 1)[1].split(".partial")[0] for path in self.watch.used()}
        self.assertEqual(used, {"items.jsonl", "new.csv"})

    def test_imports_of_datasets_with_links_out(self):
        statements = []
        folders = self.linked()
        for number, name in enumerate(self.formats()):
            for folder in folders:
                files = ["", *self.files] if name in ("yolo", "voc") else self.files
                for file in files:
                    what = ("ITEMS", "ANNOTATIONS", "PREDICTIONS")[number % 3]
                    run = f" AS RUN r{len(statements)}" if what == "PREDICTIONS" else ""
                    if name in ("yolo", "voc") and not file:
                        statements += [f"IMPORT {what} FROM 'safe/{folder}' FORMAT {name} ON ERROR SKIP"
                                       for what in ("ITEMS", "ANNOTATIONS")]
                    elif re.search(r"list|yaml|data|xml|labels|csv|json", file):
                        statements.append(f"IMPORT {what} FROM 'safe/{folder}/{file}'{run} FORMAT {name} "
                                          "ON ERROR SKIP")
        for option in ("data = 'safe/files/data.yaml'", "data = 'safe/copied/data.yaml'",
                       "images = 'safe/folders/images'", "images = 'safe/copied/images'",
                       "classes = 'safe/files/names.txt'"):
            statements.append(f"IMPORT ANNOTATIONS FROM 'safe/copied/labels' FORMAT yolo ({option})")
        # One process does many: those that fail would end a script, so each has its own.
        self.assertGreater(self.run_each(statements), 3)

    def test_what_rows_name(self):
        (self.safe / "items.jsonl").write_text(ITEMS % (self.out / "images/a.jpg") +
                                               (ITEMS % "link.jpg").replace("a.jpg", "b.jpg"))
        (self.safe / "link.jpg").symlink_to(self.out / "images/a.jpg")
        (self.safe / "link.config.xml").symlink_to(self.out / "new.xml")
        (self.safe / "deep").mkdir()
        (self.safe / "deep/er").mkdir()
        (self.safe / "in").symlink_to("deep/er")
        self.watch.used()
        done = self.run_each(["IMPORT ITEMS FROM 'safe/items.jsonl'",
                              "REPORT FROM items TO 'safe/r.html'", "REPORT FROM items TO 'safe/r.html' IMAGES 'safe'",
                              "EXPORT FROM items TO 'safe/link.json' FORMAT label_studio",
                              "EXPORT FROM items TO 'safe/in/../../../out/x.csv'",
                              "EXPORT FROM items TO 'safe/in/../../x.csv'"])
        self.assertEqual(done, 4)
        self.assertFalse((self.place / "x.csv").exists())
        self.assertTrue((self.safe / "x.csv").exists())
