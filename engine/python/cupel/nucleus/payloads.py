"""Items, annotations and predictions with the constructors of Nucleus' Python client.

`to_row()` is the mapping that `Session.append`, `annotate` and `predict` take
(docs/import-export.md, jsonl). Coordinates are pixels, origin top left; x and y of a box are those of
its top left corner, the position of a cuboid is its centre."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Optional

Row = Dict[str, Any]


@dataclass
class Point:
    x: float
    y: float


@dataclass
class Point3D:
    x: float
    y: float
    z: float


@dataclass
class Keypoint:
    x: Optional[float] = None
    y: Optional[float] = None
    visible: bool = True


@dataclass
class Segment:
    """A label of a mask: its pixels have the value `index`."""

    label: str
    index: Optional[int] = None
    metadata: Optional[dict[str, Any]] = None


@dataclass
class DatasetItemEmbeddingInfo:
    """A vector for an item. It goes to the embeddings named `index_id`."""

    index_id: str
    embedding_vector: list[float]


@dataclass
class DatasetItem:
    """An image. `reference_id` is the user's own id, unique in the dataset."""

    image_location: Optional[str] = None
    reference_id: str = ""
    metadata: Optional[dict[str, Any]] = None
    upload_to_scale: bool = True  # accepted, and of no meaning here: nothing is uploaded
    embedding_info: Optional[DatasetItemEmbeddingInfo] = None
    width: Optional[int] = None
    height: Optional[int] = None

    def __post_init__(self) -> None:
        if not self.reference_id:
            raise ValueError("an item needs a reference_id")

    def to_row(self) -> Row:
        return _without_missing({"reference_id": self.reference_id, "image_location": self.image_location,
                                 "width": self.width, "height": self.height, "metadata": self.metadata})

    @classmethod
    def from_row(cls, row: Row) -> DatasetItem:
        return cls(row.get("image_location"), row["reference_id"], row.get("metadata", {}),
                   width=row.get("width"), height=row.get("height"))


def _without_missing(row: Row) -> Row:
    return {key: value for key, value in row.items() if value is not None}


def _points(points: list[Any]) -> list[Row]:
    return [{"x": point.x, "y": point.y} for point in points]


@dataclass
class _Annotation:
    """What all types have. Subclasses say their type and their geometry. `_task_id`, where it is set, is the
    labeling task that an annotation comes from."""

    TYPE = ""

    def geometry(self) -> Optional[Row]:
        return None

    def default_id(self) -> Optional[str]:
        return None

    def to_rows(self) -> list[Row]:
        """One row, but for masks and lists of labels, which have one for each label."""
        fields: Row = self.__dict__
        return [_without_missing({
            "reference_id": fields["reference_id"], "label": fields["label"], "type": self.TYPE,
            "annotation_id": fields.get("annotation_id") or self.default_id(),
            "geometry": self.geometry(), "taxonomy": fields.get("taxonomy_name"),
            "confidence": fields.get("confidence"), "class_pdf": fields.get("class_pdf"),
            "metadata": fields.get("metadata"), "track_reference_id": fields.get("track_reference_id"),
            "task_id": fields.get("_task_id")})]


@dataclass
class BoxAnnotation(_Annotation):
    TYPE = "box"
    label: str
    x: float
    y: float
    width: float
    height: float
    reference_id: str
    annotation_id: Optional[str] = None
    metadata: Optional[dict[str, Any]] = None
    embedding_vector: Optional[list[float]] = None
    track_reference_id: Optional[str] = None

    def geometry(self) -> Row:
        return {"x": self.x, "y": self.y, "width": self.width, "height": self.height}

    def default_id(self) -> str:
        return f"{self.label}-{self.x}-{self.y}-{self.width}-{self.height}-{self.reference_id}"


@dataclass
class LineAnnotation(_Annotation):
    TYPE = "line"
    label: str
    vertices: list[Point]
    reference_id: str
    annotation_id: Optional[str] = None
    metadata: Optional[dict[str, Any]] = None
    track_reference_id: Optional[str] = None

    def geometry(self) -> Row:
        return {"vertices": _points(self.vertices)}


