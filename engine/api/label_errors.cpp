#include "engine/api/label_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "engine/api/labeling.hpp"
#include "engine/api/scope.hpp"
#include "engine/exec/label_errors_stale.hpp"
#include "engine/io/text_list.hpp"
#include "grammar/parse.hpp"
#include "grammar/print.hpp"

namespace cupel::api {
namespace {

template <typename T>
struct Word {
  std::string_view word;
  T value;
};
constexpr Word<learn::Filter> kMethods[] = {
    {"prune_by_noise_rate", learn::Filter::kPruneByNoiseRate},
    {"prune_by_class", learn::Filter::kPruneByClass},
    {"both", learn::Filter::kBoth},
    {"confident_learning", learn::Filter::kConfidentLearning},
    {"predicted_neq_given", learn::Filter::kPredictedNeqGiven},
    {"low_self_confidence", learn::Filter::kLowSelfConfidence},
    {"low_normalized_margin", learn::Filter::kLowNormalizedMargin}};
constexpr Word<learn::Score> kScores[] = {
    {"self_confidence", learn::Score::kSelfConfidence},
    {"normalized_margin", learn::Score::kNormalizedMargin},
    {"confidence_weighted_entropy", learn::Score::kConfidenceWeightedEntropy}};
constexpr Word<learn::Ties> kTies[] = {{"row_order", learn::Ties::kRowOrder},
                                       {"numpy", learn::Ties::kNumpy}};
constexpr Word<learn::Compat> kCompats[] = {{"cleanlab2", learn::Compat::kCleanlab2},
                                            {"cleanlab1", learn::Compat::kCleanlab1}};

/// The value of a word; the first of `words` when none was given. Its spelling goes to `recorded`.
template <typename T, size_t N>
T choose(const Word<T> (&words)[N], std::string_view what, const std::optional<grammar::Name>& name,
         std::string& recorded) {
  const std::string_view wanted = name ? std::string_view(name->text) : words[0].word;
  for (const Word<T>& word : words) {
    if (word.word != wanted) continue;
    recorded = word.word;
    return word.value;
  }
  std::vector<std::string> known;
  for (const Word<T>& word : words) known.emplace_back(word.word);
  unknown_name(what, *name, known);
}

[[noreturn]] void not_together(std::string_view what, std::optional<Span> span) {
  throw Error(ErrorCode::kUnsupported, std::string(what), span);
}
std::optional<Span> span_of(const std::optional<grammar::Name>& name) {
  return name ? std::optional(name->span) : std::nullopt;
}

void check_boxes(const grammar::FindLabelErrors& find) {
  if (!find.run)
    not_together("boxes are judged by the boxes of a run; add USING RUN \"name\"", std::nullopt);
  for (const auto* option : {&find.taxonomy, &find.probabilities, &find.file, &find.ids,
                             &find.classes, &find.method, &find.rank, &find.compat, &find.coarse})
    if (*option)
      not_together(
          "this does not go with IN BOXES, which takes USING RUN, RELATIVE DISTANCES, IN "
          "SLICE and TIES",
          (*option)->span);
  if (find.adjusted || find.fraction || find.keep || !find.removals.empty() || find.multi_label)
    not_together("IN BOXES takes USING RUN, RELATIVE DISTANCES, IN SLICE and TIES, nothing else",
                 std::nullopt);
}

void check_probabilities(const grammar::FindLabelErrors& find) {
  if (find.run)
    not_together(
        "USING RUN goes with IN BOXES; to judge labels by a run's class_pdf, IMPORT "
        "PROBABILITIES FROM RUN first",
        find.run->span);
  if (find.relative) not_together("RELATIVE DISTANCES goes with IN BOXES", std::nullopt);
  if (!find.probabilities && !find.file)
    not_together(
        "labels are judged by class probabilities; add USING PROBABILITIES name, or USING "
        "PROBABILITIES FROM 'x.npy'",
        std::nullopt);
  if (find.probabilities && find.file)
    not_together("probabilities come from the database or from a file, not from both",
                 find.file->span);
  if (find.probabilities && (find.ids || find.classes))
    not_together(
        "stored probabilities have their items and classes; IDS and CLASSES go with a file",
        find.ids ? span_of(find.ids) : span_of(find.classes));
  if (find.multi_label && find.taxonomy)
    not_together("MULTI LABEL takes the labels of all annotations; leave IN TAXONOMY out",
                 find.taxonomy->span);
  if (find.multi_label && find.coarse)
    not_together("coarse labels are told of one label an item; leave MULTI LABEL out",
                 find.coarse->span);
}

/// The items of a slice.
exec::ItemSet members_of(const Call& call, const grammar::Name& name,
                         const exec::Context& context) {
  const storage::Catalog& catalog = context.snapshot->catalog();
  const storage::Slice* slice = catalog.slice(name.text);
  if (slice == nullptr) {
    std::vector<std::string> names;
    for (const auto& [known, of] : catalog.slices()) names.push_back(known);
    unknown_name("slice", name, names);
  }
  if (slice->objects)
    throw Error(ErrorCode::kType,
                "slice '" + name.text + "' holds objects; label errors are looked for in items",
                name.span);
  const Parameters none;
  std::vector<Warning> ignored;
  const grammar::Query query = grammar::parse_query("slice = " + grammar::quote_text(name.text));
  const bind::Scope scope = scope_of(call, context.snapshot, none);
  const plan::Plan plan = optimise(call.session, bind::bind_query(query, scope, ignored));
  const exec::RowSet rows = exec::select_rows(plan, context);
  exec::ItemSet members(catalog.row_count(storage::kItems));
  for (const exec::RowSet::TableRows& of_table : rows.tables)
    for (size_t chunk = 0; chunk < of_table.chunks.size(); ++chunk)
      members.assign(chunk * catalog.chunk_rows, of_table.chunks[chunk]);
  return members;
}

/// One FIND inside its transaction.
class Find {
 public:
  Find(const Call& call, const grammar::FindLabelErrors& statement,
       storage::Transaction& transaction, const exec::Context& context)
      : call_(call), statement_(statement), transaction_(transaction), context_(context) {}

