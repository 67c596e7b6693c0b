#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "cupel/cupel.hpp"

/// What the crash test runs and what it must lead to: a sequence of statements, number n of which
/// is a function of the seed and n alone, and a plain model of their effect.
namespace cupel::crash {

struct Item {
  int64_t group = 0;
  int64_t version = 0;
  friend bool operator==(const Item&, const Item&) = default;
};
struct Annotation {
  std::string item;
  std::string label;
  friend bool operator==(const Annotation&, const Annotation&) = default;
};

/// The dataset as plain maps.
struct Model {
  std::map<std::string, Item> items;
  std::map<std::string, Annotation> annotations;
  std::map<std::string, std::set<std::string>> slices;
  /// By set, by item: the first number of the vector. Of items that are there.
  std::map<std::string, std::map<std::string, int64_t>> embeddings;
  friend bool operator==(const Model&, const Model&) = default;

  /// Applies statement `n`.
  void apply(uint64_t seed, uint64_t n);
};

/// Runs statement `n` on a session (its input file is written into `directory` first). The result
/// is an error only when the database fails.
Result<void> execute(Session& session, const std::string& directory, uint64_t seed, uint64_t n);

/// Reads the whole dataset back, vectors from the database's directory. Throws Error.
Model read_back(Session& session, const std::string& database);

}  // namespace cupel::crash
