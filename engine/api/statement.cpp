#include "engine/api/state.hpp"
#include "engine/api/statement_files.hpp"

namespace cupel::api {
namespace {

Answer said(std::string message) {
  auto answer = std::make_unique<Cursor::State>();
  answer->message = std::move(message);
  return answer;
}

Answer begin_transaction(const Call& call) {
  if (call.session.transaction)
    throw Error(ErrorCode::kConflict, "a transaction is open already; COMMIT or ROLLBACK it first");
  call.session.transaction = api::begin(call.session);
  return said("transaction begun");
}

std::unique_ptr<storage::Transaction> take_transaction(const Call& call, std::string_view what) {
  if (!call.session.transaction)
    throw Error(ErrorCode::kConflict,
                "there is no open transaction to " + std::string(what) + "; BEGIN opens one");
  return std::move(call.session.transaction);
}

Answer commit(const Call& call) {
  take_transaction(call, "commit")->commit();
  return said("committed");
}

Answer rollback(const Call& call) {
  take_transaction(call, "roll back").reset();
  return said("rolled back");
}

Answer use_run(const Call& call, const grammar::UseRun& statement) {
  const storage::SnapshotPtr snapshot = call.session.view();
  if (snapshot->catalog().run(statement.name.text) == nullptr) {
    std::vector<std::string> names;
    for (const storage::Run& run : snapshot->catalog().runs()) names.push_back(run.name);
    unknown_name("run", statement.name, names);
  }
  call.session.run = statement.name.text;
  return said("predictions are now those of run '" + statement.name.text + "'");
}

Answer named_autotag(const Call& call, const grammar::NamedAutotag& statement) {
  switch (statement.verb) {
    case grammar::AutotagVerb::kRefresh: return refresh_autotag(call, statement.name);
    case grammar::AutotagVerb::kDescribe: return describe_autotag(call, statement.name);
    case grammar::AutotagVerb::kDrop: break;
  }
  return drop_autotag(call, statement.name);
}

}  // namespace

Answer run_statement(const Call& call, grammar::Statement statement) {
  resolve_files(call.session.database->reach, statement);
  struct Visitor {
    const Call& call;
    Answer operator()(const grammar::Query& s) { return run_query(call, s); }
    Answer operator()(const grammar::Explain& s) { return run_explain(call, s); }
    Answer operator()(const grammar::CreateSlice& s) { return create_slice(call, s); }
    Answer operator()(const grammar::InsertIntoSlice& s) { return insert_into_slice(call, s); }
    Answer operator()(const grammar::DeleteFromSlice& s) { return delete_from_slice(call, s); }
    Answer operator()(const grammar::RenameSlice& s) { return rename_slice(call, s); }
    Answer operator()(const grammar::DropSlice& s) { return drop_slice(call, s); }
    Answer operator()(const grammar::Show& s) { return run_show(call, s); }
    Answer operator()(const grammar::DescribeSlice& s) { return describe_slice(call, s); }
    Answer operator()(const grammar::Import& s) { return run_import(call, s); }
    Answer operator()(const grammar::Export& s) { return run_export(call, s); }
    Answer operator()(const grammar::Report& s) { return run_report(call, s); }
    Answer operator()(const grammar::Update& s) { return run_update(call, s); }
    Answer operator()(const grammar::Delete& s) { return run_delete(call, s); }
    Answer operator()(const grammar::UseRun& s) { return use_run(call, s); }
    Answer operator()(const grammar::ImportProbabilities& s) {
      return import_probabilities(call, s);
    }
    Answer operator()(const grammar::DropProbabilities& s) { return drop_probabilities(call, s); }
    Answer operator()(const grammar::FindLabelErrors& s) { return find_label_errors(call, s); }
    Answer operator()(const grammar::ShowLabelErrors& s) { return show_label_errors(call, s); }
    Answer operator()(const grammar::ExplainLabelError& s) { return explain_label_error(call, s); }
    Answer operator()(const grammar::SendSlice& s) { return send_slice(call, s); }
    Answer operator()(const grammar::ImportLabelingResults& s) {
      return import_labeling_results(call, s);
    }
    Answer operator()(const grammar::AuditProject& s) { return audit_project(call, s); }
    Answer operator()(const grammar::ApplyLabelingResults& s) {
      return apply_labeling_results(call, s);
    }
    Answer operator()(const grammar::CompareLabels& s) { return compare_labels(call, s); }
    Answer operator()(const grammar::ShowProjects&) { return show_projects(call); }
    Answer operator()(const grammar::DropProject& s) { return drop_project(call, s); }
    Answer operator()(const grammar::EvaluateRun& s) { return evaluate_run(call, s); }
    Answer operator()(const grammar::ShowEvaluation& s) { return show_evaluation(call, s); }
    Answer operator()(const grammar::CompareRuns& s) { return compare_runs(call, s); }
    Answer operator()(const grammar::Assert& s) { return run_assertion(call, s); }
    Answer operator()(const grammar::ShowInsights& s) { return show_insights(call, s); }
    Answer operator()(const grammar::ImportEmbeddings& s) { return import_embeddings(call, s); }
    Answer operator()(const grammar::DropEmbeddings& s) { return drop_embeddings(call, s); }
    Answer operator()(const grammar::FindNear& s) { return find_near(call, s); }
    Answer operator()(const grammar::CreateAutotag& s) { return create_autotag(call, s); }
    Answer operator()(const grammar::RefineAutotag& s) { return refine_autotag(call, s); }
    Answer operator()(const grammar::NamedAutotag& s) { return named_autotag(call, s); }
    Answer operator()(const grammar::SuggestForAutotag& s) { return suggest_for_autotag(call, s); }
    Answer operator()(const grammar::Begin&) { return begin_transaction(call); }
    Answer operator()(const grammar::Commit&) { return commit(call); }
    Answer operator()(const grammar::Rollback&) { return rollback(call); }
  };
  return std::visit(Visitor{call}, statement.node);
}

}  // namespace cupel::api
