#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/label_studio_config.hpp"
#include "engine/io/row_parts.hpp"

namespace cupel::io {

/// The results of one annotation or prediction of a task: an object each, but for the categories
/// without a taxonomy, which are one result of a name, and last.
class StudioWork {
 public:
  /// `model`: whose prediction it is. `ids`: those of the task's objects; new ones are added.
  StudioWork(const ItemParts& item, std::string_view model, StudioConfig& config,
             ExportLosses& losses, std::set<std::string, std::less<>>& ids);

  /// False where the object is left out; counts what of it is not kept.
  bool add(const ObjectParts& object);
  /// The results as a JSON list. Last.
  std::string finish();
  /// Whether one of them tells the size of the image.
  bool tells_size() const { return regions_ > 0; }

 private:
  void begin_result(StudioControl kind, const std::string& control, std::string_view image,
                    std::string_view id);
  std::string_view free_id();
  bool add_region(const ObjectParts& object);
  void add_category(const ObjectParts& object);
  void add_to_several(const ObjectParts& object);
  void write_several(const std::string& name, const std::vector<std::string>& labels);
  void write_choices(const std::vector<std::string>& labels);
  void end_result(const ObjectParts& object, std::string_view control);
  void write_member(const ObjectParts& object, const JsonNode& member, std::string_view control);
  bool stands_elsewhere(const ObjectParts& object, const JsonNode& member) const;
  void lose_shape(const ObjectParts& object);

  std::string model_;
  StudioConfig& config_;
  ExportLosses& losses_;
  std::set<std::string, std::less<>>& ids_;
  int64_t width_ = 0, height_ = 0;  ///< of the image; 0: not known
  std::string results_;
  std::map<std::string, std::vector<std::string>> several_;  ///< labels by the name of the control
  std::string free_id_;
  uint64_t number_ = 0;
  uint64_t regions_ = 0;
};

/// Whether an annotation is marked as ground truth: `metadata.ground_truth` of its objects.
bool is_ground_truth(const ObjectParts& object);

}  // namespace cupel::io
