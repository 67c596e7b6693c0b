#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/state.hpp"

namespace cupel::api {

/// What a database has names for, as candidates of a completion. A person waits: what cannot be
/// counted before a deadline comes without counts, in the order in which it came into the database.
class Candidates {
 public:
  Candidates(Session::State& session, std::chrono::steady_clock::time_point deadline);

  void add(std::string text, std::string detail = {}) {
    found_.push_back({std::move(text), std::move(detail)});
  }
  /// The names of a kind, told by the keyword before them: SLICE, RUN, AUTOTAG, EMBEDDINGS, PROJECT,
  /// PROBABILITIES. False for another word.
  bool names(std::string_view keyword);
  /// Values of a field by frequency; those that cannot be counted only where they hold `part`.
  /// `source`: "items", "annotations", "predictions", "predictions(\"run\")".
  void values(const std::string& path, const std::string& source, std::string_view part);
  /// The next segments of the fields of a source below a path ("metadata.").
  void fields(const std::string& source, const std::string& below);

  std::vector<Completion> take() { return std::move(found_); }

 private:
  bool has_many(const std::string& path, const std::string& source) const;
  bool count_values(const std::string& path, const std::string& source);
  void known_values(const std::string& path, const std::string& source, std::string_view part);
  void add_field(const storage::Column& column, const std::string& below);
  std::vector<storage::TableId> tables_of(std::string_view source) const;

  Session::State& session_;
  storage::SnapshotPtr snapshot_;
  std::chrono::steady_clock::time_point deadline_;
  std::vector<Completion> found_;
};

}  // namespace cupel::api
