"""The names of Scale Nucleus' Python client on a local database, so that code ports by changing its
import:

    from cupel import nucleus
    client = nucleus.NucleusClient("datasets")  # a directory in place of the key
    dataset = client.create_dataset("street")
    dataset.append([nucleus.DatasetItem("images/a.jpg", "a", metadata={"weather": "rainy"})])
"""
from .dataset import Dataset, Model, NucleusClient, Slice
from .payloads import (BoxAnnotation, BoxPrediction, CategoryAnnotation, CategoryPrediction,
                       CuboidAnnotation, CuboidPrediction, DatasetItem, DatasetItemEmbeddingInfo, Keypoint,
                       KeypointsAnnotation, KeypointsPrediction, LineAnnotation, LinePrediction,
                       MultiCategoryAnnotation, Point, Point3D, PolygonAnnotation, PolygonPrediction,
                       Segment, SegmentationAnnotation, SegmentationPrediction)

__all__ = ["BoxAnnotation", "BoxPrediction", "CategoryAnnotation", "CategoryPrediction",
           "CuboidAnnotation", "CuboidPrediction", "Dataset", "DatasetItem", "DatasetItemEmbeddingInfo",
           "Keypoint", "KeypointsAnnotation", "KeypointsPrediction", "LineAnnotation", "LinePrediction",
           "Model", "MultiCategoryAnnotation", "NucleusClient", "Point", "Point3D", "PolygonAnnotation",
           "PolygonPrediction", "Segment", "SegmentationAnnotation", "SegmentationPrediction", "Slice"]