@dataclass
class PolygonAnnotation(_Annotation):
    TYPE = "polygon"
    label: str
    vertices: list[Point]
    reference_id: str
    annotation_id: Optional[str] = None
    metadata: Optional[dict[str, Any]] = None
    embedding_vector: Optional[list[float]] = None
    track_reference_id: Optional[str] = None

    def geometry(self) -> Row:
        return {"vertices": _points(self.vertices)}


@dataclass
class KeypointsAnnotation(_Annotation):
    TYPE = "keypoints"
    label: str
    keypoints: list[Keypoint]
    names: list[str]
    reference_id: str
    skeleton: Optional[list[list[int]]] = None
    annotation_id: Optional[str] = None
    metadata: Optional[dict[str, Any]] = None
    track_reference_id: Optional[str] = None

    def __post_init__(self) -> None:
        if len(self.keypoints) != len(self.names) or len(set(self.names)) != len(self.names):
            raise ValueError("keypoints need one name each, and no name twice")

    def geometry(self) -> Row:
        return _without_missing({
            "keypoints": [_without_missing({"x": k.x, "y": k.y, "visible": k.visible})
                          for k in self.keypoints],
            "names": self.names, "skeleton": self.skeleton})

    def default_id(self) -> str:
        return f"{self.label}-{self.reference_id}-keypoints"


@dataclass
class CuboidAnnotation(_Annotation):
    TYPE = "cuboid"
    label: str
    position: Point3D
    dimensions: Point3D
    yaw: float
    reference_id: str
    annotation_id: Optional[str] = None
    metadata: Optional[dict[str, Any]] = None
    track_reference_id: Optional[str] = None

    def geometry(self) -> Row:
        return {"position": dict(self.position.__dict__), "dimensions": dict(self.dimensions.__dict__),
                "yaw": self.yaw}


@dataclass
class SegmentationAnnotation(_Annotation):
    """A mask, an image in which each segment has a value of its own. Each segment is a row."""

    TYPE = "segmentation"
    mask_url: str
    annotations: list[Segment]
    reference_id: str
    annotation_id: Optional[str] = None

    def to_rows(self) -> list[Row]:
        return [_without_missing({
            "reference_id": self.reference_id, "label": segment.label, "type": self.TYPE,
            "annotation_id": f"{self.annotation_id or self.reference_id + '-mask'}/{number}",
            "geometry": _without_missing({"mask_url": self.mask_url, "index": segment.index}),
            "metadata": segment.metadata, "task_id": self.__dict__.get("_task_id")})
            for number, segment in enumerate(self.annotations)]


@dataclass
class CategoryAnnotation(_Annotation):
    """A label of the whole image, one in each taxonomy."""

    TYPE = "category"
    label: str
    reference_id: str
    taxonomy_name: Optional[str] = None
    metadata: Optional[dict[str, Any]] = None
    track_reference_id: Optional[str] = None


@dataclass
class MultiCategoryAnnotation(_Annotation):
    """Labels of the whole image, several in one taxonomy. Each label is a category without a taxonomy
    (which would allow for one only); `metadata.taxonomy` tells it."""

    TYPE = "category"
    labels: list[str]
    reference_id: str
    taxonomy_name: Optional[str] = None
    metadata: Optional[dict[str, Any]] = None
    track_reference_id: Optional[str] = None

    def to_rows(self) -> list[Row]:
        return [_without_missing({
            "reference_id": self.reference_id, "label": label, "type": self.TYPE,
            "annotation_id": f"{self.taxonomy_name or ''}/{label}",
            "metadata": {**_without_missing({"taxonomy": self.taxonomy_name}), **(self.metadata or {})} or None,
            "track_reference_id": self.track_reference_id,
            "task_id": self.__dict__.get("_task_id")})
            for label in self.labels]


# Predictions: the annotation of the same type with a confidence from 0 to 1, and the probabilities of
# classes. Their parameters stand in the client's order.

