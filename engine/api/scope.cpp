#include "engine/api/scope.hpp"

#include <fmt/format.h>

#include "engine/api/autotags.hpp"
#include "engine/exec/embedding_rows.hpp"
#include "engine/exec/similarity.hpp"
#include "grammar/words.hpp"

namespace cupel::api {
namespace {

/// Examples by the texts of rows and their stored vectors.
class StoredExamples final : public bind::Examples {
 public:
  StoredExamples(storage::SnapshotPtr snapshot, std::shared_ptr<const exec::Context> context)
      : snapshot_(std::move(snapshot)), context_(std::move(context)) {}

  std::vector<bind::Example> find(const storage::VectorSet& set,
                                  std::span<const std::string> texts) const override {
    const auto poll = [&] { context_->poll(); };
    const std::vector<exec::FoundRow> found = exec::find_rows(snapshot_, set.table, texts, poll);
    std::vector<bind::Example> examples;
    for (size_t i = 0; i < texts.size(); ++i) {
      bind::Example& example = examples.emplace_back();
      example.row = found[i].row;
      if (example.row) {
        example.problem = problem(set, *example.row, texts[i]);
        continue;
      }
      example.problem = exec::not_found_text(snapshot_, set.table, texts[i], found[i]);
      if (found[i].matches == 0) example.near = near(set.table, texts[i]);
    }
    return examples;
  }

  bool have_direction(const storage::VectorSet& set,
                      std::span<const uint64_t> rows) const override {
    std::vector<std::vector<double>> directions;
    for (const uint64_t row : rows) directions.push_back(exec::direction_of(*snapshot_, set, row));
    return !index::mean_direction(directions).empty();
  }

 private:
  std::string problem(const storage::VectorSet& set, uint64_t row, const std::string& text) const {
    if (!exec::direction_of(*snapshot_, set, row).empty()) return {};
    const auto number = static_cast<uint32_t>(row / set.block_rows);
    const storage::VectorBlockPtr block = snapshot_->vector_block(set.id, number);
    if (!block || !block->has(static_cast<uint32_t>(row % set.block_rows)))
      return fmt::format("'{}' has no vector in embedding '{}'", text, set.name);
    return fmt::format("the vector of '{}' in embedding '{}' is all zeros, and has no direction",
                       text, set.name);
  }

  std::string near(storage::TableId table, const std::string& text) const {
    const auto poll = [&] { context_->poll(); };
    const auto words = exec::similar_texts(snapshot_, table, text, poll);
    const std::vector<std::string> nearest = grammar::near_words(text, words, 1);
    return nearest.empty() ? std::string() : nearest.front();
  }

  storage::SnapshotPtr snapshot_;
  std::shared_ptr<const exec::Context> context_;  ///< for the limits of the statement
};

}  // namespace

bind::Scope scope_of(const Call& call, storage::SnapshotPtr snapshot) {
  return scope_of(call, std::move(snapshot), call.parameters);
}

bind::Scope scope_of(const Call& call, storage::SnapshotPtr snapshot,
                     const Parameters& parameters) {
  std::shared_ptr<const exec::Context> limits = call.session.context(snapshot);
  auto examples = std::make_shared<StoredExamples>(snapshot, std::move(limits));
  bind::Scope scope{snapshot, call.session.run, &parameters, std::move(examples)};
  scope.stale_tag = [snapshot = std::move(snapshot)](const std::string& tag) {
    return stale_tag(*snapshot, tag);
  };
  return scope;
}

}  // namespace cupel::api
