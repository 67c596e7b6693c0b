#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/chunk.hpp"
#include "storage/transaction.hpp"

namespace cupel::storage {

/// The texts of one coded column while a chunk fills. They are numbered as they come and get
/// their dictionary codes when the chunk is whole, so that a column that turns out to be all
/// distinct leaves nothing in the dictionary.
class TextCollector {
 public:
  void set(uint32_t row, std::string_view text);
  bool empty() const noexcept { return rows_ == 0; }
  /// The chunk, coded where its texts fit the dictionary. Stops the coding of a column that has
  /// proved to be distinct by nature. The collector is empty again.
  Chunk finish(Transaction& transaction, ColumnId column);

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  /// A text that was numbered lately, by some of its bytes: texts of a column come again soon.
  struct Recent {
    std::string_view text;
    uint32_t number = kNone;
  };
  static constexpr size_t kRecent = 16;

  uint32_t number(std::string_view text);
  bool give_codes(Transaction& transaction, ColumnId column);
  void reset();

  std::deque<std::string> texts_;               ///< By number.
  std::vector<std::optional<uint32_t>> codes_;  ///< By number, where known.
  std::unordered_map<std::string_view, uint32_t> numbers_;
  std::array<Recent, kRecent> recent_;
  std::vector<uint32_t> values_;  ///< By row: number or kNone.
  uint32_t rows_ = 0;
  uint32_t present_ = 0;
};

}  // namespace cupel::storage
