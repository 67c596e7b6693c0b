#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "cupel/export.h"

namespace cupel {

/// The types of a column. `kAny` occurs only in results, for a field that holds several types.
enum class Type : uint8_t { kBool, kInt64, kFloat64, kText, kTimestamp, kAny };

/// The lower-case word of a type ("bool", "int64", "float64", "text", "timestamp", "any").
CUPEL_EXPORT std::string_view to_string(Type type) noexcept;

/// An instant: microseconds since 1970-01-01T00:00:00Z, proleptic Gregorian, no leap seconds.
struct Timestamp {
  int64_t micros = 0;
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

/// Reads an ISO 8601 date or date-time: `2021-06-01`, `2021-06-01T12:30`, `…:30:05.25`, with `Z`
/// or `+02:00` at the end, a blank allowed for the `T`; no zone means UTC. Anything else,
/// impossible dates included, gives nothing. Years 0001 to 9999.
CUPEL_EXPORT std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept;

/// Writes `2021-06-01T12:30:05Z`, with fractional seconds only where there are some.
CUPEL_EXPORT std::string format_timestamp(Timestamp instant);

/// The missing value.
struct Missing {
  friend auto operator<=>(const Missing&, const Missing&) = default;
};

/// One value of a field, or its absence. Text is UTF-8, kept byte for byte.
class CUPEL_EXPORT Value {
 public:
  using Variant = std::variant<Missing, bool, int64_t, double, std::string, Timestamp>;

  Value() = default;
  Value(Missing) {}
  Value(bool v) : data_(v) {}
  Value(int v) : data_(int64_t{v}) {}
  Value(int64_t v) : data_(v) {}
  Value(double v) : data_(v) {}
  Value(std::string v) : data_(std::move(v)) {}
  Value(std::string_view v) : data_(std::string(v)) {}
  Value(const char* v) : data_(std::string(v)) {}
  Value(Timestamp v) : data_(v) {}

  bool is_missing() const noexcept { return data_.index() == 0; }
  bool is_bool() const noexcept { return data_.index() == 1; }
  bool is_int() const noexcept { return data_.index() == 2; }
  bool is_double() const noexcept { return data_.index() == 3; }
  bool is_number() const noexcept { return is_int() || is_double(); }
  bool is_text() const noexcept { return data_.index() == 4; }
  bool is_timestamp() const noexcept { return data_.index() == 5; }

  bool as_bool() const { return std::get<bool>(data_); }
  int64_t as_int() const { return std::get<int64_t>(data_); }
  /// The number as a double; an integer is converted.
  double as_double() const {
    return is_int() ? static_cast<double>(as_int()) : std::get<double>(data_);
  }
  const std::string& as_text() const { return std::get<std::string>(data_); }
  Timestamp as_timestamp() const { return std::get<Timestamp>(data_); }

  /// The type of a present value; must not be asked of a missing one.
  Type type() const noexcept;
  const Variant& variant() const noexcept { return data_; }

  /// Identity: same type and same value (1 and 1.0 differ). The language's `=` is elsewhere.
  friend bool operator==(const Value&, const Value&) = default;

 private:
  Variant data_;
};

/// Writes a number so that reading it gives the same double, in the fewest digits ("0.1", "5",
/// "1e+300"). Integers that fit are written without a point. NaN and infinities are written as
/// `nan`, `inf`, `-inf`.
CUPEL_EXPORT std::string format_number(double number);

/// A value as a person reads it: text as it is, timestamps as ISO, missing as the empty string.
CUPEL_EXPORT std::string to_text(const Value& value);

/// The language's order of two present values (LANGUAGE.md 2.3): numbers by their exact
/// mathematical value across int64 and double, booleans also with the numbers 1 and 0, text by
/// bytes, timestamps by instant, a timestamp with ISO 8601 text by instant. Nothing where the two
/// cannot be compared (or one is missing or NaN): then every comparison but `!=` is false.
CUPEL_EXPORT std::optional<int> compare(const Value& left, const Value& right) noexcept;

/// The total order of ORDER BY: by type class (booleans, numbers, timestamps, text), then as
/// `compare`; NaN after all numbers; missing after everything. Negative, zero or positive.
CUPEL_EXPORT int sort_compare(const Value& left, const Value& right) noexcept;

}  // namespace cupel
