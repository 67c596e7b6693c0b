#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "grammar/print.hpp"
#include "tests/property/twins.hpp"

namespace cupel::testing {

/// A random dataset with annotations, by seed, and questions to it.
class Laws : public ::testing::TestWithParam<uint64_t> {
 protected:
  void SetUp() override {
    random_.seed(GetParam());
    do data_ = random_data(random_);
    while (data_.annotations.empty());
    directory_ = std::filesystem::temp_directory_path() / fmt::format("cupel_laws_{}", ::getpid());
    std::filesystem::create_directories(directory_);
    load(data_, session_, directory_.string());
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  grammar::ExpressionPtr tree(grammar::SourceKind kind = grammar::SourceKind::kItems,
                              const QueryKnobs& knobs = {}) {
    return RandomQuery(random_, data_.vocabulary, knobs).condition(kind);
  }
  std::string condition(grammar::SourceKind kind = grammar::SourceKind::kItems,
                        const QueryKnobs& knobs = {}) {
    return grammar::print(*tree(kind, knobs));
  }
  Table ask(const std::string& text) { return ask(session_, text); }
  static Table ask(Session& session, const std::string& text) {
    auto result = session.execute(text);
    if (!result.ok()) ADD_FAILURE() << text << "\n" << result.error().what();
    return result.ok() ? std::move(result).value() : Table{};
  }
  int64_t count(const std::string& where) {
    const Table table = ask("SELECT count() WHERE " + where);
    return table.rows() == 1 ? table.value(0, 0).as_int() : -1;
  }
  static std::vector<Value> first_column(const Table& table) {
    std::vector<Value> values;
    for (size_t row = 0; row < table.rows(); ++row) values.push_back(table.value(row, 0));
    return values;
  }
  /// The items that a query finds, in order.
  std::vector<Value> ids(const std::string& query) {
    return first_column(ask("SELECT reference_id " + query));
  }
  std::vector<Value> annotations(const std::string& where) {
    return first_column(ask("SELECT annotation_id FROM annotations WHERE " + where));
  }

  static constexpr int kRounds = 25;
  std::mt19937_64 random_;
  RandomData data_;
  std::filesystem::path directory_;
  Database database_ = Database::open(":memory:").value();
  Session session_ = database_.session();
};

}  // namespace cupel::testing
