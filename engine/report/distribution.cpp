#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/report/bars.hpp"

namespace cupel::report {
namespace {

constexpr size_t kMostBars = 20;

/// The least of 1, 2, 5, 10, … (times a power of ten) that is not less.
double round_up(double width) {
  const double power = std::pow(10.0, std::floor(std::log10(width)));
  for (const double step : {1.0, 2.0, 5.0})
    if (step * power >= width * (1 - 1e-9)) return step * power;
  return 10 * power;
}

}  // namespace

Distribution::Distribution(ColumnInfo column) : column_(std::move(column)) {}

size_t Distribution::bytes() const noexcept {
  return numbers_.capacity() * sizeof(double) + text_bytes_ + texts_.size() * 64;
}

void Distribution::add_value(const Value& value) {
  if (value.is_number()) {
    numbers_.push_back(value.as_double());
    return;
  }
  const std::string text = to_text(value);
  if (++texts_[text] == 1) text_bytes_ += text.size();
}

void Distribution::add(const ColumnData& values) {
  const size_t rows = values.size();
  rows_ += rows;
  for (size_t row = 0; row < rows; ++row) {
    if (values.is_missing(row)) {
      ++missing_;
      continue;
    }
    switch (values.type) {
      case Type::kInt64:
      case Type::kTimestamp: numbers_.push_back(static_cast<double>(values.integers[row])); break;
      case Type::kFloat64: numbers_.push_back(values.numbers[row]); break;
      case Type::kBool: ++texts_[values.integers[row] != 0 ? "true" : "false"]; break;
      case Type::kText:
      case Type::kAny: add_value(values.value(row)); break;
    }
  }
}

Bars Distribution::finish() const {
  Bars result = numbers_.size() >= rows_ - missing_ - numbers_.size() ? binned() : frequent();
  result.title = column_.name;
  result.missing = missing_;
  return result;
}

Bars Distribution::frequent() const {
  Bars result;
  // A bar of one row each says nothing.
  if (texts_.size() > kMostBars && texts_.size() == rows_ - missing_) return result;
  for (const auto& [text, count] : texts_) result.bars.push_back({text, count});
  const auto before = [](const Bars::Bar& a, const Bars::Bar& b) {
    return a.count != b.count ? a.count > b.count : a.label < b.label;
  };
  std::sort(result.bars.begin(), result.bars.end(), before);
  for (size_t i = kMostBars; i < result.bars.size(); ++i) result.others += result.bars[i].count;
  if (result.bars.size() > kMostBars) result.bars.resize(kMostBars);
  result.others += numbers_.size();
  return result;
}

Bars Distribution::binned() const {
  Bars result;
  for (const auto& [text, count] : texts_) result.others += count;
  double least = INFINITY;
  double most = -INFINITY;
  bool whole = true;
  for (const double number : numbers_) {
    if (!std::isfinite(number)) continue;
    least = std::min(least, number);
    most = std::max(most, number);
    whole = whole && number == std::floor(number);
  }
  if (!(least <= most) || !std::isfinite(most - least)) {
    result.others += numbers_.size();
    return result;
  }
  const bool instants = column_.type == Type::kTimestamp;
  double width = round_up(std::max((most - least) / kMostBars, 1e-300));
  if (whole && !instants && most - least < kMostBars) width = 1;
  if (least == most) width = std::max(std::abs(least), 1.0);
  const bool single = (whole && width == 1) || least == most;
  const double begin = least == most ? least : std::floor(least / width) * width;
  const auto bin_of = [&](double number) {
    return static_cast<size_t>(std::clamp((number - begin) / width, 0.0, 2.0 * kMostBars));
  };
  std::vector<uint64_t> counts(bin_of(most) + 1);
  for (const double number : numbers_) {
    if (!std::isfinite(number)) {
      ++result.others;
    } else {
      ++counts[std::min(bin_of(number), counts.size() - 1)];
    }
  }
  const auto edge = [&](double number) {
    return instants ? format_timestamp({static_cast<int64_t>(number)})
                    : fmt::format("{:.12g}", number);
  };
  for (size_t i = 0; i < counts.size(); ++i) {
    const double from = begin + static_cast<double>(i) * width;
    result.bars.push_back(
        {single ? edge(from) : fmt::format("{} to {}", edge(from), edge(from + width)), counts[i]});
  }
  return result;
}

}  // namespace cupel::report
