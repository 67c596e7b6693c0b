#include <fstream>
#include <iterator>

#include "cupel/error.hpp"
#include "engine/io/write.hpp"
#include "recording.hpp"

namespace cupel::io {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

size_t files_in(const std::filesystem::path& folder) {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(OutputFile, AppearsWholeOrNotAtAll) {
  const ScratchFile scratch("out.txt", "before");
  std::string expected;
  {
    OutputFile file(scratch.path());
    for (int i = 0; i < 100000; ++i) {
      const std::string line = std::to_string(i) + "\n";
      expected += line;
      file.write(line);
    }
    const std::string big(size_t{1} << 20, 'x');
    expected += big;
    file.write(big);
    EXPECT_EQ(content_of(scratch.path()), "before");
    file.commit();
  }
  EXPECT_EQ(content_of(scratch.path()), expected);
  EXPECT_EQ(files_in(scratch.folder()), 1U);
  {
    OutputFile file(scratch.path());
    file.write("never seen");
  }
  EXPECT_EQ(content_of(scratch.path()), expected);
  EXPECT_EQ(files_in(scratch.folder()), 1U);
}

TEST(OutputFile, WritesThroughALink) {
  const ScratchFile scratch("real.txt", "before");
  const auto link = scratch.folder() / "link.txt";
  std::filesystem::create_symlink("real.txt", link);
  OutputFile file(link);
  file.write("after");
  file.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(content_of(scratch.path()), "after");
}

std::string refusal(const std::filesystem::path& path) {
  try {
    OutputFile file(path);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kIo);
    return error.message();
  }
  return "written";
}

TEST(OutputFile, RefusesWhatIsNoFile) {
  const ScratchFile scratch("x", "");
  EXPECT_EQ(refusal(scratch.folder()),
            "cannot write " + scratch.folder().string() + ": it is a folder; name a file in it");
  EXPECT_EQ(refusal("/dev/null"), "cannot write /dev/null: it is not a regular file");
  EXPECT_EQ(refusal("/nowhere/x"), "cannot write /nowhere/x: No such file or directory");
}

}  // namespace
}  // namespace cupel::io
