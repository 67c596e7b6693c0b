#pragma once

#include <optional>
#include <vector>

#include "engine/evaluate/average_precision.hpp"
#include "tests/unit/evaluate/scene.hpp"

/// The room's rules once more, written down plainly and slowly: what the tests compare with.
namespace cupel::evaluate::naive {

using scene::Object;
using scene::Scene;

double iou(const Object& prediction, const Object& annotation);
bool fits(const MatchOptions& options, const Object& annotation, const Object& prediction);

/// The indexes of the objects of an item; with `label` >= 0 of that label only.
std::vector<size_t> of_item(const std::vector<Object>& objects, size_t item, int32_t label = -1);
/// The same by descending confidence, ties as they come.
std::vector<size_t> by_confidence(const std::vector<Object>& objects, std::vector<size_t> rows);

/// What one image, class and range of area gives: pycocotools' evaluateImg, loop for loop.
struct ImageResult {
  std::vector<size_t> predictions;                  ///< rows, most confident first, at most 100
  std::vector<std::vector<bool>> matched, ignored;  ///< by threshold, prediction
  std::vector<bool> truth_ignored;
};
ImageResult evaluate_image(const Scene& scene, size_t item, int32_t label, size_t area);

/// Precision by threshold, recall point; recall by threshold. Nothing where no truth counts.
struct Accumulated {
  std::vector<std::vector<double>> precision;
  std::vector<double> recall;
};
std::optional<Accumulated> accumulate(const Scene& scene, int32_t label, size_t area, size_t most);
CocoFigures figures(const Scene& scene, int32_t labels);

/// Partners by the rule alone: by prediction the row of its annotation, -1: none.
std::vector<int64_t> match(const Scene& scene, const MatchOptions& options);
/// The error of each prediction and annotation, told from the matches.
struct Errors {
  std::vector<ErrorKind> predictions, annotations;
};
Errors errors(const Scene& scene, const MatchOptions& options, const Outcomes& outcomes);

}  // namespace cupel::evaluate::naive
