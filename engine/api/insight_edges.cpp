#include "engine/api/insight_edges.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace cupel::api {
namespace {

constexpr double kBars = 10;
constexpr size_t kMostBars = 24;

/// `digit` · 10^`power`: multiples of it are computed so that they are the doubles nearest to the
/// decimal numbers, as a person writes them.
struct Width {
  double digit = 1;
  int power = 0;

  double times(double count) const {
    const double scale = std::pow(10.0, std::abs(power));
    return power < 0 ? count * digit / scale : count * digit * scale;
  }
};

Width round_width(double wanted) {
  Width width{1, static_cast<int>(std::floor(std::log10(wanted)))};
  for (const double digit : {1.0, 2.0, 5.0, 10.0}) {
    width.digit = digit;
    if (width.times(1) >= wanted) break;
  }
  return width;
}

bool is_good(const Edges<double>& edges, double least, double greatest) {
  const auto& at = edges.at;
  const bool ascending = std::adjacent_find(at.begin(), at.end(), [](double a, double b) {
                           return !(a < b);
                         }) == at.end();
  return at.size() >= 2 && ascending && at.front() <= least && std::isfinite(at.back()) &&
         (edges.closed ? at.back() >= greatest : at.back() > greatest);
}

/// The widths of bars of time, in microseconds; beyond them days by 1, 2 and 5.
constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kTimes[] = {kSecond,      2 * kSecond,  5 * kSecond, 10 * kSecond,
                              30 * kSecond, kMinute,      2 * kMinute, 5 * kMinute,
                              10 * kMinute, 30 * kMinute, kHour,       2 * kHour,
                              3 * kHour,    6 * kHour,    12 * kHour,  kDay};

int64_t time_width(int64_t wanted) {
  if (wanted <= kSecond / 2)
    return static_cast<int64_t>(
        round_width(std::max<double>(1, static_cast<double>(wanted))).times(1));
  const auto* found = std::lower_bound(std::begin(kTimes), std::end(kTimes), wanted);
  if (found != std::end(kTimes)) return *found;
  const double days = std::ceil(static_cast<double>(wanted) / static_cast<double>(kDay));
  return kDay * static_cast<int64_t>(round_width(days).times(1));
}

}  // namespace

Edges<double> round_edges(double least, double greatest, bool whole) {
  const Edges<double> one{{least, greatest}, true};
  // Halves, since the whole range of doubles is not a double.
  const double wanted = (greatest / 2 - least / 2) / (kBars / 2);
  if (!(wanted > 0)) return one;
  const Width width = whole && wanted <= 1 ? Width{} : round_width(wanted);
  Edges<double> edges;
  for (double i = std::floor(least / width.times(1)); edges.at.size() <= kMostBars; ++i) {
    edges.at.push_back(width.times(i) + 0.0);  // no -0
    edges.closed = !whole && edges.at.size() > 1 && edges.at.back() == greatest;
    if (edges.closed || edges.at.back() > greatest) break;
  }
  // Rounding may have put the first edge a little above the least value.
  if (!edges.at.empty() && edges.at.front() > least)
    edges.at.insert(edges.at.begin(), width.times(std::floor(least / width.times(1)) - 1));
  return is_good(edges, least, greatest) ? edges : one;
}

std::optional<Edges<int64_t>> round_times(int64_t least, int64_t greatest) {
  // 0001-01-01 and the last microsecond of 9999.
  constexpr int64_t kFirst = -62'135'596'800 * kSecond;
  constexpr int64_t kLast = 253'402'300'800 * kSecond - 1;
  if (least < kFirst || greatest > kLast) return std::nullopt;
  if (least == greatest) return Edges<int64_t>{{least, greatest}, true};
  const int64_t width = time_width((greatest - least + 9) / static_cast<int64_t>(kBars));
  Edges<int64_t> edges;
  int64_t at = least / width * width;
  if (at > least) at -= width;
  for (; at <= greatest; at += width) edges.at.push_back(at);
  edges.at.push_back(at);
  if (edges.at.front() < kFirst || edges.at.back() > kLast) return std::nullopt;
  return edges;
}

}  // namespace cupel::api
