#include "tests/support/statement_equal.hpp"

#include <algorithm>

namespace cupel::testing {

using namespace grammar;

namespace {

bool same(const ExpressionPtr& a, const ExpressionPtr& b) {
  return a && b ? grammar::equal(*a, *b) : !a && !b;
}
bool same(const Name& a, const Name& b) { return a.text == b.text; }
bool same(const Source& a, const Source& b) { return a.kind == b.kind && a.run == b.run; }
bool same(const Assignment& a, const Assignment& b) {
  Expression x;
  Expression y;
  const auto bare = [](const Path& path, Expression& target) {
    Path copy;
    for (const Segment& s : path.segments) {
      copy.segments.push_back({s.name, s.quoted, s.argument, std::nullopt, s.span});
    }
    target.node = std::move(copy);
  };
  bare(a.path, x);
  bare(b.path, y);
  return grammar::equal(x, y) && same(a.value, b.value);
}
bool same(const Query& a, const Query& b) { return equal(a, b); }
bool same(double a, double b) { return a == b; }
bool same(uint64_t a, uint64_t b) { return a == b; }
bool same(const GivenNumber& a, const GivenNumber& b) { return a.value == b.value; }
bool same(const LabelPair& a, const LabelPair& b) {
  return same(a.given, b.given) && same(a.predicted, b.predicted);
}
bool same(const Removal& a, const Removal& b) {
  return same(a.label, b.label) && a.count == b.count;
}
bool same(const FormatSetting& a, const FormatSetting& b) {
  return same(a.name, b.name) && same(a.value, b.value);
}
bool same(const FormatChoice& a, const FormatChoice& b) {
  return same(a.name, b.name) &&
         std::equal(a.settings.begin(), a.settings.end(), b.settings.begin(), b.settings.end(),
                    [](const FormatSetting& x, const FormatSetting& y) { return same(x, y); });
}

template <typename T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const T& x, const T& y) { return same(x, y); });
}
template <typename T>
bool same(const std::optional<T>& a, const std::optional<T>& b) {
  return a && b ? same(*a, *b) : !a && !b;
}

bool same(const MetricsClauses& a, const MetricsClauses& b) {
  return same(a.where, b.where) && same(a.group_by, b.group_by) && same(a.iou, b.iou) &&
         same(a.confidence, b.confidence);
}

