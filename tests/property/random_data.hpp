#pragma once

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cupel/cupel.hpp"
#include "tests/property/model.hpp"
#include "tests/support/random_query.hpp"

namespace cupel::testing {

/// A random dataset and the words that queries of it may use.
/// A vector of a row. The first component is 1, so that no two are opposite.
struct NamedVector {
  std::string row;  ///< as similarity(…) names it
  std::vector<float> components;
};

struct RandomData {
  Vocabulary vocabulary;
  std::vector<ItemRow> items;
  std::vector<ObjectRow> annotations;
  std::vector<std::pair<std::string, std::vector<ObjectRow>>> runs;
  std::vector<NamedVector> looks;  ///< of items
  std::vector<NamedVector> crops;  ///< of annotations
  bool from_file = false;          ///< through IMPORT of a file, not by append_…
};

RandomData random_data(std::mt19937_64& random);

/// Rows with values as a random dataset has them, to be added to one: new keys and known ones.
ItemRow random_item(std::mt19937_64& random, const Vocabulary& vocabulary,
                    const std::string& reference);
ObjectRow random_object(std::mt19937_64& random, const Vocabulary& vocabulary,
                        const std::string& reference, size_t number, bool prediction);

std::map<std::string, Value> fields_of(const ItemRow& item);
std::map<std::string, Value> fields_of(const ObjectRow& object);

/// Brings the vocabulary's examples up to date with the rows that there are.
void find_examples(const Model& model, Vocabulary& vocabulary);

/// Puts the rows into a model, and into a database through its public door.
void load(const RandomData& data, Model& model);
void load(const RandomData& data, Session& session, const std::string& directory);

}  // namespace cupel::testing
