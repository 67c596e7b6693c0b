#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The data of tests/bench/compare as plain arrays, for loops that show what is left to gain.
namespace bench {

/// Code 0 is a missing text; the others index `names`.
struct Codes {
  std::vector<uint8_t> codes;
  std::vector<std::string> names{""};
  /// 255 for a text that there is not.
  uint8_t code(std::string_view name) const;
};

/// Items by ordinal; counts of their boxes beside them.
struct Images {
  std::vector<uint64_t> begin{0};
  std::string bytes;
  Codes weather, scene, time;
  std::vector<double> speed;  ///< NaN: missing
  std::vector<double> score;
  std::vector<int64_t> timestamp;
  std::vector<uint16_t> boxes, cars, pedestrians;
  std::vector<uint8_t> overcast;

  size_t size() const { return begin.size() - 1; }
  std::string_view name(size_t i) const {
    return std::string_view(bytes).substr(begin[i], begin[i + 1] - begin[i]);
  }
};

/// Boxes or predictions, in the order of their items.
struct Boxes {
  std::vector<uint32_t> item;
  Codes label;
  std::vector<double> x, y, width, height;
  std::vector<uint8_t> occluded, truncated, flagged;  ///< of boxes
  std::vector<double> confidence;                     ///< of predictions
  std::vector<uint64_t> first;                        ///< of each item, and the end
  size_t size() const { return item.size(); }
};

struct Street {
  Images images;
  Boxes boxes, predictions;
};

/// Reads it out of a database through the library's door. Ends the program when that fails.
Street read_street(const std::string& database);

/// An answer, column by column; texts are views into the data.
using AnswerColumn =
    std::variant<std::vector<std::string_view>, std::vector<int64_t>, std::vector<double>>;
using Answer = std::vector<AnswerColumn>;

}  // namespace bench
