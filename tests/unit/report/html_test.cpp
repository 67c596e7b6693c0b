#include "engine/report/html.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace cupel::report {
namespace {

using namespace std::string_literals;

TEST(Html, MarkupBecomesReferences) {
  EXPECT_EQ(escaped("<b a=\"1\" c='2'>&amp;"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;");
  EXPECT_EQ(escaped("Straße 道路"), "Straße 道路");
}

TEST(Html, WhatCouldSteerIsShown) {
  EXPECT_EQ(escaped("a\0b\x1b[2J"s), "a\\x00b\\x1b[2J");
  EXPECT_EQ(escaped("\xff"), "\\xff");
  EXPECT_EQ(escaped("a\xe2\x80\xae"
                    "b"),
            "a\\u202eb");
}

TEST(Html, LinksAreWebAddressesAndPaths) {
  EXPECT_EQ(link_to("https://a.example/x y.jpg?b=1&c=%20#d"),
            "https://a.example/x%20y.jpg?b=1&c=%20#d");
  EXPECT_EQ(link_to("HTTP://a.example"), "HTTP://a.example");
  EXPECT_EQ(link_to("/data/a b/100%.jpg"), "file:///data/a%20b/100%25.jpg");
  EXPECT_EQ(link_to("file:///data/a\"b.jpg"), "file:///data/a%22b.jpg");
  EXPECT_EQ(link_to("images/ä#1?.jpg"), "./images/%C3%A4%231%3F.jpg");
  // A Windows drive is a path, and its colon would end a scheme.
  EXPECT_EQ(link_to("C:\\a.jpg"), "./C%3A%5Ca.jpg");
}

TEST(Html, OtherSchemesAreNoLinks) {
  for (const char* location : {"javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
                               "vbscript:x", "s3://bucket/a.jpg", "view-source:x", ""})
    EXPECT_EQ(link_to(location), "") << location;
  // What a browser could make a scheme of, after leaving out blanks and controls, is a path here.
  for (const char* location : {" javascript:alert(1)", "java\tscript:alert(1)", "\x01javascript:x"})
    EXPECT_TRUE(link_to(location).starts_with("./")) << location;
  // Two slashes would name a host.
  EXPECT_EQ(link_to("//evil.example/a"), "file:////evil.example/a");
}

TEST(Html, NothingEndsAnAttribute) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const std::string prefix : {"", "https://a/", "file:", "/"}) {
      const std::string link = link_to(prefix + static_cast<char>(byte) + "x");
      EXPECT_EQ(link.find_first_of("\"'<>\\` \n\t"), std::string::npos) << byte;
    }
  }
}

TEST(Html, DataLinksAreBase64) {
  EXPECT_EQ(data_link("image/png", ""), "data:image/png;base64,");
  EXPECT_EQ(data_link("image/png", "f"), "data:image/png;base64,Zg==");
  EXPECT_EQ(data_link("image/png", "fo"), "data:image/png;base64,Zm8=");
  EXPECT_EQ(data_link("image/png", "foo"), "data:image/png;base64,Zm9v");
  EXPECT_EQ(data_link("a", "\xff\xfe\xfd\xfc"), "data:a;base64,//79/A==");
}

TEST(Html, CoordinatesAreShort) {
  EXPECT_EQ(coordinate(0), "0");
  EXPECT_EQ(coordinate(-0.001), "0");
  EXPECT_EQ(coordinate(12.5), "12.5");
  EXPECT_EQ(coordinate(1.0 / 3), "0.33");
  EXPECT_EQ(coordinate(100), "100");
  EXPECT_EQ(coordinate(NAN), "0");
  EXPECT_EQ(coordinate(1e300), "1000000000");
}

}  // namespace
}  // namespace cupel::report
