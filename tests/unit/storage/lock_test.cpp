#include "storage/lock.hpp"

#include <gtest/gtest.h>

#include "database_directory.hpp"

namespace cupel::storage {
namespace {

TEST(WriterLock, RefusesAnotherProcessByTheIdOfTheHolder) {
  const DatabaseDirectory directory;
  const WriterLock lock(directory.root());
  const std::string holder = std::to_string(::getpid());
  const int result = in_child([&] {
    const auto error = error_of([&] { const WriterLock second(directory.root()); });
    if (!error || error->code() != ErrorCode::kConflict) return 1;
    return error->message().find("process " + holder + ";") == std::string::npos ? 2 : 0;
  });
  EXPECT_EQ(result, 0);
}

TEST(WriterLock, IsFreeAfterItsHolderDied) {
  const DatabaseDirectory directory;
  EXPECT_EQ(in_child([&] {
              auto* held = new WriterLock(directory.root());
              return held == nullptr ? 1 : 0;
            }),
            0);
  EXPECT_TRUE(std::filesystem::exists(directory.root() / "LOCK"));
  EXPECT_FALSE(error_of([&] { const WriterLock lock(directory.root()); }));
}

TEST(WriterLock, HoldsWithinOneProcessToo) {
  const DatabaseDirectory directory;
  {
    const WriterLock lock(directory.root());
    EXPECT_EQ(error_of([&] { const WriterLock second(directory.root()); })->code(),
              ErrorCode::kConflict);
  }
  EXPECT_FALSE(error_of([&] { const WriterLock lock(directory.root()); }));
}

}  // namespace
}  // namespace cupel::storage
