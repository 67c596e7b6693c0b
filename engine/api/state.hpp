#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cupel/cupel.hpp"
#include "engine/exec/embedding_index.hpp"
#include "engine/exec/execute.hpp"
#include "engine/exec/pool.hpp"
#include "engine/io/reach.hpp"
#include "grammar/ast.hpp"
#include "storage/dataset.hpp"

namespace cupel {

struct Database::State {
  std::shared_ptr<storage::Dataset> dataset;
  Options options;  ///< defaults resolved: threads and memory are numbers
  std::unique_ptr<exec::Pool> pool;
  std::unique_ptr<exec::EmbeddingIndexes> indexes;
  io::Reach reach;
};

struct Session::State {
  std::shared_ptr<Database::State> database;
  std::string run;                                    ///< USE RUN, or empty
  std::unique_ptr<storage::Transaction> transaction;  ///< between BEGIN and COMMIT
  std::atomic<bool> interrupted{false};
  std::function<void(const Progress&)> progress;
  double time_limit = 0;

  /// What queries of this session see: the open transaction's state, or the last commit.
  storage::SnapshotPtr view();
  /// A context for one statement: limits, callbacks, threads.
  std::unique_ptr<exec::Context> context(storage::SnapshotPtr snapshot);
};

/// A statement's result: ready rows, or a stream over a plan. Everything the stream needs is held
/// here, so a cursor is self-contained but for its session.
struct Cursor::State {
  std::unique_ptr<exec::Context> context;
  std::shared_ptr<const plan::Plan> plan;
  std::unique_ptr<exec::ResultStream> stream;  ///< null: `ready` is all
  std::vector<ColumnInfo> columns;
  std::vector<Batch> ready;
  size_t next_ready = 0;
  std::vector<Warning> warnings;
  std::string message;
  std::string noun = "rows";
  bool json_rows = false;
  Statistics statistics;
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
};

namespace api {

using Answer = std::unique_ptr<Cursor::State>;

/// Calls `f` and makes a Result of what it returns or throws: the one place where exceptions of
/// the library become values.
template <typename F>
auto guard(F&& f) -> Result<decltype(f())> {
  try {
    return f();
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kLimit, "out of memory; lower the memory budget or ask for less");
  } catch (const std::exception& error) {
    return Error(ErrorCode::kInternal, std::string("a defect of cupel: ") + error.what());
  }
}

/// Rows built by hand for statements that are no queries.
class RowBuilder {
 public:
  explicit RowBuilder(std::vector<ColumnInfo> columns);
  void add(const std::vector<Value>& row);
  Answer finish(std::string message = {});

