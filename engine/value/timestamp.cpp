#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cupel/value.hpp"

namespace cupel {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

struct Date {
  int64_t year;
  int month;
  int day;
};

// Both conversions follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". They are
// written out because std::chrono::year ends at 32767, before a timestamp does.

/// Days since 1970-01-01 of a date.
constexpr int64_t days_of(Date date) noexcept {
  const int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t month_from_march = (date.month + 9) % 12;
  const int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

constexpr Date date_of(int64_t days) noexcept {
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  const int month =
      static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

constexpr int64_t kFirstSecond = days_of({1, 1, 1}) * kSecondsPerDay;
constexpr int64_t kLastSecond = (days_of({9999, 12, 31}) + 1) * kSecondsPerDay - 1;

int days_in_month(int64_t year, int month) noexcept {
  if (month == 2) return (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28;
  return (month == 4 || month == 6 || month == 9 || month == 11) ? 30 : 31;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Takes pieces off the front of a text. Each step says whether it found what it wanted.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  bool literal(char wanted) noexcept {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Exactly `digits` digits, a number from `least` to `most`.
  bool number(size_t digits, int least, int most, int& value) noexcept {
    if (rest_.size() < digits) return false;
    value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (!is_digit(rest_[i])) return false;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value >= least && value <= most;
  }

  /// One digit or more after the point, as microseconds; what is finer is cut off.
  bool fraction(int64_t& micros) noexcept {
    if (rest_.empty() || !is_digit(rest_.front())) return false;
    int64_t unit = kMicrosPerSecond / 10;
    for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), unit /= 10)
      micros += (rest_.front() - '0') * unit;
    return true;
  }

 private:
  std::string_view rest_;
};

int64_t seconds_of(int64_t hours, int64_t minutes) noexcept { return hours * 3600 + minutes * 60; }

/// The part after the date: time, fraction, zone. Seconds are since the start of the UTC day.
bool scan_time(Scanner& scan, int64_t& seconds, int64_t& micros) noexcept {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!scan.literal('T') && !scan.literal(' ')) return false;
  if (!scan.number(2, 0, 23, hour) || !scan.literal(':') || !scan.number(2, 0, 59, minute))
    return false;
  if (scan.literal(':')) {
    if (!scan.number(2, 0, 59, second)) return false;
    if (scan.literal('.') && !scan.fraction(micros)) return false;
  }
  seconds = seconds_of(hour, minute) + second;
  if (scan.at_end() || scan.literal('Z')) return scan.at_end();

  const int sign = scan.literal('+') ? 1 : (scan.literal('-') ? -1 : 0);
  if (sign == 0 || !scan.number(2, 0, 23, hour) || !scan.literal(':') ||
      !scan.number(2, 0, 59, minute))
    return false;
  seconds -= sign * seconds_of(hour, minute);
  return scan.at_end();
}

void append_number(std::string& out, int64_t number, size_t digits) {
  std::array<char, 24> buffer;
  char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  const auto length = static_cast<size_t>(end - buffer.data());
  if (length < digits) out.append(digits - length, '0');
  out.append(buffer.data(), length);
}

/// ISO 8601 writes years outside 0000 to 9999 with a sign; the reader refuses those.
void append_year(std::string& out, int64_t year) {
  if (year < 0) out.push_back('-');
  if (year > 9999) out.push_back('+');
  append_number(out, year < 0 ? -year : year, 4);
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept {
  Scanner scan(text);
  int year = 0;
  int month = 0;
  int day = 0;
  if (!scan.number(4, 1, 9999, year) || !scan.literal('-') || !scan.number(2, 1, 12, month) ||
      !scan.literal('-') || !scan.number(2, 1, days_in_month(year, month), day))
    return std::nullopt;
  int64_t seconds = 0;
  int64_t micros = 0;
  if (!scan.at_end() && !scan_time(scan, seconds, micros)) return std::nullopt;
  seconds += days_of({year, month, day}) * kSecondsPerDay;
  // An offset can carry an instant over either end of the calendar.
  if (seconds < kFirstSecond || seconds > kLastSecond) return std::nullopt;
  return Timestamp{seconds * kMicrosPerSecond + micros};
}

std::string format_timestamp(Timestamp instant) {
  int64_t seconds = instant.micros / kMicrosPerSecond;
  int64_t micros = instant.micros % kMicrosPerSecond;
  if (micros < 0) {
    micros += kMicrosPerSecond;
    --seconds;
  }
  int64_t days = seconds / kSecondsPerDay;
  int64_t second_of_day = seconds % kSecondsPerDay;
  if (second_of_day < 0) {
    second_of_day += kSecondsPerDay;
    --days;
  }
  const Date date = date_of(days);
  std::string out;
  out.reserve(32);
  append_year(out, date.year);
  out.push_back('-');
  append_number(out, date.month, 2);
  out.push_back('-');
  append_number(out, date.day, 2);
  out.push_back('T');
  append_number(out, second_of_day / 3600, 2);
  out.push_back(':');
  append_number(out, second_of_day / 60 % 60, 2);
  out.push_back(':');
  append_number(out, second_of_day % 60, 2);
  if (micros != 0) {
    out.push_back('.');
    append_number(out, micros, 6);
    out.erase(out.find_last_not_of('0') + 1);
  }
  out.push_back('Z');
  return out;
}

}  // namespace cupel
