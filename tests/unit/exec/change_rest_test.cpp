#include <gtest/gtest.h>

#include "cupel/error.hpp"
#include "engine/io/rest.hpp"

namespace cupel::io {
namespace {

TEST(RemovePath, TakesAFieldOut) {
  const std::string rest =
      R"({"metadata":{"tags":["a",1],"a.b":null,"deep":{"x":[],"y":{}}},"license":null})";
  EXPECT_EQ(remove_path(rest, "metadata.tags"),
            R"({"metadata":{"a.b":null,"deep":{"x":[],"y":{}}},"license":null})");
  EXPECT_EQ(remove_path(rest, "metadata.\"a.b\""),
            R"({"metadata":{"tags":["a",1],"deep":{"x":[],"y":{}}},"license":null})");
  EXPECT_EQ(remove_path(rest, "metadata.deep"),
            R"({"metadata":{"tags":["a",1],"a.b":null},"license":null})");
  EXPECT_EQ(remove_path(rest, "metadata.deep.x"),
            R"({"metadata":{"tags":["a",1],"a.b":null,"deep":{"y":{}}},"license":null})");
}

TEST(RemovePath, LeavesWhatIsNotThere) {
  const std::string rest = R"({ "metadata" : {"tags":["a"]} })";
  for (const char* path : {"metadata.other", "metadata.tags.x", "tags", "metadata.tag"})
    EXPECT_EQ(remove_path(rest, path), rest) << path;
  EXPECT_EQ(remove_path("", "metadata.x"), "");
}

TEST(RemovePath, ObjectsThatAreEmptyWithoutItGoToo) {
  EXPECT_EQ(remove_path(R"({"metadata":{"a":{"b":[1]}}})", "metadata.a.b"), "");
  EXPECT_EQ(remove_path(R"({"metadata":{"a":{"b":[1]}},"x":1})", "metadata.a.b"), R"({"x":1})");
}

TEST(RemovePath, AValueReplacesWhatStandsAboveIt) {
  EXPECT_EQ(remove_path(R"({"metadata":{"a":[1],"b":[2]}})", "metadata.a.b", true),
            R"({"metadata":{"b":[2]}})");
  EXPECT_EQ(remove_path(R"({"metadata":{"a":null}})", "metadata.a.b", true), "");
  EXPECT_EQ(remove_path(R"({"metadata":{"a":{}}})", "metadata.a.b", true), "");
  EXPECT_EQ(remove_path(R"({"metadata":{}})", "metadata.a", true), "");
}

TEST(RemovePath, RefusesWhatIsNoObject) {
  EXPECT_THROW(remove_path("[1]", "metadata.a"), Error);
  EXPECT_THROW(remove_path("{\"a\":", "metadata.a"), Error);
}

}  // namespace
}  // namespace cupel::io
