#include "engine/learn/index_sort.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

namespace cupel::learn {
namespace {

constexpr ptrdiff_t kSmall = 15;

/// The heap sort of numpy's introsort on order[0 … count).
template <typename Key>
void heap_sort(const Key* keys, uint32_t* order, size_t count) {
  const auto sift = [&](size_t root, size_t end) {
    const uint32_t moved = order[root];
    for (size_t child = 2 * root + 1; child < end; child = 2 * root + 1) {
      if (child + 1 < end && keys[order[child]] < keys[order[child + 1]]) ++child;
      if (!(keys[moved] < keys[order[child]])) break;
      order[root] = order[child];
      root = child;
    }
    order[root] = moved;
  };
  for (size_t root = count / 2; root-- > 0;) sift(root, count);
  for (size_t end = count; end-- > 1;) {
    std::swap(order[0], order[end]);
    sift(0, end);
  }
}

template <typename Key>
void insertion_sort(const Key* keys, uint32_t* order, ptrdiff_t low, ptrdiff_t high) {
  for (ptrdiff_t i = low + 1; i <= high; ++i) {
    const uint32_t moved = order[i];
    ptrdiff_t at = i;
    for (; at > low && keys[moved] < keys[order[at - 1]]; --at) order[at] = order[at - 1];
    order[at] = moved;
  }
}

/// One partition of order[low … high] around the median of its ends and middle; returns where
/// the pivot stands.
template <typename Key>
ptrdiff_t partition(const Key* keys, uint32_t* order, ptrdiff_t low, ptrdiff_t high) {
  const ptrdiff_t middle = low + (high - low) / 2;
  const auto less = [&](ptrdiff_t a, ptrdiff_t b) { return keys[order[a]] < keys[order[b]]; };
  if (less(middle, low)) std::swap(order[middle], order[low]);
  if (less(high, middle)) std::swap(order[high], order[middle]);
  if (less(middle, low)) std::swap(order[middle], order[low]);
  const Key pivot = keys[order[middle]];
  std::swap(order[middle], order[high - 1]);
  ptrdiff_t i = low, j = high - 1;
  while (true) {
    do ++i;
    while (keys[order[i]] < pivot);
    do --j;
    while (pivot < keys[order[j]]);
    if (i >= j) break;
    std::swap(order[i], order[j]);
  }
  std::swap(order[i], order[high - 1]);
  return i;
}

struct Range {
  ptrdiff_t low, high;
  int depth;
};

/// numpy's introsort of `order`. Ranges for which `wanted(low, high)` is false are left as they
/// are: what happens inside of a range never changes another one.
template <typename Key, typename Wanted>
void introsort(const Key* keys, std::vector<uint32_t>& order, const Wanted& wanted) {
  if (order.empty()) return;
  std::vector<Range> stack;
  Range now{0, static_cast<ptrdiff_t>(order.size()) - 1,
            2 * (static_cast<int>(std::bit_width(order.size())) - 1)};
  while (true) {
    if (now.depth < 0) {
      if (wanted(now.low, now.high))
        heap_sort(keys, order.data() + now.low, static_cast<size_t>(now.high - now.low + 1));
    } else {
      while (now.high - now.low > kSmall && wanted(now.low, now.high)) {
        const ptrdiff_t at = partition(keys, order.data(), now.low, now.high);
        --now.depth;
        Range later = now;
        if (at - now.low < now.high - at) {
          later.low = at + 1;
          now.high = at - 1;
        } else {
          later.high = at - 1;
          now.low = at + 1;
        }
        stack.push_back(later);
      }
      if (wanted(now.low, now.high)) insertion_sort(keys, order.data(), now.low, now.high);
    }
    if (stack.empty()) return;
    now = stack.back();
    stack.pop_back();
  }
}

std::vector<uint32_t> identity(size_t count) {
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

}  // namespace

template <typename Key>
std::vector<uint32_t> index_sort(std::span<const Key> keys, Ties ties) {
  std::vector<uint32_t> order = identity(keys.size());
  if (ties == Ties::kNumpy) {
    introsort(keys.data(), order, [](ptrdiff_t, ptrdiff_t) { return true; });
  } else {
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return keys[a] < keys[b]; });
  }
  return order;
}

template <typename Key>
std::vector<uint32_t> index_split(std::span<const Key> keys, size_t front, Ties ties) {
  std::vector<uint32_t> order = identity(keys.size());
  if (front == 0 || front >= keys.size()) return order;
  const auto cut = static_cast<ptrdiff_t>(front);
  if (ties == Ties::kNumpy) {
    introsort(keys.data(), order,
              [cut](ptrdiff_t low, ptrdiff_t high) { return low < cut && high >= cut; });
  } else {
    std::nth_element(order.begin(), order.begin() + cut, order.end(), [&](uint32_t a, uint32_t b) {
      return keys[a] < keys[b] || (keys[a] == keys[b] && a < b);
    });
  }
  return order;
}

template std::vector<uint32_t> index_sort(std::span<const float>, Ties);
template std::vector<uint32_t> index_sort(std::span<const double>, Ties);
template std::vector<uint32_t> index_split(std::span<const float>, size_t, Ties);
template std::vector<uint32_t> index_split(std::span<const double>, size_t, Ties);

}  // namespace cupel::learn
