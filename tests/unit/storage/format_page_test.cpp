#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cctype>
#include <cstring>
#include <sstream>
#include <string>

#include "database_directory.hpp"
#include "source_dir.hpp"
#include "storage/codec.hpp"
#include "storage/store.hpp"
#include "storage/vectors.hpp"

namespace cupel::storage {
namespace {

/// The bytes of an example of the page, counted from 0: hex pairs at the beginning of lines, a
/// comment after two blanks.
std::string bytes_of_page(int example) {
  const std::string page = file_bytes(CUPEL_SOURCE_DIR "/docs/storage-format.md");
  size_t begin = page.find("```hex\n");
  for (int i = 0; i < example; ++i) begin = page.find("```hex\n", begin + 1);
  const size_t end = page.find("```", begin + 1);
  std::istringstream lines(page.substr(begin + 7, end - begin - 7));
  std::string hex;
  for (std::string line; std::getline(lines, line);) {
    for (const char c : line.substr(0, line.find("  ")))
      if (c != ' ') hex.push_back(c);
  }
  return hex;
}

std::string hex_of(const std::string& bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

TEST(FormatPage, ItsNumberIsTheFormat) {
  const std::string page = file_bytes(CUPEL_SOURCE_DIR "/docs/storage-format.md");
  EXPECT_NE(page.find(fmt::format("\nFormat {}. ", kFormatVersion)), std::string::npos);
}

TEST(FormatPage, ItsFamiliesAreThoseOfTheStore) {
  const std::string page = file_bytes(CUPEL_SOURCE_DIR "/docs/storage-format.md");
  for (const char* family : kFamilyNames)
    EXPECT_NE(page.find(fmt::format("\n| `{}` | ", family)), std::string::npos) << family;
}

TEST(FormatPage, ItsVectorsAreWhatTheCodecWrites) {
  VectorBlock block;
  block.width = 2;
  block.rows = 3;
  block.present = Bitmap(3, true);
  block.present.reset(1);
  const float numbers[] = {1, -2, 0, 0, 0.5, 0};
  const auto room = vector_room(sizeof numbers);
  std::memcpy(room.get(), numbers, sizeof numbers);
  block.data = room;
  EXPECT_EQ(bytes_of_page(1), hex_of(encode_block(block)));
}

TEST(FormatPage, ItsExampleIsWhatTheCodecWrites) {
  ChunkBuilder builder(Type::kInt64);
  builder.set_integer(0, 5);
  builder.set_integer(2, 7);
  builder.set_integer(3, 300);
  builder.set_integer(4, -1);
  EXPECT_EQ(bytes_of_page(0), hex_of(encode_chunk(builder.finish())));
}

}  // namespace
}  // namespace cupel::storage
