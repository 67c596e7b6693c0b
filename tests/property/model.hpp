#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cupel/value.hpp"

/// A dataset as plain rows: what the engine's storage stands for, in the simplest form.
namespace cupel::testing {

/// A row of any kind. Fields that are missing are not in the map. `metadata.speed`, `position.x`.
struct Row {
  uint64_t id = 0;    ///< unique in a model, never used again
  uint64_t item = 0;  ///< objects: the id of the item
  std::map<std::string, Value> fields;
  std::vector<double> vector;  ///< of the embedding of its kind; empty: none

  const Value& field(const std::string& name) const;
  void set(const std::string& name, Value value);  ///< a missing value removes
};

/// Annotations, or the predictions of one run, in order of arrival.
struct Collection {
  std::string run;  ///< empty: annotations
  std::vector<Row> rows;
  std::set<std::string> taxonomies;  ///< every one that ever occurred
};

struct Slice {
  bool objects = false;
  std::string live;            ///< the query of a live slice; empty: static
  std::set<uint64_t> members;  ///< ids of rows
};

struct Model {
  std::vector<Row> items;
  std::vector<Collection> collections{1};  ///< annotations first, then runs in order of creation
  std::map<std::string, Slice> slices;
  std::string chosen_run;

  /// The row of an item, or nothing.
  Row* find_item(std::string_view reference_id);
  /// The collection of a run, made where there is none.
  Collection& run(const std::string& name);
  /// An item's row, new or (where `update` is set) replaced. Known keys are left alone otherwise.
  void put_item(std::map<std::string, Value> fields, bool update = false);
  /// The same for an object; its key is (item, annotation_id), of category labels (item, taxonomy).
  void put_object(Collection& collection, std::string_view reference_id,
                  std::map<std::string, Value> fields, bool update = false);
  /// The annotation of that name, reference_id/annotation_id, or nothing.
  Row* find_annotation(std::string_view name);
  /// Removes rows of any kind; an item takes its objects with it.
  void remove(const std::set<uint64_t>& ids);

 private:
  uint64_t next_id_ = 1;
};

}  // namespace cupel::testing
