#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cctype>
#include <sstream>
#include <string>

#include "database_directory.hpp"
#include "storage/codec.hpp"

namespace cupel::storage {
namespace {

/// The bytes of the page's example: hex pairs at the beginning of lines, a comment after two
/// blanks.
std::string bytes_of_page() {
  const std::string page = file_bytes(CUPEL_SOURCE_DIR "/docs/storage-format.md");
  const size_t begin = page.find("```hex\n");
  const size_t end = page.find("```", begin + 1);
  std::istringstream lines(page.substr(begin + 7, end - begin - 7));
  std::string hex;
  for (std::string line; std::getline(lines, line);) {
    for (const char c : line.substr(0, line.find("  ")))
      if (c != ' ') hex.push_back(c);
  }
  return hex;
}

TEST(FormatPage, ItsExampleIsWhatTheCodecWrites) {
  ChunkBuilder builder(Type::kInt64);
  builder.set_integer(0, 5);
  builder.set_integer(2, 7);
  builder.set_integer(3, 300);
  builder.set_integer(4, -1);
  const std::string bytes = encode_chunk(builder.finish());
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  EXPECT_EQ(bytes_of_page(), hex);
}

}  // namespace
}  // namespace cupel::storage