struct Same {
  bool operator()(const Query& a, const Query& b) { return equal(a, b); }
  bool operator()(const Explain& a, const Explain& b) {
    return a.as == b.as && equal(a.query, b.query);
  }
  bool operator()(const CreateSlice& a, const CreateSlice& b) {
    return same(a.name, b.name) && a.live == b.live && same(a.query, b.query) &&
           same(a.references, b.references);
  }
  bool operator()(const InsertIntoSlice& a, const InsertIntoSlice& b) {
    return same(a.name, b.name) && equal(a.query, b.query);
  }
  bool operator()(const DeleteFromSlice& a, const DeleteFromSlice& b) {
    return same(a.name, b.name) && equal(a.query, b.query);
  }
  bool operator()(const RenameSlice& a, const RenameSlice& b) {
    return same(a.from, b.from) && same(a.to, b.to);
  }
  bool operator()(const DropSlice& a, const DropSlice& b) { return same(a.name, b.name); }
  bool operator()(const Show& a, const Show& b) {
    return a.what == b.what && same(a.source, b.source);
  }
  bool operator()(const DescribeSlice& a, const DescribeSlice& b) { return same(a.name, b.name); }
  bool operator()(const Import& a, const Import& b) {
    return a.what == b.what && a.file == b.file && same(a.run, b.run) && same(a.format, b.format) &&
           a.update == b.update && a.skip_errors == b.skip_errors;
  }
  bool operator()(const Export& a, const Export& b) {
    return equal(a.query, b.query) && a.file == b.file && same(a.format, b.format);
  }
  bool operator()(const Report& a, const Report& b) {
    return equal(a.query, b.query) && a.file == b.file && same(a.images, b.images);
  }
  bool operator()(const Update& a, const Update& b) {
    return same(a.source, b.source) && same(a.assignments, b.assignments) && same(a.where, b.where);
  }
  bool operator()(const Delete& a, const Delete& b) {
    return same(a.source, b.source) && same(a.where, b.where);
  }
  bool operator()(const UseRun& a, const UseRun& b) { return same(a.name, b.name); }
  bool operator()(const Begin&, const Begin&) { return true; }
  bool operator()(const Commit&, const Commit&) { return true; }
  bool operator()(const Rollback&, const Rollback&) { return true; }
  bool operator()(const ImportProbabilities& a, const ImportProbabilities& b) {
    return same(a.file, b.file) && same(a.run, b.run) && same(a.name, b.name) &&
           same(a.ids, b.ids) && same(a.classes, b.classes) && same(a.taxonomy, b.taxonomy) &&
           a.update == b.update;
  }
  bool operator()(const DropProbabilities& a, const DropProbabilities& b) {
    return same(a.name, b.name);
  }
  bool operator()(const FindLabelErrors& a, const FindLabelErrors& b) {
    return same(a.taxonomy, b.taxonomy) && a.boxes == b.boxes && a.multi_label == b.multi_label &&
           same(a.probabilities, b.probabilities) && same(a.file, b.file) && same(a.run, b.run) &&
           same(a.ids, b.ids) && same(a.classes, b.classes) && same(a.method, b.method) &&
           same(a.rank, b.rank) && same(a.ties, b.ties) && same(a.compat, b.compat) &&
           same(a.slice, b.slice) && same(a.coarse, b.coarse) && a.adjusted == b.adjusted &&
           a.relative == b.relative && same(a.fraction, b.fraction) && same(a.keep, b.keep) &&
           same(a.removals, b.removals);
  }
  bool operator()(const ShowLabelErrors& a, const ShowLabelErrors& b) {
    return same(a.taxonomy, b.taxonomy);
  }
  bool operator()(const ExplainLabelError& a, const ExplainLabelError& b) {
    return same(a.reference, b.reference) && same(a.taxonomy, b.taxonomy);
  }
  bool operator()(const SendSlice& a, const SendSlice& b) {
    return same(a.slice, b.slice) && same(a.directory, b.directory) && same(a.project, b.project) &&
           same(a.taxonomy, b.taxonomy) && same(a.format, b.format) &&
           same(a.instructions, b.instructions) && same(a.description, b.description) &&
           same(a.batch, b.batch) && same(a.calibration, b.calibration) && same(a.seed, b.seed) &&
           same(a.choices, b.choices) && a.again == b.again;
  }
  bool operator()(const ImportLabelingResults& a, const ImportLabelingResults& b) {
    return same(a.file, b.file) && same(a.project, b.project) && same(a.format, b.format);
  }
  bool operator()(const AuditProject& a, const AuditProject& b) {
    return same(a.project, b.project) && a.verdict == b.verdict && same(a.references, b.references);
  }
  bool operator()(const ApplyLabelingResults& a, const ApplyLabelingResults& b) {
    return same(a.project, b.project) && same(a.agreement, b.agreement) && a.weighted == b.weighted;
  }
  bool operator()(const CompareLabels& a, const CompareLabels& b) {
    return same(a.first, b.first) && same(a.second, b.second);
  }
  bool operator()(const ShowProjects&, const ShowProjects&) { return true; }
  bool operator()(const DropProject& a, const DropProject& b) { return same(a.name, b.name); }
  bool operator()(const EvaluateRun& a, const EvaluateRun& b) {
    return same(a.run, b.run) && same(a.rule, b.rule) && same(a.iou, b.iou) &&
           same(a.confidence, b.confidence) && a.agnostic == b.agnostic &&
           same(a.allowed, b.allowed);
  }
  bool operator()(const ShowEvaluation& a, const ShowEvaluation& b) {
    return a.view == b.view && same(a.run, b.run) && same(a.clauses, b.clauses);
  }
  bool operator()(const CompareRuns& a, const CompareRuns& b) {
    return same(a.first, b.first) && same(a.second, b.second) && same(a.clauses, b.clauses);
  }
  bool operator()(const Assert& a, const Assert& b) { return same(a.condition, b.condition); }
  bool operator()(const ShowInsights& a, const ShowInsights& b) {
    return same(a.slice, b.slice) && same(a.run, b.run) && same(a.where, b.where);
  }
  bool operator()(const ImportEmbeddings& a, const ImportEmbeddings& b) {
    return same(a.file, b.file) && same(a.name, b.name) && same(a.rows, b.rows) &&
           same(a.ids, b.ids) && a.update == b.update;
  }
  bool operator()(const DropEmbeddings& a, const DropEmbeddings& b) { return same(a.name, b.name); }
  bool operator()(const FindNear& a, const FindNear& b) {
    return a.what == b.what && same(a.slice, b.slice) && same(a.within, b.within) &&
           same(a.embedding, b.embedding);
  }
  bool operator()(const CreateAutotag& a, const CreateAutotag& b) {
    const bool query = a.query && b.query ? equal(*a.query, *b.query) : !a.query && !b.query;
    return query && same(a.name, b.name) && same(a.examples, b.examples) &&
           same(a.slice, b.slice) && same(a.rejected, b.rejected) && same(a.rows, b.rows) &&
           same(a.embedding, b.embedding) && same(a.seed, b.seed);
  }
  bool operator()(const RefineAutotag& a, const RefineAutotag& b) {
    return same(a.name, b.name) && same(a.added, b.added) && same(a.rejected, b.rejected) &&
           same(a.removed, b.removed);
  }
  bool operator()(const NamedAutotag& a, const NamedAutotag& b) {
    return a.verb == b.verb && same(a.name, b.name);
  }
  bool operator()(const SuggestForAutotag& a, const SuggestForAutotag& b) {
    return same(a.name, b.name) && same(a.limit, b.limit);
  }
  template <typename A, typename B>
  bool operator()(const A&, const B&) {
    return false;
  }
};

}  // namespace

bool equal(const Statement& a, const Statement& b) {
  return a.positional_parameters == b.positional_parameters && std::visit(Same{}, a.node, b.node);
}

}  // namespace cupel::testing