  exec::FindOutcome run() {
    read_options();
    if (statement_.slice) {
      request_.errors.slice = statement_.slice->text;
      request_.members = members_of(call_, *statement_.slice, context_);
    }
    if (statement_.boxes) {
      const storage::Run run = named_run(context_.snapshot->catalog(), *statement_.run);
      request_.errors.run = run.name;
      return exec::find_box_errors(transaction_, run, std::move(request_), context_);
    }
    if (!statement_.multi_label)
      request_.errors.taxonomy =
          choose_taxonomy(statement_.taxonomy, storage::kAnnotations, context_);
    const auto probabilities = open();
    read_removals(*probabilities);
    const auto& by = statement_.file ? *statement_.file : *statement_.probabilities;
    return at(by, [&] {
      return statement_.multi_label ? exec::find_label_set_errors(transaction_, *probabilities,
                                                                  std::move(request_), context_)
                                    : exec::find_label_errors(transaction_, *probabilities,
                                                              std::move(request_), context_);
    });
  }

 private:
  void read_options() {
    exec::LabelErrors& errors = request_.errors;
    learn::IssueOptions& options = request_.options;
    errors.statement = grammar::print(grammar::Statement{statement_, {}});
    options.ties = choose(kTies, "order of ties", statement_.ties, errors.ties);
    errors.relative = statement_.relative;
    if (statement_.boxes) return;
    options.filter = choose(kMethods, "method", statement_.method, errors.method);
    options.score = choose(kScores, "score", statement_.rank, errors.rank);
    options.compat = choose(kCompats, "set of rules", statement_.compat, errors.compat);
    errors.adjusted = options.adjusted = statement_.adjusted;
    errors.fraction = options.frac_noise = statement_.fraction.value_or(1);
    if (!(errors.fraction >= 0 && errors.fraction <= 1))
      throw Error(
          ErrorCode::kConstraint,
          fmt::format("FRACTION is the share of the estimated errors to flag, 0 to 1, not {}",
                      errors.fraction));
    if (statement_.keep) {
      if (*statement_.keep > std::numeric_limits<uint32_t>::max())
        throw Error(ErrorCode::kLimit, "so many examples of a class cannot be kept");
      options.min_examples_per_class = static_cast<uint32_t>(*statement_.keep);
    }
    errors.keep = options.min_examples_per_class;
    if (statement_.coarse) {
      errors.coarse =
          std::filesystem::absolute(statement_.coarse->text).lexically_normal().string();
      request_.coarse =
          at(*statement_.coarse, [&] { return io::read_text_map(statement_.coarse->text); });
    }
  }

