#include "storage/fold_in_place.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "storage/narrow.hpp"

namespace cupel::storage {
namespace {

/// What a change writes, as the widest that an array of T is narrowed from.
template <typename T>
auto value_of(const Change& change, Type type) noexcept {
  if constexpr (std::is_floating_point_v<T>) {
    return change.number;
  } else {
    return type == Type::kText ? int64_t{change.code} : change.integer;
  }
}

template <typename T>
bool fits(const Change& change, Type type) noexcept {
  const auto value = value_of<T>(change, type);
  if constexpr (std::is_same_v<T, float>) {
    return value == value && survives_float(value);
  } else if constexpr (std::is_same_v<T, double>) {
    return value == value;
  } else {
    return std::in_range<T>(value);
  }
}

/// The bounds of the type that the chunk has.
template <typename T>
auto bounds_of(Chunk& chunk) noexcept {
  if constexpr (std::is_floating_point_v<T>) {
    return std::pair<double&, double&>(chunk.min_number, chunk.max_number);
  } else {
    return std::pair<int64_t&, int64_t&>(chunk.min_integer, chunk.max_integer);
  }
}

/// Writes the changes. Whether a bound has to be looked for anew: a value left that was one, or a
/// zero came beside one, whose sign is that of the first.
template <typename T>
bool write(Chunk& chunk, std::vector<T>& values, const std::vector<Change>& changes) {
  const auto [least, most] = bounds_of<T>(chunk);
  bool unsettled = false;
  for (const Change& change : changes) {
    T& value = values[change.row];
    const bool was_there = !chunk.is_missing(change.row);
    unsettled |= was_there && (value == least || value == most);
    value = change.present ? static_cast<T>(value_of<T>(change, chunk.type)) : T{};
    if constexpr (std::is_floating_point_v<T>)
      unsettled |= change.present && value == 0 && (least == 0 || most == 0);
    if (!change.present && chunk.valid.size() == 0) chunk.valid = Bitmap(chunk.rows, true);
    if (chunk.valid.size() != 0) chunk.valid.assign(change.row, change.present);
    chunk.missing += uint32_t{was_there} - uint32_t{change.present};
  }
  if (chunk.missing == 0) chunk.valid = {};
  return unsettled;
}

/// Extends the bounds by a value; both are the value where there was none.
template <typename Bound>
void extend(Bound& least, Bound& most, Bound value, bool first) noexcept {
  least = first || value < least ? value : least;
  most = first || value > most ? value : most;
}

template <typename T>
void set_bounds(Chunk& chunk, const std::vector<T>& values, const std::vector<Change>& changes,
                bool unsettled) {
  const auto [least, most] = bounds_of<T>(chunk);
  using Bound = std::remove_reference_t<decltype(least)>;
  const bool had = std::exchange(chunk.has_range, chunk.missing < chunk.rows);
  if (!chunk.has_range) {
    least = most = 0;
  } else if (unsettled || !had) {
    bool first = true;
    for (uint32_t row = 0; row < chunk.rows; ++row) {
      if (chunk.is_missing(row)) continue;
      extend(least, most, static_cast<Bound>(values[row]), std::exchange(first, false));
    }
  } else {
    for (const Change& change : changes)
      if (change.present) extend(least, most, static_cast<Bound>(values[change.row]), false);
  }
}

/// Whether no narrower array would hold the values.
template <typename T>
bool is_narrowest(const Chunk& chunk, const std::vector<T>& values) {
  if constexpr (sizeof(T) == 1 || std::is_same_v<T, float>) {
    return true;
  } else if constexpr (std::is_same_v<T, double>) {
    return !std::all_of(values.begin(), values.end(), survives_float);
  } else if constexpr (std::is_unsigned_v<T>) {
    using Half = std::conditional_t<sizeof(T) == 4, uint16_t, uint8_t>;
    return !std::all_of(values.begin(), values.end(), std::in_range<Half, T>);
  } else {
    using Half = std::conditional_t<sizeof(T) == 8, int32_t,
                                    std::conditional_t<sizeof(T) == 4, int16_t, int8_t>>;
    return !std::in_range<Half>(chunk.min_integer) || !std::in_range<Half>(chunk.max_integer);
  }
}

template <typename T>
InPlace change_in_place(Chunk& chunk, std::vector<T>& values, const std::vector<Change>& changes) {
  const bool fit = std::all_of(changes.begin(), changes.end(), [&](const Change& change) {
    return !change.present || fits<T>(change, chunk.type);
  });
  if (!fit) return InPlace::kRefused;
  const bool unsettled = write(chunk, values, changes);
  if (chunk.type != Type::kText) set_bounds(chunk, values, changes, unsettled);
  return is_narrowest(chunk, values) ? InPlace::kDone : InPlace::kWide;
}

}  // namespace

InPlace fold_in_place(Chunk& chunk, const std::vector<Change>& changes, bool as_codes) {
  if (changes.empty() || changes.back().row >= chunk.rows) return InPlace::kRefused;
  const bool texts = chunk.type == Type::kText;
  if (texts != as_codes || chunk.has_range != (!texts && chunk.missing < chunk.rows))
    return InPlace::kRefused;
  return std::visit(
      [&](auto& values) {
        if constexpr (std::is_same_v<std::decay_t<decltype(values)>, PlainText>) {
          return InPlace::kRefused;
        } else {
          return change_in_place(chunk, values, changes);
        }
      },
      chunk.values);
}

}  // namespace cupel::storage
