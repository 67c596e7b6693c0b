#include "engine/exec/change.hpp"

#include "engine/api/state.hpp"
#include "engine/bind/bind.hpp"

namespace cupel::api {
namespace {

std::string_view noun_of(const grammar::Source& source) {
  switch (source.kind) {
    case grammar::SourceKind::kItems: return "items";
    case grammar::SourceKind::kAnnotations: return "annotations";
    case grammar::SourceKind::kPredictions: return "predictions";
    case grammar::SourceKind::kObjects: break;
  }
  return "objects";
}

Answer changed(uint64_t rows, std::string_view column, const std::string& message,
               std::vector<Warning> warnings) {
  RowBuilder result({{std::string(column), Type::kInt64}});
  result.add({static_cast<int64_t>(rows)});
  Answer answer = result.finish(message);
  answer->warnings = std::move(warnings);
  return answer;
}

}  // namespace

Answer run_update(const Call& call, const grammar::Update& update) {
  std::vector<Warning> warnings;
  uint64_t rows = 0;
  write(call.session, [&](storage::Transaction& transaction) {
    const auto context = call.session.context(transaction.view());
    const bind::Scope scope = scope_of(call, context->snapshot);
    std::vector<std::string> columns;
    const plan::Plan plan =
        optimise(call.session, bind::bind_update(update, scope, columns, warnings));
    enforce_strict(call.session, warnings);
    std::vector<exec::Assignment> assignments(columns.size());
    for (size_t i = 0; i < columns.size(); ++i) {
      assignments[i].column = columns[i];
      for (const plan::Arm& arm : plan.arms) assignments[i].values.push_back(arm.outputs[i]);
    }
    rows = exec::update_rows(transaction, plan, assignments, *context);
  });
  return changed(rows, "updated", counted(rows, noun_of(update.source)) + " updated",
                 std::move(warnings));
}

Answer run_delete(const Call& call, const grammar::Delete& statement) {
  std::vector<Warning> warnings;
  uint64_t rows = 0;
  write(call.session, [&](storage::Transaction& transaction) {
    const auto context = call.session.context(transaction.view());
    const bind::Scope scope = scope_of(call, context->snapshot);
    const plan::Plan plan =
        bind::bind_rows(statement.source, statement.where.get(), scope, warnings);
    enforce_strict(call.session, warnings);
    rows = exec::delete_rows(transaction, optimise(call.session, plan), *context);
  });
  return changed(rows, "deleted", counted(rows, noun_of(statement.source)) + " deleted",
                 std::move(warnings));
}

}  // namespace cupel::api
