#include <algorithm>
#include <chrono>
#include <cmath>

#include "engine/api/embeddings.hpp"
#include "engine/api/state.hpp"
#include "engine/exec/change.hpp"
#include "engine/exec/counted_snapshot.hpp"
#include "grammar/parse.hpp"
#include "grammar/words.hpp"

namespace cupel {

storage::SnapshotPtr Session::State::view() {
  return transaction ? transaction->view() : database->dataset->snapshot();
}

std::unique_ptr<exec::Context> Session::State::context(storage::SnapshotPtr snapshot) {
  auto context = std::make_unique<exec::Context>();
  if (snapshot) context->counted = std::make_shared<exec::CountedSnapshot>(std::move(snapshot));
  context->snapshot = context->counted;
  context->pool = database->pool.get();
  context->interrupt = &interrupted;
  context->memory_bytes = database->options.memory_bytes / 2;
  context->progress = progress;
  context->reach = database->reach;
  // Lists are made of what is committed: what an open transaction sees may never be.
  context->clusters = [database = database, committed = transaction == nullptr](
                          const storage::VectorSet& set, const exec::Context& of) {
    return committed ? database->indexes->find_or_build(set, of).clusters
                     : database->indexes->find(*of.snapshot, set);
  };
  if (time_limit > 0)
    context->deadline = std::chrono::steady_clock::now() +
                        std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                            std::chrono::duration<double>(time_limit));
  return context;
}

Session::Session(std::shared_ptr<State> state) : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<Cursor> Session::run(std::string_view statement, const Parameters& parameters,
                            RowForm form) {
  return api::guard([&] {
    state_->interrupted = false;
    grammar::Statement parsed = grammar::parse(statement);
    const api::Call call{*state_, parameters, form, statement};
    return Cursor(api::run_statement(call, std::move(parsed)));
  });
}

Result<Table> Session::execute(std::string_view statement, const Parameters& parameters,
                               RowForm form) {
  Result<Cursor> cursor = run(statement, parameters, form);
  if (!cursor) return cursor.error();
  Table table;
  table.columns = cursor->columns();
  for (;;) {
    Result<std::optional<Batch>> batch = cursor->next();
    if (!batch) return batch.error();
    if (!*batch) break;
    table.batches.push_back(std::move(**batch));
  }
  table.warnings = cursor->warnings();
  table.message = cursor->message();
  table.noun = cursor->noun();
  table.statistics = cursor->statistics();
  return table;
}

namespace {

/// Appends through one of the functions of exec/change.hpp, as one atomic statement.
template <typename F>
Result<AppendCounts> append(Session::State& session, F change) {
  return api::guard([&] {
    session.interrupted = false;
    AppendCounts counts;
    api::write(session, [&](storage::Transaction& transaction) {
      const auto context = session.context(transaction.view());
      counts = change(transaction, *context);
    });
    return counts;
  });
}

[[noreturn]] void unknown_source(std::string_view source) {
  throw Error(ErrorCode::kName, "there is no source '" + std::string(source) + "'", std::nullopt,
              "items, annotations or predictions");
}

storage::TableId named_run(storage::Transaction& transaction, std::string_view run) {
  if (run.empty())
    throw Error(ErrorCode::kConstraint, "predictions belong to a run: give its name");
  return transaction.run(run);
}

}  // namespace

Result<AppendCounts> Session::append_items(std::span<const ItemRow> rows, bool update) {
  return append(*state_, [&](storage::Transaction& transaction, const exec::Context& context) {
    return exec::append_items(transaction, rows, update, context);
  });
}

Result<AppendCounts> Session::append_annotations(std::span<const ObjectRow> rows, bool update) {
  return append(*state_, [&](storage::Transaction& transaction, const exec::Context& context) {
    return exec::append_objects(transaction, storage::kAnnotations, rows, update, context);
  });
}

Result<AppendCounts> Session::append_predictions(std::string_view run,
                                                 std::span<const ObjectRow> rows, bool update) {
  return append(*state_, [&](storage::Transaction& transaction, const exec::Context& context) {
    return exec::append_objects(transaction, named_run(transaction, run), rows, update, context);
  });
}

Result<AppendCounts> Session::append_columns(std::string_view source,
                                             std::span<const ColumnView> columns,
                                             std::string_view run, bool update) {
  return append(*state_, [&](storage::Transaction& transaction, const exec::Context& context) {
    storage::TableId table = storage::kItems;
    if (source == "annotations") {
      table = storage::kAnnotations;
    } else if (source == "predictions") {
      table = named_run(transaction, run);
    } else if (source != "items") {
      unknown_source(source);
    }
    return exec::append_columns(transaction, table, columns, update, context);
  });
}

