#include "engine/io/image_head.hpp"

#include <random>

#include "recording.hpp"

namespace cupel::io {
namespace {

using namespace std::string_literals;

struct Sample {
  const char* name;
  std::string bytes;
  std::string_view type;
  uint32_t width, height;
};

const std::string kFrame = "\xff\xc0\0\x11\x08\x02\xd0\x05\0\3\1"s;  // 1280 by 720

std::string webp(const std::string& chunk) { return "RIFF\x20\0\0\0WEBP"s + chunk; }

/// A JPEG with EXIF data of two entries: a resolution, and how the picture is to be turned.
std::string turned_jpeg(bool little, char orientation) {
  const std::string tiff =
      little ? "II*\0\x08\0\0\0\2\0\x1a\1\3\0\1\0\0\0\7\0\0\0\x12\1\3\0\1\0\0\0"s +
                   std::string(1, orientation) + "\0\0\0"s
             : "MM\0*\0\0\0\x08\0\2\1\x1a\0\3\0\0\0\1\0\7\0\0\1\x12\0\3\0\0\0\1\0"s +
                   std::string(1, orientation) + "\0\0"s;
  const std::string exif = "Exif\0\0"s + tiff;
  return "\xff\xd8\xff\xe1\0"s + static_cast<char>(exif.size() + 2) + exif + kFrame;
}

const std::vector<Sample>& samples() {
  static const std::vector<Sample> list = {
      {"png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\0\x90"s, "image/png", 256, 144},
      {"gif", "GIF89a\x40\x01\xf0\0"s, "image/gif", 320, 240},
      {"jpeg", "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc4\0\4\0\0\xff"s + kFrame,
       "image/jpeg", 1280, 720},
      {"jpeg behind a long segment", "\xff\xd8\xff\xe2\xff\xff"s + std::string(65533, 'x') + kFrame,
       "image/jpeg", 1280, 720},
      {"jpeg upside down", turned_jpeg(true, 3), "image/jpeg", 1280, 720},
      {"jpeg turned", turned_jpeg(true, 6), "image/jpeg", 720, 1280},
      {"jpeg turned, the other byte order", turned_jpeg(false, 8), "image/jpeg", 720, 1280},
      {"webp lossy", webp("VP8 \x10\0\0\0\0\0\0\x9d\1\x2a\x40\x01\xf0\0"s), "image/webp", 320, 240},
      {"webp lossless", webp("VP8L\x10\0\0\0\x2f\x3f\xc1\x3b\0\0\0\0\0\0"s), "image/webp", 320,
       240},
      {"webp extended", webp("VP8X\x0a\0\0\0\0\0\0\0\x3f\1\0\xef\0\0"s), "image/webp", 320, 240},
      {"bmp", "BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x40\1\0\0\xf0\0\0\0"s, "image/bmp", 320, 240},
      {"bmp from the top", "BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x40\1\0\0\x10\xff\xff\xff"s,
       "image/bmp", 320, 240},
      {"bmp of the oldest kind", "BM\0\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\x40\1\xf0\0\1\0\x18\0"s,
       "image/bmp", 320, 240},
  };
  return list;
}

void expect_head(const Sample& sample, const std::optional<ImageHead>& head) {
  ASSERT_TRUE(head) << sample.name;
  EXPECT_EQ(head->media_type, sample.type);
  EXPECT_EQ(head->width, sample.width) << sample.name;
  EXPECT_EQ(head->height, sample.height) << sample.name;
}

TEST(ImageHead, TypeAndSizeAreRead) {
  for (const Sample& sample : samples()) expect_head(sample, image_head(sample.bytes));
}

TEST(ImageHead, FilesAreReadInPieces) {
  for (const Sample& sample : samples()) {
    const ScratchFile file("picture", sample.bytes);
    for (const size_t bytes : {1, 7, 64, 4096}) {
      FileWindow window(file.path(), bytes);
      expect_head(sample, image_head(window));
    }
  }
}

TEST(ImageHead, OtherFilesAreNone) {
  for (const std::string& bytes : {""s, "<svg xmlns='x'/>"s, "<html>"s, "%PDF-1.7"s, "RIFF"s,
                                   "RIFF\x20\0\0\0WAVEfmt \0\0\0\0\0\0\0\0\0\0\0\0\0\0"s, "BM"s})
    EXPECT_FALSE(image_head(bytes)) << bytes;
}

TEST(ImageHead, CutAndMutatedFilesAreReadNoFurtherThanTheyGo) {
  std::mt19937 random(20240611);
  for (const Sample& sample : samples()) {
    for (size_t length = 0; length < std::min<size_t>(sample.bytes.size(), 200); ++length) {
      // A copy of its own, so that a sanitizer sees a read past the end.
      std::vector<char> exact(sample.bytes.begin(),
                              sample.bytes.begin() + static_cast<ptrdiff_t>(length));
      image_head({exact.data(), exact.size()});
      for (int change = 0; change < 3 && length > 3; ++change)
        exact[3 + random() % (length - 3)] = static_cast<char>(random());
      image_head({exact.data(), exact.size()});
    }
  }
}

TEST(ImageHead, JpegSegmentsThatLeadNowhereEnd) {
  EXPECT_EQ(image_head("\xff\xd8\xff\xe0\0\0\xff\xe0\0\0"s)->width, 0u);
  EXPECT_EQ(image_head("\xff\xd8\xff"s + std::string(1000, '\xff'))->width, 0u);
  std::string segments = "\xff\xd8"s;
  for (int i = 0; i < 20'000; ++i) segments += "\xff\xe0\0\2"s;
  EXPECT_EQ(image_head(segments + kFrame)->width, 0u);
}

}  // namespace
}  // namespace cupel::io
