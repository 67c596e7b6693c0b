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

TEST(WriterLock, IsOfThePlaceAndNotOfItsName) {
  const DatabaseDirectory one;
  const DatabaseDirectory other;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(one.root());
  const std::shared_ptr<Dataset> first = Dataset::open("db", {.memory_bytes = 32U << 20});
  std::filesystem::current_path(other.root());
  EXPECT_FALSE(error_of([] { Dataset::open("db", {.memory_bytes = 32U << 20}); }));
  const auto transaction = first->begin();
  transaction->append_rows(kItems, 1);
  transaction->commit();
  EXPECT_EQ(first->snapshot()->catalog().row_count(kItems), 1U);
  EXPECT_TRUE(std::filesystem::exists(one.root() / "db" / "seal"));
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace cupel::storage
