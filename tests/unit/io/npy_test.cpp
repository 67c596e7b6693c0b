#include "engine/io/npy.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include "cupel/error.hpp"

namespace cupel::io {
namespace {

namespace fs = std::filesystem;

std::string dictionary(const std::string& descr, const std::string& shape,
                       const std::string& fortran = "False") {
  return "{'descr': " + descr + ", 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

/// A file of that version whose numbers begin at a multiple of 64.
std::string npy(std::string header, const std::string& numbers, char version = 1) {
  const size_t before = version == 1 ? 10 : 12;
  header.append(63 - (before + header.size()) % 64, ' ');
  header += '\n';
  std::string bytes = std::string("\x93NUMPY") + version + '\0';
  const auto length = static_cast<uint32_t>(header.size());
  bytes.append(reinterpret_cast<const char*>(&length), version == 1 ? 2 : 4);
  return bytes + header + numbers;
}

NpyHeader header_of(const std::string& bytes) { return read_npy_header("x.npy", bytes); }

Error refusal(const std::string& bytes) {
  try {
    header_of(bytes);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "it was taken";
  return {ErrorCode::kInternal, ""};
}

void expect_refusal(const std::string& bytes, ErrorCode code, const std::string& sentence) {
  const Error error = refusal(bytes);
  EXPECT_EQ(error.message(), sentence);
  EXPECT_EQ(error.code(), code) << sentence;
}
void expect_damaged(const std::string& bytes, const std::string& why) {
  expect_refusal(bytes, ErrorCode::kConstraint, "x.npy is damaged: " + why);
}
void expect_unreadable(const std::string& header, const std::string& why) {
  expect_damaged(npy(header, ""), "its header cannot be read: " + why);
}
void expect_unsupported(const std::string& bytes, const std::string& what) {
  expect_refusal(bytes, ErrorCode::kUnsupported, "x.npy " + what);
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& bytes)
      : path_(fs::temp_directory_path() / ("cupel-npy-" + std::to_string(::getpid()))) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { fs::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

TEST(NpyHeader, OfEachTypeAndVersion) {
  const std::pair<const char*, NpyType> types[] = {
      {"<f2", NpyType::kFloat16}, {"<f4", NpyType::kFloat32}, {"<f8", NpyType::kFloat64},
      {"<i4", NpyType::kInt32},   {"<i8", NpyType::kInt64},   {"|u1", NpyType::kUint8}};
  for (const auto& [descr, type] : types) {
    for (const char version : {1, 2, 3}) {
      const std::string numbers(6 * npy_type_bytes(type), '\0');
      const NpyHeader header =
          header_of(npy(dictionary("'" + std::string(descr) + "'", "(2, 3)"), numbers, version));
      EXPECT_EQ(header.type, type) << descr;
      EXPECT_EQ(header.dimensions, 2U);
      EXPECT_EQ(header.rows, 2U);
      EXPECT_EQ(header.columns, 3U);
      EXPECT_EQ(header.data_begin % 64, 0U);
    }
  }
}

TEST(NpyHeader, OfAListAndOfNothing) {
  const NpyHeader list = header_of(npy(dictionary("'<f4'", "(5,)"), std::string(20, '\0')));
  EXPECT_EQ(list.dimensions, 1U);
  EXPECT_EQ(list.rows, 5U);
  EXPECT_EQ(list.columns, 1U);
  EXPECT_EQ(header_of(npy(dictionary("'<f4'", "(0, 7)"), "")).rows, 0U);
  // The order of a list does not matter.
  EXPECT_EQ(header_of(npy(dictionary("'<f4'", "(1,)", "True"), "1234")).rows, 1U);
}

TEST(NpyHeader, IsALiteralOfAnyForm) {
  const std::string numbers(24, '\0');
  for (const std::string header :
       {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
        "{\"shape\":(2,3,),\"fortran_order\":False,\"descr\":\"<f4\"}",
        "{ 'shape' : ( 2L , 3L ) , 'descr' : '<f4' , 'fortran_order' : False , } "})
    EXPECT_EQ(header_of(npy(header, numbers)).columns, 3U) << header;
}

TEST(NpyHeader, RefusesWhatIsNoNpyFile) {
  expect_unsupported("", "is not an npy file: numpy.save writes one");
  expect_unsupported("{\"a\": 1}", "is not an npy file: numpy.save writes one");
  expect_unsupported(std::string("PK\3\4") + std::string(100, 'x'),
                     "is not an npy file but an archive (npz?); save the one array with "
                     "numpy.save");
  expect_unsupported(npy(dictionary("'<f4'", "(0,)"), "", 4),
                     "has version 4 of the npy format; versions 1 to 3 can be read");
  expect_unsupported(npy(dictionary("'<f4'", "(0,)"), "", 0),
                     "has version 0 of the npy format; versions 1 to 3 can be read");
}

TEST(NpyHeader, RefusesAHeaderThatEndsOrIsTooLong) {
  const std::string whole = npy(dictionary("'<f4'", "(1,)"), "1234");
  for (size_t bytes = 6; bytes < whole.size() - 4; ++bytes)
    expect_damaged(whole.substr(0, bytes), "it ends in its header");
  std::string bytes = npy(dictionary("'<f4'", "(1,)") + std::string(9'960, ' '), "1234");
  expect_damaged(bytes, "its header has 10038 bytes; at most 10000 make sense");
}

TEST(NpyHeader, RefusesWhatIsNoPlainLiteral) {
  expect_unreadable("", "'{' is missing at byte 54");
  expect_unreadable("__import__('os').system('true')", "'{' is missing at byte 0");
  expect_unreadable("{'descr': '<f4'}", "it does not name descr, fortran_order and shape");
  expect_unreadable("{'descr': '<f4', 'descr': '<f4'}",
                    "its dictionary has a key that does not belong there, or one twice");
  expect_unreadable("{'descr': '<f4', 'extra': 1}",
                    "its dictionary has a key that does not belong there, or one twice");
  expect_unreadable("{'descr': f()}", "a text is missing at byte 10");
  expect_unreadable("{'descr': '<f4", "a text does not end");
  expect_unreadable("{'descr': '\\x3cf4'}", "a text has an escape in it");
  expect_unreadable("{'fortran_order': 0}", "fortran_order is neither True nor False");
  expect_unreadable("{'shape': [2, 3]}", "'(' is missing at byte 10");
  expect_unreadable("{'shape': (-2, 3)}", "a dimension is not a whole number");
  expect_unreadable("{'shape': (2.5, 3)}", "')' is missing at byte 12");
  expect_unreadable("{'shape': (99999999999999999999, 3)}", "a dimension is too large to be true");
  expect_unreadable(dictionary("'<f4'", "(1,)") + " + 1", "something follows its dictionary");
}

TEST(NpyHeader, RefusesArraysThatItCannotTake) {
  const auto of_type = [](const std::string& descr) {
    return npy(dictionary(descr, "(2, 3)"), std::string(24, '\0'));
  };
  expect_unsupported(of_type("'|O'"),
                     "holds Python objects: pickled arrays can run code; save with a plain dtype");
  expect_unsupported(of_type("'>f4'"),
                     "holds big-endian numbers ('>f4'); save array.astype('<f4')");
  expect_unsupported(of_type("'<V2'"),
                     "holds raw bytes ('<V2'), as bfloat16 is saved; save "
                     "array.astype('float32')");
  expect_unsupported(of_type("'<U12'"),
                     "holds '<U12'; the types that can be read are float16, float32, float64, "
                     "int32, int64 and uint8, little-endian");
  expect_unsupported(of_type("[('x', '<f4')]"),
                     "holds structures; save one field of them as an array of its own");
  expect_unsupported(npy(dictionary("'<f4'", "()"), "1234"),
                     "has 0 dimensions; an array of rows has 2 (or 1)");
  expect_unsupported(npy(dictionary("'<f4'", "(1, 1, 1)"), "1234"),
                     "has 3 dimensions; an array of rows has 2 (or 1)");
  expect_unsupported(npy(dictionary("'<f4'", "(2, 3)", "True"), std::string(24, '\0')),
                     "is stored by columns (Fortran order); save numpy.ascontiguousarray(array)");
  std::string crooked = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}\n";
  crooked = std::string("\x93NUMPY\1\0", 8) + static_cast<char>(crooked.size()) + '\0' + crooked;
  ASSERT_NE(crooked.size() % 4, 0U);
  expect_unsupported(crooked + "1234",
                     "has numbers that do not begin at a multiple of their size; save the array "
                     "again with numpy.save");
}

TEST(NpyHeader, RefusesANumberOfBytesThatDoesNotFit) {
  const std::string header = dictionary("'<f4'", "(2, 3)");
  for (const size_t bytes : {0, 23, 25, 28})
    expect_damaged(npy(header, std::string(bytes, '\0')),
                   "2 x 3 numbers of float32 do not fill the " + std::to_string(bytes) +
                       " bytes behind its header");
  expect_damaged(npy(dictionary("'<f8'", "(4,)"), "x"),
                 "4 numbers of float64 do not fill the 1 bytes behind its header");
  // Products that would be 0 or small if they wrapped around.
  expect_damaged(npy(dictionary("'<f4'", "(4294967296, 4294967296)"), ""),
                 "4294967296 x 4294967296 numbers of float32 do not fill the 0 bytes behind its "
                 "header");
  expect_damaged(npy(dictionary("'<f8'", "(2305843009213693952, 1)"), ""),
                 "2305843009213693952 x 1 numbers of float64 do not fill the 0 bytes behind its "
                 "header");
}

TEST(NpyHeader, SurvivesRandomDamage) {
  const std::string sound = npy(dictionary("'<f4'", "(2, 3)"), std::string(24, '\0'));
  std::mt19937 random(5);
  const auto below = [&](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  size_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = sound;
    for (size_t i = 0; i <= below(3); ++i)
      bytes[below(bytes.size())] = static_cast<char>(below(256));
    if (below(4) == 0) bytes.resize(below(bytes.size() + 1));
    if (below(4) == 0) bytes.insert(below(bytes.size() + 1), std::string(1 + below(9), '('));
    try {
      const NpyHeader header = header_of(bytes);
      // What is taken fits the bytes that are there.
      ASSERT_EQ(header.rows * header.columns * npy_type_bytes(header.type),
                bytes.size() - header.data_begin);
    } catch (const Error& error) {
      ++refused;
      ASSERT_NE(error.code(), ErrorCode::kInternal);
      ASSERT_NE(error.message().find("x.npy"), std::string::npos);
    }
  }
  EXPECT_GT(refused, 10'000U);
}

TEST(NpyFile, MapsItsNumbers) {
  const std::vector<float> numbers{1, 2, 3, 4, 5, 6};
  std::string bytes(numbers.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  const TemporaryFile file(npy(dictionary("'<f4'", "(3, 2)"), bytes));
  const NpyFile mapped(file.path());
  ASSERT_EQ(mapped.header().rows, 3U);
  std::vector<float> read(numbers.size());
  std::memcpy(read.data(), mapped.data(), bytes.size());
  EXPECT_EQ(read, numbers);
  mapped.file().require_unchanged();
}

TEST(NpyFile, SaysWhatCannotBeOpened) {
  const auto message = [](const fs::path& path) {
    try {
      const NpyFile file(path);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kIo);
      return error.message();
    }
    return std::string("opened");
  };
  EXPECT_EQ(message("/nowhere/x.npy"), "cannot read /nowhere/x.npy: No such file or directory");
  EXPECT_EQ(message("/tmp"), "cannot read /tmp: it is a folder; name a file in it");
  EXPECT_EQ(message("/dev/null"), "cannot read /dev/null: it is not a regular file");
}

TEST(NpyFile, OfAnEmptyFileIsRefused) {
  const TemporaryFile file("");
  EXPECT_THROW(NpyFile{file.path()}, Error);
}

TEST(MappedFile, BecomesShorterWithoutEndingTheProcess) {
  const TemporaryFile file(std::string(64 * 1024, 'x'));
  const MappedFile mapped(file.path());
  EXPECT_EQ(mapped.bytes()[60'000], 'x');
  fs::resize_file(file.path(), 4096);
  // Touching what is gone gives zeros, and is noticed.
  EXPECT_EQ(mapped.bytes()[40'000], '\0');
  EXPECT_EQ(mapped.bytes()[4'000], 'x');
  EXPECT_THROW(mapped.require_unchanged(), Error);
  // Also when it is as long as before.
  fs::resize_file(file.path(), 64 * 1024);
  EXPECT_THROW(mapped.require_unchanged(), Error);
  // Another mapping of the same file is not concerned.
  const MappedFile again(file.path());
  EXPECT_EQ(again.bytes()[4'000], 'x');
  again.require_unchanged();
}

TEST(MappedFile, NoticesThatItWasWrittenTo) {
  const TemporaryFile file("some bytes");
  const MappedFile mapped(file.path());
  mapped.require_unchanged();
  fs::last_write_time(file.path(), fs::last_write_time(file.path()) + std::chrono::seconds(5));
  try {
    mapped.require_unchanged();
    FAIL() << "it was not noticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConflict);
    EXPECT_EQ(error.message(), file.path().string() +
                                   " was changed while it was read; run the statement again when "
                                   "nothing writes to it");
  }
}

TEST(MappedFileDeathTest, AnotherBusErrorStillEndsTheProcess) {
  const TemporaryFile file(std::string(8192, 'x'));
  const MappedFile mapped(file.path());
  ASSERT_EQ(mapped.bytes()[0], 'x');
  // By the signal, or by whoever handled it before (a sanitizer).
  const auto ended = [](int status) { return !WIFEXITED(status) || WEXITSTATUS(status) != 0; };
  EXPECT_EXIT(::raise(SIGBUS), ended, "");
}

}  // namespace
}  // namespace cupel::io
