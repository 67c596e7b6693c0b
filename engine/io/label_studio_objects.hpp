#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "engine/io/formats.hpp"
#include "engine/io/label_studio_results.hpp"
#include "engine/io/label_studio_shape.hpp"
#include "engine/io/own_metadata.hpp"

namespace cupel::io {

/// What the objects of one annotation or prediction have in common. The views live as long as the
/// document.
struct StudioSource {
  ObjectTarget target;
  const JsonNode* annotator = nullptr;      ///< a number or text; null: not known
  const JsonNode* ground_truth = nullptr;   ///< null: not said
  const JsonNode* model_version = nullptr;  ///< of a prediction; null: not known
  std::optional<double> score;              ///< of a prediction as a whole
  std::string id;                           ///< its own, else its number in the task
};

/// Hands the objects of tasks to the sink: one for each label of a region, one for each choice
/// about the image.
class StudioObjects {
 public:
  explicit StudioObjects(Reading& reading) : reading_(reading), metadata_(reading.names) {}

  /// The item of the objects that follow.
  void begin_task(std::string_view reference_id, std::string_view alternative_reference);
  /// A region that two sources have is called SOURCE/REGION in the second.
  void begin_source(const StudioSource& source);
  // Throw RecordError with a path in the result.
  void add_region(const StudioResult& region, const StudioResults& results, const Place& place);
  void add_choices(const StudioResult& answer, const Place& place);

 private:
  std::string region_id(std::string_view region, std::string_view label);
  ImageExtent extent_around(const StudioResult& region) const;
  void begin_object(std::string_view label, const Place& place);
  void add_common(const StudioResult& result, bool region);
  void add_answers(const std::vector<StudioResult>& answers);
  void hand_over();

  Reading& reading_;
  StudioSource source_;
  size_t source_number_ = 0;
  std::map<std::string, size_t, std::less<>> first_source_;  ///< of a region of the task
  std::set<std::string, std::less<>> ids_;                   ///< of the source's objects
  ObjectRecord object_;
  OwnMetadata metadata_;
  std::string geometry_;
  std::string id_;
  std::deque<std::string> texts_;
};

}  // namespace cupel::io
