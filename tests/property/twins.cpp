#include "tests/property/twins.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

namespace cupel::testing {

using namespace grammar;

std::vector<Engine> open_engines() {
  struct Shape {
    uint32_t chunk_rows;
    int threads;
    bool rewrite;
  };
  static const std::vector<Shape> kShapes = {{1, 1, true},      {7, 2, true},  {65536, 1, true},
                                             {65536, 2, false}, {7, 1, false}, {1, 2, false}};
  std::vector<Engine> engines;
  for (const Shape& shape : kShapes) {
    Options options;
    options.chunk_rows = shape.chunk_rows;
    options.threads = shape.threads;
    options.rewrite = shape.rewrite;
    Database database = Database::open(":memory:", options).value();
    Session session = database.session();
    engines.push_back({fmt::format("chunk_rows {}, threads {}, rewrite {}", shape.chunk_rows,
                                   shape.threads, shape.rewrite ? "on" : "off"),
                       database, std::move(session)});
  }
  return engines;
}

Naive::Table engine_answer(Session& session, const std::string& text, const Query& query,
                           const Parameters& parameters) {
  const Result<cupel::Table> result = session.execute(text, parameters);
  if (!result.ok()) throw result.error();
  const cupel::Table& table = result.value();
  const bool whole =
      query.select.empty() || std::holds_alternative<Star>(query.select[0].expression->node);
  size_t columns = table.columns.size();
  if (whole) {
    if (columns == 0 || table.columns[0].name != "reference_id") {
      throw std::logic_error("whole rows do not begin with reference_id");
    }
    columns = 1;
  }
  Naive::Table rows;
  for (size_t row = 0; row < table.rows(); ++row) {
    auto& cells = rows.emplace_back();
    for (size_t column = 0; column < columns; ++column) cells.push_back(table.value(row, column));
  }
  return rows;
}

namespace {

bool same(const Value& a, const Value& b, bool any_number) {
  if (any_number && a.is_number() && b.is_number() && a.is_int() != b.is_int()) {
    return a.as_double() == b.as_double();
  }
  if (!a.is_double() || !b.is_double()) return a == b;
  const double x = a.as_double();
  const double y = b.as_double();
  return x == y || std::abs(x - y) <= 1e-12 * std::max(std::abs(x), std::abs(y));
}

std::string show(const std::vector<Value>& row) {
  std::string text;
  for (const Value& value : row) {
    if (!text.empty()) text += ", ";
    text += value.is_missing() ? "missing"
                               : fmt::format("{} {}", to_string(value.type()), to_json(value));
  }
  return "(" + text + ")";
}

}  // namespace

std::string difference(const Naive::Table& expected, const Naive::Table& got, bool any_number) {
  const auto alike = [&](const Value& a, const Value& b) { return same(a, b, any_number); };
  for (size_t i = 0; i < std::max(expected.size(), got.size()); ++i) {
    const bool both = i < expected.size() && i < got.size();
    if (both &&
        std::equal(expected[i].begin(), expected[i].end(), got[i].begin(), got[i].end(), alike)) {
      continue;
    }
    return fmt::format("row {} of {} (engine: of {}): expected {}, got {}", i, expected.size(),
                       got.size(), i < expected.size() ? show(expected[i]) : "none",
                       i < got.size() ? show(got[i]) : "none");
  }
  return {};
}

void Coverage::visit(const Query& query) {
  for (const SelectEntry& entry : query.select) visit(*entry.expression);
  if (query.where) visit(*query.where);
  for (const ExpressionPtr& key : query.group_by) visit(*key);
  if (query.having) visit(*query.having);
  for (const OrderKey& key : query.order_by) visit(*key.expression);
  static const std::vector<std::string> kSources = {"items", "annotations", "predictions",
                                                    "objects"};
  ++counts_["from " +
            kSources[static_cast<size_t>(query.source ? query.source->kind : SourceKind{})]];
  if (!query.group_by.empty()) ++counts_["group by"];
  if (query.having) ++counts_["having"];
  if (!query.order_by.empty()) ++counts_["order by"];
  if (query.offset) ++counts_["offset"];
}

void Coverage::visit(const Expression& expression) {
  static const std::vector<std::string> kNodes = {
      "literal", "parameter", "path",       "call", "arithmetic", "negate", "compare", "in",
      "between", "match",     "is missing", "not",  "and",        "or",     "star"};
  ++counts_[kNodes[expression.node.index()]];
  if (expression.parenthesised) ++counts_["parentheses"];
  const auto part = [this](const ExpressionPtr& child) { visit(*child); };
  const auto parts = [&](const std::vector<ExpressionPtr>& children) {
    for (const ExpressionPtr& child : children) part(child);
  };
  if (const auto* literal = std::get_if<Literal>(&expression.node)) {
    if (literal->date) ++counts_["date"];
  } else if (const auto* path = std::get_if<Path>(&expression.node)) {
    visit(*path);
  } else if (const auto* call = std::get_if<Call>(&expression.node)) {
    ++counts_["call " + call->function +
              (call->function == "count" && !call->arguments.empty() ? "(c)" : "")];
    parts(call->arguments);
    for (const NamedArgument& named : call->named) ++counts_["named " + named.name];
  } else if (const auto* sum = std::get_if<Arithmetic>(&expression.node)) {
    part(sum->left);
    part(sum->right);
  } else if (const auto* negate = std::get_if<Negate>(&expression.node)) {
    part(negate->operand);
  } else if (const auto* compare = std::get_if<Compare>(&expression.node)) {
    part(compare->left);
    part(compare->right);
  } else if (const auto* in = std::get_if<In>(&expression.node)) {
    part(in->operand);
    parts(in->values);
  } else if (const auto* between = std::get_if<Between>(&expression.node)) {
    part(between->operand);
    part(between->low);
    part(between->high);
  } else if (const auto* match = std::get_if<Match>(&expression.node)) {
    ++counts_[match->kind == MatchKind::kRegex  ? "~"
              : match->kind == MatchKind::kLike ? "like"
                                                : "ilike"];
    part(match->operand);
  } else if (const auto* missing = std::get_if<IsMissing>(&expression.node)) {
    part(missing->operand);
  } else if (const auto* negation = std::get_if<Not>(&expression.node)) {
    part(negation->operand);
  } else if (const auto* all = std::get_if<And>(&expression.node)) {
    parts(all->operands);
  } else if (const auto* any = std::get_if<Or>(&expression.node)) {
    parts(any->operands);
  }
}

void Coverage::visit(const Path& path) {
  const Segment& first = path.segments.front();
  const Segment& last = path.segments.back();
  std::string form = first.name;
  if (first.name == "annotations" || first.name == "predictions") {
    form = first.filter ? "C[]" : "C";
    if (first.argument) ++counts_["predictions(run)"];
    if (path.call_argument) {
      form += ".aggregate";
    } else if (path.segments.size() > 1) {
      static const std::set<std::string> kWords = {"count",      "metadata", "position",
                                                   "dimensions", "area",     "label",
                                                   "confidence", "type",     "box"};
      const std::string& word = path.segments[1].name;
      form += kWords.contains(word) && !path.segments[1].quoted ? "." + word : ".NAME";
      if (form.ends_with(".NAME") && path.segments.size() > 2)
        form += last.name == "count" ? ".count" : ".FIELD";
    }
    if (first.filter) visit(**first.filter);
    if (path.call_argument) visit(**path.call_argument);
  }
  ++counts_[form];
}

namespace {

/// What must have been asked often.
const std::vector<std::string> kForms = {"from items",
                                         "from annotations",
                                         "from predictions",
                                         "from objects",
                                         "group by",
                                         "having",
                                         "order by",
                                         "offset",
                                         "literal",
                                         "parameter",
                                         "path",
                                         "call",
                                         "arithmetic",
                                         "negate",
                                         "compare",
                                         "in",
                                         "between",
                                         "match",
                                         "is missing",
                                         "not",
                                         "and",
                                         "or",
                                         "star",
                                         "parentheses",
                                         "date",
                                         "call count",
                                         "call count(c)",
                                         "call sum",
                                         "call avg",
                                         "call min",
                                         "call max",
                                         "call bucket",
                                         "call overlap",
                                         "call overlaps",
                                         "call inside",
                                         "call distance",
                                         "call similarity",
                                         "named label",
                                         "named embedding",
                                         "like",
                                         "ilike",
                                         "~",
                                         "predictions(run)",
                                         "C[]",
                                         "C[].count",
                                         "C[].aggregate",
                                         "C.aggregate",
                                         "C.count",
                                         "C.NAME",
                                         "C.NAME.count",
                                         "C.NAME.FIELD",
                                         "C.metadata",
                                         "C.position",
                                         "C.dimensions",
                                         "C.area",
                                         "C.label",
                                         "C.confidence",
                                         "C.box",
                                         "C[].metadata",
                                         "C[].area",
                                         "metadata",
                                         "item",
                                         "object",
                                         "slice",
                                         "label",
                                         "area",
                                         "confidence",
                                         "reference_id",
                                         "ref_id",
                                         "taxonomy"};

}  // namespace

std::vector<std::string> Coverage::rare(size_t least) const {
  std::vector<std::string> result;
  for (const std::string& form : kForms) {
    const auto found = counts_.find(form);
    const size_t count = found == counts_.end() ? 0 : found->second;
    if (count < least) result.push_back(fmt::format("{} ({})", form, count));
  }
  return result;
}

}  // namespace cupel::testing
