#include "engine/report/picture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cupel::report {
namespace {

using namespace std::string_literals;

struct Sample {
  const char* name;
  std::string bytes;
  std::string_view type;
  uint32_t width, height;
};

std::string webp(const std::string& chunk) { return "RIFF\x20\0\0\0WEBP"s + chunk; }

const std::vector<Sample>& samples() {
  static const std::vector<Sample> list = {
      {"png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\0\x90"s, "image/png", 256, 144},
      {"gif", "GIF89a\x40\x01\xf0\0"s, "image/gif", 320, 240},
      {"jpeg",
       "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc4\0\4\0\0\xff\xff\xc0\0\x11\x08\x02"
       "\xd0"
       "\x05\0\3\1"s,
       "image/jpeg", 1280, 720},
      {"webp lossy", webp("VP8 \x10\0\0\0\0\0\0\x9d\1\x2a\x40\x01\xf0\0"s), "image/webp", 320, 240},
      {"webp lossless", webp("VP8L\x10\0\0\0\x2f\x3f\xc1\x3b\0\0\0\0\0\0"s), "image/webp", 320,
       240},
      {"webp extended", webp("VP8X\x0a\0\0\0\0\0\0\0\x3f\1\0\xef\0\0"s), "image/webp", 320, 240},
  };
  return list;
}

TEST(Picture, TypeAndSizeAreRead) {
  for (const Sample& sample : samples()) {
    const auto head = picture_head(sample.bytes);
    ASSERT_TRUE(head) << sample.name;
    EXPECT_EQ(head->media_type, sample.type);
    EXPECT_EQ(head->width, sample.width) << sample.name;
    EXPECT_EQ(head->height, sample.height) << sample.name;
  }
}

TEST(Picture, OtherFilesAreNone) {
  for (const std::string& bytes : {""s, "<svg xmlns='x'/>"s, "<html>"s, "%PDF-1.7"s, "RIFF"s,
                                   "RIFF\x20\0\0\0WAVEfmt \0\0\0\0\0\0\0\0\0\0\0\0\0\0"s, "BM"s})
    EXPECT_FALSE(picture_head(bytes)) << bytes;
}

TEST(Picture, CutFilesAreReadNoFurtherThanTheyGo) {
  for (const Sample& sample : samples())
    for (size_t length = 0; length < sample.bytes.size(); ++length) {
      // A copy of its own, so that a sanitizer sees a read past the end.
      const std::string cut(sample.bytes, 0, length);
      const std::vector<char> exact(cut.begin(), cut.end());
      picture_head({exact.data(), exact.size()});
    }
}

TEST(Picture, JpegSegmentsThatLeadNowhereEnd) {
  EXPECT_EQ(picture_head("\xff\xd8\xff\xe0\0\0\xff\xe0\0\0"s)->width, 0u);
  EXPECT_EQ(picture_head("\xff\xd8\xff"s + std::string(1000, '\xff'))->width, 0u);
}

}  // namespace
}  // namespace cupel::report
