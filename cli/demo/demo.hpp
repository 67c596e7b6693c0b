#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

/// The sample dataset: drawn street scenes with labels, a model's predictions and planted faults,
/// so that everything Cupel finds can be held against what was hidden.
namespace cupel::demo {

struct DemoOptions {
  std::filesystem::path directory;
  uint32_t images = 2000;  ///< 1 to 1,000,000
  uint64_t seed = 1;       ///< The same seed and number of images give the same bytes.
};

/// How much was written, and how much of it is a planted fault. A fault is counted under one
/// name only.
struct DemoSummary {
  uint64_t images = 0;
  uint64_t annotations = 0;        ///< lines of annotations.jsonl: boxes, polygons and categories
  uint64_t predictions = 0;        ///< lines of predictions.jsonl
  uint64_t small_predictions = 0;  ///< lines of predictions-small.jsonl
  uint64_t unlabelled_images = 0;
  uint64_t mislabelled_images = 0;
  uint64_t mislabelled_boxes = 0;
  uint64_t missed_objects = 0;
  uint64_t false_positives = 0;
  uint64_t near_duplicates = 0;         ///< pairs
  uint64_t unlabelled_police_cars = 0;  ///< without a box, or with one that says `car`
};

/// Called after each image with the images done and all of them. May throw to end the work.
using DemoProgress = std::function<void(uint64_t done, uint64_t total)>;

/// Draws the scenes and writes images/NNNNNN.png, items.jsonl, annotations.jsonl,
/// predictions.jsonl, predictions-small.jsonl, embeddings.npy with embeddings-ids.txt (of images),
/// object-embeddings.npy with object-embeddings-ids.txt (of the boxes of predictions.jsonl) and,
/// last, planted.json into the directory, which is made where there is none. A directory that an
/// earlier call made is written anew, other files in it stay. One thread; needs a few MiB.
/// Throws Error: kConstraint (no images), kLimit (too many images), kIo (a directory that holds
/// something else, or the operating system failed).
DemoSummary generate(const DemoOptions& options, const DemoProgress& progress = {});

}  // namespace cupel::demo
