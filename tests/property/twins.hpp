#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"
#include "grammar/ast.hpp"
#include "tests/property/naive.hpp"
#include "tests/property/random_data.hpp"

namespace cupel::testing {

/// An open database in one of the configurations that must all give the same answers.
struct Engine {
  std::string name;  ///< "chunk_rows 7, threads 2, rewrite on"
  Database database;
  Session session;
};

/// The six configurations, each with a database in memory of its own.
std::vector<Engine> open_engines();

/// The engine's rows of a query; of queries without SELECT only their reference_id. Throws Error.
Naive::Table engine_answer(Session& session, const std::string& text, const grammar::Query& query,
                           const Parameters& parameters = {});

/// Where two answers differ, in a sentence; empty where they are the same. Types count; the sign of
/// zero does not, nor the last bits of a sum. With `any_number` 1 and 1.0 are the same: the
/// language does not say which of the two stands for a group that has both.
std::string difference(const Naive::Table& expected, const Naive::Table& got,
                       bool any_number = false);

/// A statement that changes rows or slices, as text.
/// The slices that it makes and drops are written to the vocabulary.
std::string random_change(std::mt19937_64& random, Vocabulary& vocabulary);

/// What random queries were made of: a count for every form.
class Coverage {
 public:
  void visit(const grammar::Query& query);
  void visit(const grammar::Expression& expression);
  /// The forms that came less often than `least` times.
  std::vector<std::string> rare(size_t least) const;

 private:
  void visit(const grammar::Path& path);
  std::map<std::string, size_t> counts_;
};

}  // namespace cupel::testing
