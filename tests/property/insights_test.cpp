// Every query of SHOW INSIGHTS selects exactly the rows that its bar counts: on random data with
// names that need every kind of quoting, for slices, runs and random conditions.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "grammar/print.hpp"
#include "tests/property/twins.hpp"

namespace cupel::testing {
namespace {

using Names = std::map<std::string, std::string>;

/// Names in which a quoting that is a little wrong shows.
const Names& hostile_labels() {
  static const Names names = {{"car", "a\"b"},
                              {"truck", "it's; -- 5"},
                              {"dress", "clothing_type"},
                              {"traffic light", "“two\nlines”"},
                              {"größe", "AND"},
                              {"select", "漢字 /* x"}};
  return names;
}
const Names& hostile_keys() {
  static const Names names = {{"speed", "a.b"},      {"score", "order"},
                              {"weather", "x\"y.z"}, {"night", "missing"},
                              {"big", "’"},          {"mixed key", "2021-06-01"}};
  return names;
}

void rename(const Names& names, std::string& name) {
  const auto found = names.find(name);
  if (found != names.end()) name = found->second;
}

void make_hostile(RandomData& data) {
  // A label that is a taxonomy's name is nothing a path can count: conditions leave it out.
  for (std::string& label : data.vocabulary.labels)
    if (label != "dress") rename(hostile_labels(), label);
  for (MetadataKey& key : data.vocabulary.item_keys) rename(hostile_keys(), key.name);
  for (ItemRow& item : data.items)
    for (auto& [name, value] : item.metadata) {
      rename(hostile_keys(), name);
      if (value.is_text() && value.as_text() == "clear") value = "\"NOT\" ' \\ %\t\n?$p";
      if (value.is_text() && value.as_text() == "Rainy") value = "\x01 cannot be written";
    }
  std::vector<std::vector<ObjectRow>*> all = {&data.annotations};
  for (auto& [run, rows] : data.runs) all.push_back(&rows);
  for (std::vector<ObjectRow>* rows : all)
    for (ObjectRow& row : *rows)
      if (row.type != "category") rename(hostile_labels(), row.label);
}

class Insights : public ::testing::TestWithParam<uint64_t> {
 protected:
  void SetUp() override {
    random_.seed(GetParam());
    data_ = random_data(random_);
    if (GetParam() % 2 == 0) {
      data_.from_file = false;
      make_hostile(data_);
    }
    Options options;
    options.chunk_rows = GetParam() % 3 == 0 ? 65536 : 7;
    options.rewrite = GetParam() % 4 != 0;
    database_ = Database::open(":memory:", options).value();
    session_ = database_->session();
    const auto directory =
        std::filesystem::temp_directory_path() / fmt::format("cupel_insights_{}", ::getpid());
    std::filesystem::create_directories(directory);
    load(data_, *session_, directory.string());
    std::filesystem::remove_all(directory);
    ask("CREATE SLICE \"of \"\" items\" AS " + condition());
    ask("CREATE LIVE SLICE live AS " + condition());
  }

  bool chance(int percent) { return random_() % 100 < static_cast<uint64_t>(percent); }
  std::string condition() {
    return "WHERE " +
           grammar::print(
               *RandomQuery(random_, data_.vocabulary).condition(grammar::SourceKind::kItems));
  }

  Table ask(const std::string& text) {
    auto result = session_->execute(text);
    if (!result.ok())
      ADD_FAILURE() << "seed " << GetParam() << "\n" << text << "\n" << result.error().what();
    return result.ok() ? std::move(result).value() : Table{};
  }

  /// Asks for insights and holds every bar against its query, asked in a session that knows
  /// nothing.
  void check(const std::string& run, const std::string& slice, const std::string& where) {
    std::string statement = "SHOW INSIGHTS";
    if (!slice.empty()) statement += " OF SLICE \"" + slice + "\"";
    if (!run.empty()) statement += " OF RUN \"" + run + "\"";
    const Table bars = ask(statement + " " + where);
    std::map<std::string, int64_t> sums;
    Session other = database_->session();
    for (size_t row = 0; row < bars.rows(); ++row) {
      const std::string insight = bars.value(row, 0).as_text();
      const int64_t count = bars.value(row, 2).as_int();
      const std::string query = bars.value(row, 3).as_text();
      sums[insight] += count;
      const auto found = other.execute(query);
      ASSERT_TRUE(found.ok()) << "seed " << GetParam() << "\n"
                              << statement << " " << where << "\n"
                              << insight << ": " << bars.value(row, 1).as_text() << "\n"
                              << query << "\n"
                              << found.error().what();
      EXPECT_EQ(found.value().rows(), static_cast<size_t>(count))
          << "seed " << GetParam() << "\n"
          << statement << " " << where << "\n"
          << insight << ": " << bars.value(row, 1).as_text() << "\n"
          << query;
    }
    check_sums(run, slice, where, sums);
    checked_ += bars.rows();
  }

  /// Every row is in one bar of those that split them.
  void check_sums(const std::string& run, const std::string& slice, const std::string& where,
                  std::map<std::string, int64_t>& sums) {
    std::string restriction = where;
    if (!slice.empty()) {
      restriction = "WHERE slice = \"" + slice + "\"";
      if (!where.empty()) restriction += " AND (" + where.substr(6) + ")";
    }
    const std::string objects = run.empty() ? "annotations" : "predictions(\"" + run + "\")";
    const Table of_all =
        ask("SELECT count(), sum(" + objects + ".count) FROM items " + restriction);
    const auto total = [&](size_t column) {
      const Value value = of_all.value(0, column);
      return value.is_missing() ? int64_t{0} : static_cast<int64_t>(value.as_double());
    };
    EXPECT_EQ(sums[run.empty() ? "annotations per image" : "predictions per image"], total(0));
    EXPECT_EQ(sums["labels"], total(1)) << restriction;
    for (const MetadataKey& key : data_.vocabulary.item_keys) {
      const std::string name =
          "metadata." +
          (key.name.find_first_of(" .\"’-") == std::string::npos ? key.name : to_quoted(key.name));
      if (key.type == Type::kAny || !sums.contains(name)) continue;
      EXPECT_EQ(sums[name], total(0)) << name;
    }
  }
  static std::string to_quoted(const std::string& name) {
    std::string quoted = "\"";
    for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
  }

  std::mt19937_64 random_;
  RandomData data_;
  std::optional<Database> database_;
  std::optional<Session> session_;
  size_t checked_ = 0;
};

TEST_P(Insights, EveryQuerySelectsWhatItsBarCounts) {
  check("", "", "");
  for (int round = 0; round < 6; ++round) {
    const std::vector<std::string>& runs = data_.vocabulary.runs;
    const std::string run = runs.empty() || chance(60) ? "" : runs[random_() % runs.size()];
    const std::string slice = chance(60) ? "" : chance(50) ? "of \"\" items" : "live";
    check(run, slice, chance(30) ? "" : condition());
  }
  EXPECT_TRUE(checked_ > 0 || data_.items.empty());
}

INSTANTIATE_TEST_SUITE_P(Property, Insights, ::testing::Range(uint64_t{1}, uint64_t{25}));

}  // namespace
}  // namespace cupel::testing
