#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/exec/execute.hpp"
#include "engine/learn/rows.hpp"
#include "storage/snapshot.hpp"

/// Class probabilities as analyses read them: a matrix with a row an example and a column a class,
/// in the database or in a file, never copied.
namespace cupel::exec {

inline constexpr uint64_t kNoItem = std::numeric_limits<uint64_t>::max();

class Probabilities {
 public:
  virtual ~Probabilities() = default;
  Probabilities(const Probabilities&) = delete;
  Probabilities& operator=(const Probabilities&) = delete;

  /// The label of each column, each once.
  const std::vector<std::string>& classes() const noexcept { return classes_; }
  /// The item of each row; kNoItem where the row is nobody's. No item has two rows.
  const std::vector<uint64_t>& items() const noexcept { return items_; }
  /// Valid as long as this and the context it was opened with. Scanning polls and reports progress.
  virtual learn::AnyRows matrix() const = 0;
  /// The numbers of one row.
  virtual std::vector<double> row(uint64_t row) const = 0;
  /// "float32", …
  virtual std::string_view element() const = 0;

  /// The row of each of the first `count` items; kNoRow for those that have none.
  static constexpr uint32_t kNoRow = std::numeric_limits<uint32_t>::max();
  std::vector<uint32_t> rows_by_item(uint64_t count) const;

 protected:
  Probabilities() = default;
  std::vector<std::string> classes_;
  std::vector<uint64_t> items_;
};

/// A stored set; its rows are the items' ordinals.
std::unique_ptr<Probabilities> open_probabilities(const storage::VectorSet& set,
                                                  const Context& context);

/// A file of probabilities and those that say what its rows and columns are.
struct ProbabilityFile {
  std::filesystem::path file;
  std::optional<std::filesystem::path> ids;      ///< a reference_id a row; nothing: all items
  std::optional<std::filesystem::path> classes;  ///< a label a column
  /// Without `classes`: the labels of this taxonomy, sorted; empty: of all annotations.
  std::string taxonomy;
};
/// Maps the file. Throws Error: as io::NpyFile does, and kConstraint for parts that do not fit.
std::unique_ptr<Probabilities> open_probabilities(const ProbabilityFile& file,
                                                  const Context& context);

}  // namespace cupel::exec
