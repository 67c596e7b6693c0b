// Random datasets and random queries of them, with the engine's answers and what EXPLAIN SQL says,
// for run.py, which asks another database the same.
//
//   differential_queries DIRECTORY SEED QUERIES
//
// Prints JSON, one object a line. {"dataset": …, "seed": …, "changes": …} names a database in
// DIRECTORY, closed by then, to which the lines after it belong: {"query": …, "sql": …} with
// "names", "types" and "rows" of the answer, or {"query": …, "unsupported": …}.

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "grammar/parse.hpp"
#include "grammar/print.hpp"
#include "tests/property/naive_change.hpp"
#include "tests/property/twins.hpp"

namespace cupel::testing {
namespace {

constexpr uint64_t kQueriesOfADataset = 400;
constexpr int kChanges = 12;

/// A value as JSON that keeps its type: a double has a point, an instant its microseconds.
std::string typed_json(const Value& value) {
  if (value.is_timestamp()) return fmt::format("{{\"micros\":{}}}", value.as_timestamp().micros);
  std::string text = to_json(value);
  if (value.is_double() && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

template <typename List, typename F>
std::string json_list(const List& list, F&& f) {
  std::string text;
  for (const auto& one : list) text += (text.empty() ? "" : ",") + f(one);
  return "[" + text + "]";
}

class Dataset {
 public:
  Dataset(const std::filesystem::path& directory, uint64_t seed)
      : path_((directory / fmt::format("dataset{}", seed)).string()), seed_(seed), random_(seed) {
    data_ = random_data(random_);
    load(data_, model_);
    options_.chunk_rows = seed % 3 == 0 ? 7 : 65536;
    options_.threads = 1 + static_cast<int>(seed % 2);
    options_.rewrite = seed % 4 != 3;
    database_ = Database::open(path_, options_).value();
    Session session = database_->session();
    load(data_, session, directory.string());
    for (int i = 0; i < kChanges; ++i) change(session);
  }

  void run(uint64_t queries) {
    std::string lines;
    {
      Session session = database_->session();
      for (uint64_t i = 0; i < queries; ++i) lines += ask(session) + "\n";
    }
    database_.reset();
    std::cout << fmt::format("{{\"dataset\":{},\"seed\":{},\"changes\":{}}}\n", json_quote(path_),
                             seed_, json_quote(history_))
              << lines << std::flush;
  }

 private:
  void change(Session& session) {
    const std::string text = random_change(random_, data_.vocabulary);
    history_ += text + ";\n";
    apply(model_, grammar::parse(text));
    session.execute(text).value();
    find_examples(model_, data_.vocabulary);
  }

  std::string ask(Session& session) {
    QueryKnobs knobs;
    knobs.similarity = random_() % 16 == 0;  // has no SQL
    const std::string query = grammar::print(RandomQuery(random_, data_.vocabulary, knobs).query());
    std::string line = "{\"query\":" + json_quote(query);
    const Result<Table> sql = session.execute("EXPLAIN SQL " + query);
    if (!sql.ok() && sql.error().code() == ErrorCode::kUnsupported)
      return line + ",\"unsupported\":" + json_quote(sql.error().message()) + "}";
    if (!sql.ok()) throw std::runtime_error(query + "\n" + sql.error().what());
    std::string statement;
    for (size_t row = 0; row < sql.value().rows(); ++row)
      statement += sql.value().value(row, 0).as_text() + "\n";
    const Result<Table> answer = session.execute(query);
    if (!answer.ok()) throw std::runtime_error(query + "\n" + answer.error().what());
    return line + ",\"sql\":" + json_quote(statement) + answer_json(answer.value()) + "}";
  }

  static std::string answer_json(const Table& table) {
    std::vector<std::vector<Value>> rows(table.rows());
    for (size_t row = 0; row < rows.size(); ++row)
      for (size_t column = 0; column < table.columns.size(); ++column)
        rows[row].push_back(table.value(row, column));
    return ",\"names\":" +
           json_list(table.columns, [](const ColumnInfo& c) { return json_quote(c.name); }) +
           ",\"types\":" +
           json_list(table.columns,
                     [](const ColumnInfo& c) { return json_quote(to_string(c.type)); }) +
           ",\"rows\":" +
           json_list(rows, [](const auto& row) { return json_list(row, typed_json); });
  }

  std::string path_;
  uint64_t seed_;
  std::mt19937_64 random_;
  Options options_;
  RandomData data_;
  Model model_;
  std::optional<Database> database_;
  std::string history_;
};

}  // namespace
}  // namespace cupel::testing

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: differential_queries DIRECTORY SEED QUERIES\n";
    return 2;
  }
  using cupel::testing::kQueriesOfADataset;
  const uint64_t seed = std::strtoull(argv[2], nullptr, 10);
  const uint64_t queries = std::strtoull(argv[3], nullptr, 10);
  try {
    for (uint64_t done = 0; done < queries; done += kQueriesOfADataset)
      cupel::testing::Dataset(argv[1], seed + done / kQueriesOfADataset)
          .run(std::min(kQueriesOfADataset, queries - done));
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
