#include "engine/exec/waves.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "cupel/error.hpp"

namespace cupel::exec {
namespace {

class InOrder : public ::testing::TestWithParam<int> {
 protected:
  InOrder() : pool_(GetParam()) { context_.pool = &pool_; }

  /// What is used of a loop whose results are their indexes.
  std::vector<size_t> used_of(size_t n) {
    std::vector<size_t> used;
    in_order(
        context_, n, [](size_t i) { return i; },
        [&](size_t i, size_t result) {
          EXPECT_EQ(i, result);
          used.push_back(i);
        });
    return used;
  }
  static std::vector<size_t> up_to(size_t n) {
    std::vector<size_t> all(n);
    for (size_t i = 0; i < n; ++i) all[i] = i;
    return all;
  }

  Pool pool_;
  Context context_;
};

TEST_P(InOrder, EachResultIsMadeOnceAndUsedInItsTurn) {
  for (const size_t n : {size_t{0}, size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{1000}}) {
    std::vector<std::atomic<int>> made(n);
    std::vector<size_t> used;
    const std::thread::id caller = std::this_thread::get_id();
    in_order(
        context_, n,
        [&](size_t i) {
          ++made[i];
          return std::to_string(i);
        },
        [&](size_t i, const std::string& result) {
          EXPECT_EQ(result, std::to_string(i));
          EXPECT_EQ(std::this_thread::get_id(), caller);
          used.push_back(i);
        });
    EXPECT_EQ(used, up_to(n));
    for (const auto& times : made) EXPECT_EQ(times, 1);
  }
}

TEST_P(InOrder, ShortLoopsOneAfterTheOther) {
  for (size_t round = 0; round < 2000; ++round) EXPECT_EQ(used_of(round % 5), up_to(round % 5));
}

TEST_P(InOrder, FewResultsWaitWhateverTakesLong) {
  std::atomic<size_t> used{0};
  std::atomic<size_t> most{0};
  in_order(
      context_, 300,
      [&](size_t i) {
        if (i % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        most = std::max(most.load(), i - used);
        return i;
      },
      [&](size_t i, size_t) {
        if (i % 60 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        ++used;
      });
  EXPECT_EQ(used, 300u);
  EXPECT_LE(most, static_cast<size_t>(GetParam()) * 4);
}

TEST_P(InOrder, TheFailureOfTheLowestIndexIsThrown) {
  for (int round = 0; round < 200; ++round) {
    std::vector<size_t> used;
    try {
      in_order(
          context_, 500,
          [](size_t i) {
            if (i >= 23) throw Error(ErrorCode::kInternal, std::to_string(i));
            return i;
          },
          [&](size_t i, size_t) { used.push_back(i); });
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), "23");
    }
    EXPECT_LE(used.size(), 23u);
    EXPECT_EQ(used, up_to(used.size()));
  }
  EXPECT_EQ(used_of(100), up_to(100));
}

TEST_P(InOrder, AFailureOfTheUserEndsIt) {
  std::atomic<size_t> made{0};
  EXPECT_THROW(in_order(
                   context_, 100'000,
                   [&](size_t i) {
                     ++made;
                     return i;
                   },
                   [](size_t i, size_t) {
                     if (i == 5) throw Error(ErrorCode::kInternal, "no more");
                   }),
               Error);
  EXPECT_LE(made, 6 + static_cast<size_t>(GetParam()) * 4);
  EXPECT_EQ(used_of(100), up_to(100));
}

TEST_P(InOrder, IsInterrupted) {
  std::atomic<bool> interrupt{false};
  context_.interrupt = &interrupt;
  try {
    in_order(
        context_, 100'000, [](size_t i) { return i; },
        [&](size_t i, size_t) { interrupt = i >= 50; });
    ADD_FAILURE() << "it was not interrupted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInterrupted);
  }
}

TEST_P(InOrder, MayStandWithinAnother) {
  std::vector<size_t> sums;
  in_order(
      context_, 50,
      [&](size_t i) {
        size_t sum = 0;
        in_order(
            context_, i, [](size_t k) { return k; }, [&](size_t, size_t k) { sum += k; });
        return sum;
      },
      [&](size_t, size_t sum) { sums.push_back(sum); });
  for (size_t i = 0; i < sums.size(); ++i) EXPECT_EQ(sums[i], i * (i - (i > 0)) / 2);
  EXPECT_EQ(sums.size(), 50u);
}

INSTANTIATE_TEST_SUITE_P(Threads, InOrder, ::testing::Values(1, 2, 4));

}  // namespace
}  // namespace cupel::exec
