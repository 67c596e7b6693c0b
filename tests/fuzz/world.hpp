#pragma once

#include <optional>
#include <string>

#include "cupel/cupel.hpp"
#include "tests/fuzz/place.hpp"

namespace cupel::fuzz {

/// A new database that has something of everything, made by tests/data/fuzz/world.txt; no statement
/// reaches a file outside its place.
Database make_database(const std::string& path, const Place& place);

/// Such a database in memory.
class World {
 public:
  World() { renew(); }
  /// Makes it again, where it was changed for good.
  void renew() { database_.emplace(make_database(":memory:", place_)); }
  Database& database() { return *database_; }
  const Place& place() const { return place_; }

 private:
  Place place_;
  std::optional<Database> database_;
};

}  // namespace cupel::fuzz
