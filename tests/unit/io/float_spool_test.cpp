#include "engine/io/float_spool.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cupel::io {
namespace {

TEST(FloatSpool, GivesBackWhatCameInMemoryAndFromTheDisk) {
  for (const size_t memory_bytes : {size_t{0}, size_t{100}, size_t{1} << 20}) {
    std::mt19937 random(3);
    FloatSpool spool(memory_bytes);
    std::vector<float> all;
    for (int round = 0; round < 500; ++round) {
      std::vector<double> values(random() % 40);
      for (double& value : values) value = static_cast<double>(random()) / 7e6 - 100;
      spool.append(values);
      for (const double value : values) all.push_back(static_cast<float>(value));
    }
    const float* const numbers = spool.finish();
    ASSERT_EQ(std::vector<float>(numbers, numbers + all.size()), all) << memory_bytes;
  }
}

TEST(FloatSpool, MayStayEmpty) {
  FloatSpool spool;
  spool.append({});
  spool.finish();
}

}  // namespace
}  // namespace cupel::io