 private:
  Answer answer_;
  Batch batch_;
};

/// The writer's turn, waiting for the writer before it; interrupt and time limit end the waiting.
std::unique_ptr<storage::Transaction> begin(Session::State& session);

/// Runs `change` in a transaction: the session's open one (undone to where it began when it
/// throws), or one of its own that is committed.
void write(Session::State& session, const std::function<void(storage::Transaction&)>& change);

/// "1,234"
std::string grouped(uint64_t count);
/// "1 item", "1,234 items": a count in words; `noun` is the plural.
std::string counted(uint64_t count, std::string_view noun);
/// What there is to say about the rows that a search found: that it was approximate, if it was.
std::string search_note(const exec::Context& context);
/// A share with four digits, which are more than estimates from a few thousand rows mean.
Value rounded(double share);

/// Throws the first warning as an error when the database is strict.
void enforce_strict(const Session::State& session, const std::vector<Warning>& warnings);

/// A name that must exist does not: kName with near names as the suggestion.
[[noreturn]] void unknown_name(std::string_view what, const grammar::Name& name,
                               const std::vector<std::string>& existing);

// One function a statement (statement.cpp dispatches).
struct Call {
  Session::State& session;
  const Parameters& parameters;
  RowForm form;
  std::string_view text;
};
Answer run_query(const Call& call, const grammar::Query& query);
/// The same on a given snapshot, for statements of several queries.
Answer run_query(const Call& call, const grammar::Query& query,
                 const storage::SnapshotPtr& snapshot);
Answer run_explain(const Call& call, const grammar::Explain& explain);
Answer run_show(const Call& call, const grammar::Show& show);
Answer run_import(const Call& call, const grammar::Import& import);
Answer run_export(const Call& call, const grammar::Export& statement);
Answer run_report(const Call& call, const grammar::Report& statement);
Answer run_update(const Call& call, const grammar::Update& update);
Answer run_delete(const Call& call, const grammar::Delete& statement);
Answer create_slice(const Call& call, const grammar::CreateSlice& statement);
Answer insert_into_slice(const Call& call, const grammar::InsertIntoSlice& statement);
Answer delete_from_slice(const Call& call, const grammar::DeleteFromSlice& statement);
Answer rename_slice(const Call& call, const grammar::RenameSlice& statement);
Answer drop_slice(const Call& call, const grammar::DropSlice& statement);
Answer describe_slice(const Call& call, const grammar::DescribeSlice& statement);
Answer show_slices(const Call& call);
// label_errors.cpp, probabilities.cpp
Answer import_probabilities(const Call& call, const grammar::ImportProbabilities& statement);
Answer drop_probabilities(const Call& call, const grammar::DropProbabilities& statement);
Answer show_probabilities(const Call& call);
Answer find_label_errors(const Call& call, const grammar::FindLabelErrors& statement);
Answer show_label_errors(const Call& call, const grammar::ShowLabelErrors& statement);
Answer explain_label_error(const Call& call, const grammar::ExplainLabelError& statement);
// labeling.cpp
Answer send_slice(const Call& call, const grammar::SendSlice& statement);
Answer import_labeling_results(const Call& call, const grammar::ImportLabelingResults& statement);
Answer audit_project(const Call& call, const grammar::AuditProject& statement);
Answer apply_labeling_results(const Call& call, const grammar::ApplyLabelingResults& statement);
Answer compare_labels(const Call& call, const grammar::CompareLabels& statement);
Answer show_projects(const Call& call);
Answer drop_project(const Call& call, const grammar::DropProject& statement);

// evaluation.cpp, evaluation_show.cpp
Answer evaluate_run(const Call& call, const grammar::EvaluateRun& statement);
Answer show_evaluation(const Call& call, const grammar::ShowEvaluation& statement);
Answer compare_runs(const Call& call, const grammar::CompareRuns& statement);

// embeddings.cpp, near.cpp
Answer import_embeddings(const Call& call, const grammar::ImportEmbeddings& statement);
Answer drop_embeddings(const Call& call, const grammar::DropEmbeddings& statement);
Answer show_embeddings(const Call& call);
Answer find_near(const Call& call, const grammar::FindNear& statement);
// autotags.cpp, autotag_show.cpp
Answer create_autotag(const Call& call, const grammar::CreateAutotag& statement);
Answer refine_autotag(const Call& call, const grammar::RefineAutotag& statement);
Answer refresh_autotag(const Call& call, const grammar::Name& name);
Answer drop_autotag(const Call& call, const grammar::Name& name);
Answer describe_autotag(const Call& call, const grammar::Name& name);
Answer suggest_for_autotag(const Call& call, const grammar::SuggestForAutotag& statement);
Answer show_autotags(const Call& call);

/// Runs a parsed statement.
Answer run_statement(const Call& call, grammar::Statement statement);

// assertion.cpp, insights.cpp
Answer run_assertion(const Call& call, const grammar::Assert& statement);
Answer show_insights(const Call& call, const grammar::ShowInsights& statement);

/// Binds for this session, against what it sees now or against `snapshot`.
plan::Plan bind(const Call& call, const grammar::Query& query, std::vector<Warning>& warnings);
plan::Plan bind(const Call& call, const grammar::Query& query, storage::SnapshotPtr snapshot,
                std::vector<Warning>& warnings);
/// Applies the rewrite rules unless the database has them switched off.
plan::Plan optimise(const Session::State& session, plan::Plan plan);

}  // namespace api
}  // namespace cupel
