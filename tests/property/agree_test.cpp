// The engine against the naive evaluator: random data, random queries, random changes in between.
// CUPEL_SEED and CUPEL_QUERIES choose the first seed and the number of queries.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "grammar/parse.hpp"
#include "grammar/print.hpp"
#include "tests/property/naive_change.hpp"
#include "tests/property/twins.hpp"

namespace cupel::testing {
namespace {

uint64_t setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

constexpr size_t kQueriesOfADataset = 400;
constexpr size_t kQueriesBetweenChanges = 20;

/// One dataset, its twins, and the questions put to both.
class Trial {
 public:
  Trial(uint64_t seed, Coverage& coverage) : seed_(seed), random_(seed), coverage_(coverage) {
    data_ = random_data(random_);
    load(data_, model_);
    const auto directory =
        std::filesystem::temp_directory_path() / fmt::format("cupel_property_{}", ::getpid());
    std::filesystem::create_directories(directory);
    engines_ = open_engines();
    for (Engine& engine : engines_) load(data_, engine.session, directory.string());
    std::filesystem::remove_all(directory);
  }

  void run(size_t queries) {
    for (size_t i = 0; i < queries; ++i) {
      if (i % kQueriesBetweenChanges == kQueriesBetweenChanges - 1) change();
      ask(i);
    }
  }

 private:
  void ask(size_t number) {
    grammar::Query made = RandomQuery(random_, data_.vocabulary).query();
    Parameters parameters;
    const std::string plain = grammar::print(made);
    std::string asked = plain;
    if (made.where && number % 10 == 0) asked = with_parameter(std::move(made), parameters);
    const grammar::Query query = grammar::parse_query(plain);
    coverage_.visit(grammar::parse_query(asked));
    Naive::Table expected;
    try {
      expected = Naive(model_).answer(query);
    } catch (const std::exception& error) {
      ADD_FAILURE() << "seed " << seed_ << ": the model cannot answer\n"
                    << plain << "\n"
                    << error.what();
      return;
    }
    const bool everywhere = number % 16 == 0;
    for (size_t i = 0; i < engines_.size(); ++i) {
      if (!everywhere && i != number % engines_.size()) continue;
      compare(engines_[i], asked, query, parameters, expected);
    }
  }

  /// The query with the right side of its first comparison as a parameter.
  static std::string with_parameter(grammar::Query query, Parameters& parameters) {
    grammar::Expression* place = query.where.get();
    while (auto* all = std::get_if<grammar::And>(&place->node)) place = all->operands.front().get();
    auto* compare = std::get_if<grammar::Compare>(&place->node);
    auto* literal = compare ? std::get_if<grammar::Literal>(&compare->right->node) : nullptr;
    const auto* path = compare ? std::get_if<grammar::Path>(&compare->left->node) : nullptr;
    if (literal && path && path->segments.back().name != "slice") {
      parameters.named["p"] = literal->value;
      compare->right->node = grammar::Parameter{"p", 0};
    }
    return grammar::print(query);
  }

  void compare(Engine& engine, const std::string& asked, const grammar::Query& query,
               const Parameters& parameters, const Naive::Table& expected) {
    std::string problem;
    try {
      problem = difference(expected, engine_answer(engine.session, asked, query, parameters),
                           !query.group_by.empty());
    } catch (const std::exception& error) {
      problem = std::string("error: ") + error.what();
    }
    if (!problem.empty()) ADD_FAILURE() << report(engine, asked) << problem;
  }

  void change() {
    const std::string text = random_change(random_, data_.vocabulary);
    history_ += text + ";\n";
    try {
      apply(model_, grammar::parse(text));
    } catch (const std::exception& error) {
      ADD_FAILURE() << "seed " << seed_ << ": the model cannot do\n"
                    << text << "\n"
                    << error.what();
    }
    for (Engine& engine : engines_) {
      const auto result = engine.session.execute(text);
      if (!result.ok()) ADD_FAILURE() << report(engine, text) << result.error().what();
    }
    reimport();
    find_examples(model_, data_.vocabulary);
  }

  /// A row of a deleted item comes back as a new one, at the end; known rows are replaced.
  void reimport() {
    if (data_.items.empty() || random_() % 3 != 0) return;
    const std::string& reference = data_.items[random_() % data_.items.size()].reference_id;
    const ItemRow item = random_item(random_, data_.vocabulary, reference);
    const bool update = random_() % 2 == 0;
    history_ += fmt::format("-- append_items {} update {}\n", reference, update);
    model_.put_item(fields_of(item), update);
    ObjectRow object =
        random_object(random_, data_.vocabulary, reference, 1000000 + random_() % 20, false);
    model_.put_object(model_.collections[0], reference, fields_of(object), update);
    for (Engine& engine : engines_) {
      engine.session.append_items({&item, 1}, update).value();
      engine.session.append_annotations({&object, 1}, update).value();
    }
  }

  std::string report(const Engine& engine, const std::string& text) const {
    return fmt::format("CUPEL_SEED={} CUPEL_QUERIES={}, {}\n{}\nafter:\n{}", seed_,
                       kQueriesOfADataset, engine.name, text, history_);
  }

  uint64_t seed_;
  std::mt19937_64 random_;
  Coverage& coverage_;
  RandomData data_;
  Model model_;
  std::vector<Engine> engines_;
  std::string history_;
};

TEST(Agree, TheEngineAndItsStupidTwin) {
  const uint64_t seed = setting("CUPEL_SEED", 20240601);
  const uint64_t queries = setting("CUPEL_QUERIES", 20000);
  fmt::print("{} queries, seeds from {}\n", queries, seed);
  Coverage coverage;
  for (uint64_t done = 0, trial = 0; done < queries; done += kQueriesOfADataset, ++trial) {
    Trial(seed + trial, coverage).run(std::min<size_t>(kQueriesOfADataset, queries - done));
    const auto* result = ::testing::UnitTest::GetInstance()->current_test_info()->result();
    if (result->total_part_count() > 20) FAIL() << "enough; the rest is not asked";
  }
  if (queries >= 20000) {
    EXPECT_EQ(coverage.rare(50), std::vector<std::string>{});
  }
}

}  // namespace
}  // namespace cupel::testing
