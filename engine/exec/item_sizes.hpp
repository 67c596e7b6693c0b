#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/exec/column_reader.hpp"
#include "engine/exec/execute.hpp"

namespace cupel::exec {

/// Width and height of items in one statement, in any order of rows: those of the database, and
/// what the statement's own records say. Eight bytes an item, in blocks that are read when one of
/// their rows is first asked for, and accounted for.
class ItemSizes {
 public:
  /// Pixels; 0: not known, or no size that an image can have.
  struct Size {
    uint32_t width = 0;
    uint32_t height = 0;
  };

  /// `base`: the transaction's view as the statement began.
  ItemSizes(storage::SnapshotPtr base, const Context& context);

  Size of(uint64_t row) { return at(row); }
  /// What a record of the statement says of a row.
  void set(uint64_t row, std::optional<int64_t> width, std::optional<int64_t> height);
  /// The same where a number that is not given stays.
  void merge(uint64_t row, std::optional<int64_t> width, std::optional<int64_t> height);

 private:
  /// Few: a statement may ask for a row here and there.
  static constexpr uint64_t kBlockRows = 64;
  using Block = std::array<Size, kBlockRows>;

  Size& at(uint64_t row);
  void read(uint64_t first, Block& block);

  const Context& context_;
  uint64_t base_rows_;
  ColumnReader width_, height_;
  std::vector<std::unique_ptr<Block>> blocks_;
};

}  // namespace cupel::exec
