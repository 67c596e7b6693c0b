#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "cupel/value.hpp"

namespace cupel {
namespace {

std::string round_trip(const std::string& text) {
  const auto instant = parse_timestamp(text);
  return instant ? format_timestamp(*instant) : "nothing";
}

TEST(Timestamp, ReadsEachForm) {
  EXPECT_EQ(parse_timestamp("1970-01-01"), Timestamp{0});
  EXPECT_EQ(parse_timestamp("2021-06-01"), Timestamp{1'622'505'600'000'000});
  EXPECT_EQ(round_trip("2021-06-01T12:30"), "2021-06-01T12:30:00Z");
  EXPECT_EQ(round_trip("2021-06-01 12:30:05"), "2021-06-01T12:30:05Z");
  EXPECT_EQ(round_trip("2021-06-01T12:30:05.25"), "2021-06-01T12:30:05.25Z");
  EXPECT_EQ(round_trip("2021-06-01T12:30:05.25Z"), "2021-06-01T12:30:05.25Z");
  EXPECT_EQ(round_trip("2021-06-01T12:30Z"), "2021-06-01T12:30:00Z");
  EXPECT_EQ(round_trip("2021-06-01T12:30:05.1234569Z"), "2021-06-01T12:30:05.123456Z");
  EXPECT_EQ(round_trip("1969-12-31T23:59:59.5Z"), "1969-12-31T23:59:59.5Z");
  EXPECT_EQ(parse_timestamp("1969-12-31T23:59:59.5Z"), Timestamp{-500'000});
}

TEST(Timestamp, AppliesOffsets) {
  EXPECT_EQ(round_trip("2021-06-01T01:00:00+02:00"), "2021-05-31T23:00:00Z");
  EXPECT_EQ(round_trip("2020-12-31T23:30-05:30"), "2021-01-01T05:00:00Z");
  EXPECT_EQ(round_trip("2021-06-01T12:00:00.5+00:00"), "2021-06-01T12:00:00.5Z");
}

TEST(Timestamp, KnowsLeapYears) {
  EXPECT_EQ(round_trip("2020-02-29"), "2020-02-29T00:00:00Z");
  EXPECT_EQ(round_trip("2000-02-29"), "2000-02-29T00:00:00Z");
  EXPECT_EQ(round_trip("2021-02-29"), "nothing");
  EXPECT_EQ(round_trip("1900-02-29"), "nothing");
  EXPECT_EQ(round_trip("2021-04-31"), "nothing");
}

TEST(Timestamp, EndsWithTheCalendar) {
  EXPECT_EQ(round_trip("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z");
  EXPECT_EQ(round_trip("9999-12-31T23:59:59.999999Z"), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(round_trip("0000-12-31"), "nothing");
  EXPECT_EQ(round_trip("0001-01-01T00:00:00+00:01"), "nothing");
  EXPECT_EQ(round_trip("9999-12-31T23:59:59-00:01"), "nothing");
}

TEST(Timestamp, RefusesEverythingElse) {
  for (const char* text : {"",
                           "2021",
                           "2021-06",
                           "2021-6-1",
                           "21-06-01",
                           "2021-13-01",
                           "2021-00-10",
                           "2021-06-00",
                           "2021-06-01T",
                           "2021-06-01T12",
                           "2021-06-01T24:00",
                           "2021-06-01T12:60",
                           "2021-06-01T12:30:60",
                           "2021-06-01T12:30:05.",
                           "2021-06-01T12:30:05.Z",
                           "2021-06-01T12:30:05ZZ",
                           "2021-06-01T12:30:05+02",
                           "2021-06-01T12:30:05+0200",
                           "2021-06-01T12:30:05+24:00",
                           "2021-06-01T12:30:05+02:60",
                           "2021-06-01t12:30",
                           " 2021-06-01",
                           "2021-06-01 ",
                           "2021-06-01Z",
                           "2021/06/01",
                           "+2021-06-01",
                           "-021-06-01",
                           "2021-06-01  12:30",
                           "12021-06-01",
                           "2021-06-01T12:30 Z",
                           "abcd-ef-gh"}) {
    EXPECT_EQ(round_trip(text), "nothing") << text;
  }
  EXPECT_FALSE(parse_timestamp(std::string_view("2021-06-01\0", 11)));
}

TEST(Timestamp, EveryInstantOfTheCalendarComesBack) {
  const int64_t least = parse_timestamp("0001-01-01")->micros;
  const int64_t most = parse_timestamp("9999-12-31T23:59:59.999999")->micros;
  std::mt19937_64 random(1);
  std::uniform_int_distribution<int64_t> micros(least, most);
  for (int i = 0; i < 20'000; ++i) {
    const Timestamp instant{micros(random)};
    ASSERT_EQ(parse_timestamp(format_timestamp(instant)), instant) << instant.micros;
  }
}

TEST(Timestamp, EveryDayFollowsTheOneBefore) {
  constexpr int64_t kDay = 86'400'000'000;
  const int64_t first = parse_timestamp("1599-12-31")->micros;
  std::string before = format_timestamp(Timestamp{first});
  for (int64_t day = 1; day < 200'000; ++day) {
    const std::string text = format_timestamp(Timestamp{first + day * kDay});
    ASSERT_LT(before, text);
    ASSERT_EQ(parse_timestamp(text.substr(0, 10)), Timestamp{first + day * kDay});
    before = text;
  }
}

TEST(Timestamp, WritesInstantsPastTheCalendar) {
  EXPECT_EQ(format_timestamp({std::numeric_limits<int64_t>::max()}),
            "+294247-01-10T04:00:54.775807Z");
  EXPECT_EQ(format_timestamp({std::numeric_limits<int64_t>::min()}),
            "-290308-12-21T19:59:05.224192Z");
}

}  // namespace
}  // namespace cupel
