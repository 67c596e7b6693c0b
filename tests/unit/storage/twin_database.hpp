#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <utility>

#include "database_directory.hpp"

namespace cupel::storage {

/// Random transactions on a database, compared with a plain twin in memory. Statements are taken
/// back, transactions given up, and the database is opened again, all by chance.
template <typename Twin>
class TwinDatabase {
 public:
  explicit TwinDatabase(uint32_t seed) : random_(seed) {}
  virtual ~TwinDatabase() = default;
  TwinDatabase(const TwinDatabase&) = delete;
  TwinDatabase& operator=(const TwinDatabase&) = delete;

  void run() {
    dataset_ = directory_.open(options_);
    for (int round = 0; round < 25 && !::testing::Test::HasFailure(); ++round) {
      transact_beside_a_reader();
      if (pick(5) == 0) {
        dataset_.reset();
        dataset_ = directory_.open(options_);
        compare(*dataset_->snapshot(), committed_);
      }
    }
    EXPECT_EQ(findings_of(*dataset_), "");
  }

 protected:
  /// One statement, done to both.
  virtual void change(Transaction& transaction, Twin& twin) = 0;
  virtual void compare(const Snapshot& snapshot, const Twin& twin) = 0;

  uint32_t pick(uint32_t below) { return static_cast<uint32_t>(random_() % below); }

  std::mt19937 random_;
  DatasetOptions options_;  ///< to be set before run()

 private:
  void transact_beside_a_reader() {
    const SnapshotPtr before = dataset_->snapshot();
    const Twin twin = committed_;
    transact();
    compare(*before, twin);
    compare(*dataset_->snapshot(), committed_);
  }

  void transact() {
    const auto transaction = dataset_->begin();
    Twin twin = committed_;
    const uint32_t statements = 1 + pick(5);
    for (uint32_t i = 0; i < statements; ++i) {
      Twin before = twin;
      transaction->savepoint();
      change(*transaction, twin);
      if (pick(4) == 0) {
        transaction->rollback_to_savepoint();
        twin = std::move(before);
      }
      if (pick(3) == 0) compare(*transaction->view(), twin);
    }
    if (pick(5) == 0) return;
    transaction->commit();
    committed_ = std::move(twin);
  }

  const DatabaseDirectory directory_;
  std::shared_ptr<Dataset> dataset_;
  Twin committed_;
};

/// Runs a test of that kind with several seeds.
template <typename Test>
void run_twins() {
  for (uint32_t seed = 1; seed <= 12 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Test(seed).run();
  }
}

}  // namespace cupel::storage