Result<AppendCounts> Session::append_text(std::string_view source, std::string_view text,
                                          std::string_view format, std::string_view run,
                                          bool update, bool skip_errors) {
  return append(*state_, [&](storage::Transaction& transaction, const exec::Context& context) {
    const io::Want want = source == "items"         ? io::Want::kItems
                          : source == "annotations" ? io::Want::kAnnotations
                                                    : io::Want::kPredictions;
    if (want == io::Want::kPredictions && source != "predictions") unknown_source(source);
    if (want == io::Want::kPredictions && run.empty()) named_run(transaction, run);
    const auto& formats = io::readable_formats();
    if (std::find(formats.begin(), formats.end(), format) == formats.end())
      throw Error(ErrorCode::kName, "there is no format '" + std::string(format) + "'");
    exec::ImportRequest request;
    request.read = {"the text", want, std::string(run), std::string(format), {}, text, {}};
    request.update = update;
    request.skip_errors = skip_errors;
    const exec::ImportOutcome outcome = exec::import_file(transaction, request, context);
    AppendCounts counts = want == io::Want::kItems ? outcome.items : outcome.objects;
    for (const auto& [what, count] : outcome.lost) counts.lost += count;
    return counts;
  });
}

Result<AppendCounts> Session::append_embeddings(std::string_view name,
                                                std::span<const std::string_view> ids,
                                                uint32_t width, std::span<const float> vectors,
                                                std::string_view source, std::string_view run,
                                                bool update) {
  return api::guard([&] {
    state_->interrupted = false;
    return api::append_embeddings(*state_, {name, source, run, update}, ids, width, vectors);
  });
}

void Session::interrupt() noexcept { state_->interrupted = true; }
void Session::on_progress(std::function<void(const Progress&)> callback) {
  state_->progress = std::move(callback);
}
void Session::set_time_limit(double seconds) { state_->time_limit = seconds; }
bool Session::in_transaction() const noexcept { return state_->transaction != nullptr; }

std::vector<ScriptStatement> split_script(std::string_view script) {
  std::vector<ScriptStatement> statements;
  for (const grammar::ScriptPart& part : grammar::split_script(script))
    statements.push_back(
        {script.substr(part.begin, part.end - part.begin), part.line, part.complete, part.open});
  return statements;
}

namespace api {

std::unique_ptr<storage::Transaction> begin(Session::State& session) {
  const auto context = session.context(nullptr);
  return session.database->dataset->begin([&] { context->poll(); });
}

namespace {

/// Returns to where the statement began; where that fails, the whole transaction is given up.
void undo_statement(Session::State& session) {
  try {
    session.transaction->rollback_to_savepoint();
  } catch (const Error& error) {
    session.transaction.reset();
    throw Error(error.code(), error.message() + "; the transaction is rolled back");
  }
}

}  // namespace

void write(Session::State& session, const std::function<void(storage::Transaction&)>& change) {
  if (!session.transaction) {
    const auto transaction = begin(session);
    change(*transaction);
    transaction->commit();
    return;
  }
  const auto context = session.context(nullptr);
  session.transaction->savepoint([&] { context->poll(); });
  try {
    change(*session.transaction);
  } catch (...) {
    undo_statement(session);
    throw;
  }
}

void enforce_strict(const Session::State& session, const std::vector<Warning>& warnings) {
  if (!session.database->options.strict || warnings.empty()) return;
  const Warning& first = warnings.front();
  throw Error(ErrorCode::kName, first.message, first.span, first.suggestion);
}

void unknown_name(std::string_view what, const grammar::Name& name,
                  const std::vector<std::string>& existing) {
  const auto near = grammar::near_words(name.text, existing, 1);
  std::string message = "there is no " + std::string(what) + " '" + name.text + "'";
  if (near.empty() && !existing.empty()) {
    message += "; there is ";
    for (size_t i = 0; i < existing.size() && i < 5; ++i)
      message += (i == 0 ? "'" : ", '") + existing[i] + "'";
    if (existing.size() > 5) message += ", …";
  }
  throw Error(ErrorCode::kName, message, name.span, near.empty() ? std::string() : near.front());
}

std::string grouped(uint64_t count) {
  std::string digits = std::to_string(count);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string counted(uint64_t count, std::string_view noun) {
  if (count == 1 && noun.ends_with("s")) {
    const bool with_e = noun.ends_with("sses") || noun.ends_with("xes") || noun.ends_with("ches");
    noun.remove_suffix(with_e ? 2 : 1);
  }
  return grouped(count) + " " + std::string(noun);
}

Value rounded(double share) { return std::round(share * 1e4) / 1e4; }

}  // namespace api
}  // namespace cupel