@dataclass(init=False)
class BoxPrediction(BoxAnnotation):
    confidence: Optional[float] = None
    class_pdf: Optional[dict[str, float]] = None

    def __init__(self, label: str, x: float, y: float, width: float, height: float, reference_id: str,
                 confidence: Optional[float] = None, annotation_id: Optional[str] = None,
                 metadata: Optional[dict[str, Any]] = None,
                 class_pdf: Optional[dict[str, float]] = None,
                 embedding_vector: Optional[list[float]] = None,
                 track_reference_id: Optional[str] = None) -> None:
        super().__init__(label, x, y, width, height, reference_id, annotation_id, metadata,
                         embedding_vector, track_reference_id)
        self.confidence, self.class_pdf = confidence, class_pdf


@dataclass(init=False)
class LinePrediction(LineAnnotation):
    confidence: Optional[float] = None
    class_pdf: Optional[dict[str, float]] = None

    def __init__(self, label: str, vertices: list[Point], reference_id: str,
                 confidence: Optional[float] = None, annotation_id: Optional[str] = None,
                 metadata: Optional[dict[str, Any]] = None,
                 class_pdf: Optional[dict[str, float]] = None,
                 track_reference_id: Optional[str] = None) -> None:
        super().__init__(label, vertices, reference_id, annotation_id, metadata, track_reference_id)
        self.confidence, self.class_pdf = confidence, class_pdf


@dataclass(init=False)
class PolygonPrediction(PolygonAnnotation):
    confidence: Optional[float] = None
    class_pdf: Optional[dict[str, float]] = None

    def __init__(self, label: str, vertices: list[Point], reference_id: str,
                 confidence: Optional[float] = None, annotation_id: Optional[str] = None,
                 metadata: Optional[dict[str, Any]] = None,
                 class_pdf: Optional[dict[str, float]] = None,
                 embedding_vector: Optional[list[float]] = None,
                 track_reference_id: Optional[str] = None) -> None:
        super().__init__(label, vertices, reference_id, annotation_id, metadata, embedding_vector,
                         track_reference_id)
        self.confidence, self.class_pdf = confidence, class_pdf


@dataclass(init=False)
class KeypointsPrediction(KeypointsAnnotation):
    confidence: Optional[float] = None
    class_pdf: Optional[dict[str, float]] = None

    def __init__(self, label: str, keypoints: list[Keypoint], names: list[str],
                 skeleton: Optional[list[list[int]]], reference_id: str,
                 confidence: Optional[float] = None, annotation_id: Optional[str] = None,
                 metadata: Optional[dict[str, Any]] = None,
                 class_pdf: Optional[dict[str, float]] = None,
                 track_reference_id: Optional[str] = None) -> None:
        super().__init__(label, keypoints, names, reference_id, skeleton, annotation_id, metadata,
                         track_reference_id)
        self.confidence, self.class_pdf = confidence, class_pdf


@dataclass(init=False)
class CuboidPrediction(CuboidAnnotation):
    confidence: Optional[float] = None
    class_pdf: Optional[dict[str, float]] = None

    def __init__(self, label: str, position: Point3D, dimensions: Point3D, yaw: float, reference_id: str,
                 confidence: Optional[float] = None, annotation_id: Optional[str] = None,
                 metadata: Optional[dict[str, Any]] = None,
                 class_pdf: Optional[dict[str, float]] = None,
                 track_reference_id: Optional[str] = None) -> None:
        super().__init__(label, position, dimensions, yaw, reference_id, annotation_id, metadata,
                         track_reference_id)
        self.confidence, self.class_pdf = confidence, class_pdf


@dataclass(init=False)
class CategoryPrediction(CategoryAnnotation):
    confidence: Optional[float] = None
    class_pdf: Optional[dict[str, float]] = None

    def __init__(self, label: str, reference_id: str, taxonomy_name: Optional[str] = None,
                 confidence: Optional[float] = None, metadata: Optional[dict[str, Any]] = None,
                 class_pdf: Optional[dict[str, float]] = None,
                 track_reference_id: Optional[str] = None) -> None:
        super().__init__(label, reference_id, taxonomy_name, metadata, track_reference_id)
        self.confidence, self.class_pdf = confidence, class_pdf


class SegmentationPrediction(SegmentationAnnotation):
    """A predicted mask; masks have no confidence."""