  void read_removals(const exec::Probabilities& probabilities) {
    if (statement_.removals.empty()) return;
    const std::vector<std::string>& classes = probabilities.classes();
    std::vector<int64_t>& counts = request_.options.remove_per_class;
    counts.assign(classes.size(), 0);
    for (const grammar::Removal& removal : statement_.removals) {
      const auto found = std::find(classes.begin(), classes.end(), removal.label.text);
      if (found == classes.end()) unknown_name("class", removal.label, classes);
      if (removal.count > uint64_t{1} << 62)
        throw Error(ErrorCode::kLimit, "so many labels cannot be removed", removal.label.span);
      const auto& known = request_.errors.removals;
      if (std::any_of(known.begin(), known.end(),
                      [&](const auto& other) { return other.first == removal.label.text; }))
        throw Error(ErrorCode::kConstraint, "REMOVE names '" + removal.label.text + "' twice",
                    removal.label.span);
      counts[static_cast<size_t>(found - classes.begin())] = static_cast<int64_t>(removal.count);
      request_.errors.removals.emplace_back(removal.label.text, removal.count);
    }
  }

  std::unique_ptr<exec::Probabilities> open() {
    exec::LabelErrors& errors = request_.errors;
    if (statement_.probabilities) {
      const storage::VectorSet& set =
          named_probabilities(context_.snapshot->catalog(), *statement_.probabilities);
      errors.probabilities = set.name;
      errors.set_id = set.id;
      errors.set_generation = set.generation;
      return exec::open_probabilities(set, context_);
    }
    exec::ProbabilityFile file;
    file.file = errors.file = statement_.file->text;
    file.taxonomy = errors.taxonomy;
    if (statement_.ids) file.ids = errors.ids = statement_.ids->text;
    if (statement_.classes) file.classes = errors.classes_file = statement_.classes->text;
    return at_file(*statement_.file, statement_.ids, statement_.classes, [&] {
      exec::record_files(errors, context_);
      return exec::open_probabilities(file, context_);
    });
  }

  const Call& call_;
  const grammar::FindLabelErrors& statement_;
  storage::Transaction& transaction_;
  const exec::Context& context_;
  exec::FindRequest request_;
};

std::string found_message(const exec::FindOutcome& outcome) {
  const exec::LabelErrors& errors = outcome.errors;
  const std::string_view noun = errors.of == exec::ErrorsOf::kCategories ? "labels" : "items";
  const double share = errors.examples == 0 ? 0
                                            : 100 * static_cast<double>(errors.errors) /
                                                  static_cast<double>(errors.examples);
  std::string message =
      fmt::format("{} of {} {} suspected ({:.1f} %); SHOW LABEL ERRORS has them by class",
                  grouped(errors.errors), counted(errors.examples, noun),
                  errors.examples == 1 ? "is" : "are", share);
  if (outcome.without_label != 0)
    message += fmt::format("; {} without a label", counted(outcome.without_label, "items"));
  if (outcome.without_probabilities != 0)
    message +=
        fmt::format("; {} without probabilities", counted(outcome.without_probabilities, "labels"));
  return message;
}

}  // namespace

Answer find_label_errors(const Call& call, const grammar::FindLabelErrors& statement) {
  statement.boxes ? check_boxes(statement) : check_probabilities(statement);
  exec::FindOutcome outcome;
  write(call.session, [&](storage::Transaction& transaction) {
    transaction.flush();
    const auto context = call.session.context(transaction.view());
    outcome = Find(call, statement, transaction, *context).run();
  });
  const exec::LabelErrors& errors = outcome.errors;
  RowBuilder rows({{"examples", Type::kInt64},
                   {"errors", Type::kInt64},
                   {"classes", Type::kInt64},
                   {"noise", Type::kFloat64},
                   {"method", Type::kText}});
  rows.add({static_cast<int64_t>(errors.examples), static_cast<int64_t>(errors.errors),
            static_cast<int64_t>(errors.classes.size()), errors.noise_share,
            statement.boxes ? Value("ObjectLab") : Value(errors.method)});
  return rows.finish(found_message(outcome));
}

}  // namespace cupel::api
