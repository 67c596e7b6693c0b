#include "engine/io/polygon_json.hpp"

#include <gtest/gtest.h>

namespace cupel::io {
namespace {

using Numbers = std::vector<double>;
using Ends = std::vector<uint64_t>;

TEST(PolygonJson, ReadsRingsAsFormatsWriteThem) {
  const struct {
    const char* geometry;
    Numbers xy;
    Ends ends;
  } kCases[] = {
      {R"({"vertices":[{"x":1,"y":2},{"y":4,"x":3.5},{"x":0,"y":0}]})", {1, 2, 3.5, 4, 0, 0}, {3}},
      {R"({"vertices":[[1,2],[3,4],[5,6]]})", {1, 2, 3, 4, 5, 6}, {3}},
      {R"({"segmentation":[[1,2,3,4,5,6],[7,8,9,10,11,12]]})",
       {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
       {3, 6}},
      {R"({"poly2d":[{"vertices":[[1,2],[3,4]],"types":"LL","closed":true},{"vertices":[[5,6]]}]})",
       {1, 2, 3, 4, 5, 6},
       {2, 3}},
      {R"({"poly2d":[[1,2,"L"],[3,4,"C"]]})", {1, 2, 3, 4}, {2}},
  };
  PolygonReader reader;
  for (const auto& wanted : kCases) {
    Numbers xy;
    Ends ends;
    EXPECT_TRUE(reader.read(wanted.geometry, xy, ends)) << wanted.geometry;
    EXPECT_EQ(xy, wanted.xy) << wanted.geometry;
    EXPECT_EQ(ends, wanted.ends) << wanted.geometry;
  }
}

TEST(PolygonJson, LeavesNothingBehindOfWhatIsNoPolygon) {
  PolygonReader reader;
  for (const char* geometry :
       {"", "{", "[]", "{}", R"({"vertices":[]})", R"({"vertices":[{"x":1}]})",
        R"({"vertices":[[1]]})", R"({"vertices":[[1,"2"]]})", R"({"vertices":3})",
        R"({"segmentation":[[1,2,3]]})", R"({"segmentation":{"counts":"x"}})",
        R"({"segmentation":[1,2]})", R"({"poly2d":[{"vertices":[[1,2]]},{}]})",
        R"({"poly2d":[[1,2,"L"],3]})", R"({"keypoints":[1,2,3]})"}) {
    Numbers xy{7, 7};
    Ends ends{1};
    EXPECT_FALSE(reader.read(geometry, xy, ends)) << geometry;
    EXPECT_EQ(xy, (Numbers{7, 7})) << geometry;
    EXPECT_EQ(ends, (Ends{1})) << geometry;
  }
}

}  // namespace
}  // namespace cupel::io
