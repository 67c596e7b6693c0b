#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/exec/value_vector.hpp"

namespace cupel::exec {

/// Numbers texts 0, 1, 2 … in the order in which they come: labels of several tables become numbers
/// that mean the same everywhere. One thread.
class TextNumbers {
 public:
  static constexpr int32_t kMissing = -1;

  int32_t number(std::string_view text);
  /// Nothing when the text has not come yet.
  std::optional<int32_t> find(std::string_view text) const;
  const std::string& text(int32_t number) const { return *texts_[static_cast<size_t>(number)]; }
  size_t size() const noexcept { return texts_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unordered_map<std::string, int32_t, Hash, std::equal_to<>> numbers_;
  std::vector<const std::string*> texts_;  ///< keys of the map, which stay where they are
};

/// The numbers of the texts of one column; a text of its dictionary is looked up once.
class NumberedTexts {
 public:
  explicit NumberedTexts(TextNumbers& numbers) : numbers_(numbers) {}

  /// Appends the number of each row's text, kMissing where there is none. `texts` is of the column.
  void append(const Vector& texts, std::vector<int32_t>& out);

 private:
  static constexpr int32_t kUnknown = -2;

  TextNumbers& numbers_;
  std::vector<int32_t> by_code_;
};

}  // namespace cupel::exec
