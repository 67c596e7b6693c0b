#include <set>

#include "grammar/words.hpp"
#include "tests/support/random_query.hpp"
#include "tests/support/random_tree.hpp"

/// Random conditions on the objects of an item (LANGUAGE.md 2.5).
namespace cupel::testing {

using namespace grammar;

namespace {

void extend(Path& path, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    path.segments.push_back(std::move(path_of({"x", name}).segments.back()));
  }
}

/// A field of some object: position and dimensions, area.
const std::vector<std::vector<std::string>> kNumberFields = {
    {"area"}, {"position", "x"}, {"position", "y"}, {"dimensions", "x"}, {"dimensions", "y"}};

}  // namespace

Path RandomQuery::collection() {
  Path result = path_of({"annotations"});
  if (knobs_.predictions && !vocabulary_.runs.empty() && chance(35)) {
    result.segments.front().name = "predictions";
    result.segments.front().argument = pick(vocabulary_.runs);
  }
  return result;
}

Segment RandomQuery::label_segment() {
  static const std::set<std::string> kReserved = {"count", "box",      "label",
                                                  "area",  "metadata", "type"};
  Segment result;
  result.name = pick(vocabulary_.labels);
  result.quoted = !is_word(result.name) || kReserved.contains(result.name) || chance(20);
  return result;
}

ExpressionPtr RandomQuery::filter(const Path& path, int depth) {
  const bool outside = inside_filter_;
  inside_filter_ = true;
  const Kind kind = path.segments.front().argument ? Kind::kPredictions : Kind::kAnnotations;
  ExpressionPtr result = condition(kind, std::min(depth - 1, 2));
  inside_filter_ = outside;
  return result;
}

ExpressionPtr RandomQuery::collection_predicate(int depth) {
  switch (below(8)) {
    case 0:
    case 1: return number_predicate(collection_number(depth), {0, 1, 2, 5});
    case 2: {
      Path path = collection();
      path.segments.front().filter = filter(path, depth);
      return tree(std::move(path));
    }
    case 3: return filtered_predicate(collection(), depth);
    case 4:
      if (!vocabulary_.taxonomies.empty()) return taxonomy_predicate(collection());
      [[fallthrough]];
    case 5:
      if (depth > 0) return same_object_chain(depth);
      [[fallthrough]];
    default: return some_predicate(collection());
  }
}

ExpressionPtr RandomQuery::some_predicate(Path path) {
  const bool prediction = path.segments.front().argument.has_value();
  if (!vocabulary_.object_keys.empty() && chance(50)) {
    const MetadataKey& key = pick(vocabulary_.object_keys);
    const bool labelled = chance(50);
    if (labelled) path.segments.push_back(label_segment());
    if (!labelled) extend(path, {"metadata"});
    extend(path, {key.name});
    ExpressionPtr field = tree(std::move(path));
    if (chance(12)) return tree(IsMissing{std::move(field), chance(50)});
    if (key.type == Type::kText) return text_predicate(std::move(field), key.values);
    if (key.type == Type::kBool) {
      return compare_tree(static_cast<CompareOp>(below(2)), std::move(field),
                          constant_tree(chance(50)));
    }
    return number_predicate(std::move(field), key.values);
  }
  if (chance(25)) {
    std::vector<Value> labels(vocabulary_.labels.begin(), vocabulary_.labels.end());
    extend(path, {"label"});
    return text_predicate(tree(std::move(path)), labels);
  }
  if (chance(10)) {
    extend(path, {"type"});
    return compare_tree(static_cast<CompareOp>(below(2)), tree(std::move(path)),
                        constant_tree(chance(60) ? "box" : "line", true));
  }
  if (prediction && chance(40)) {
    extend(path, {"confidence"});
    return number_predicate(tree(std::move(path)), {0.25, 0.5, 0.75});
  }
  extend(path, pick(kNumberFields));
  if (chance(12)) {
    // Two fields of one object, or a field of its item.
    Path other = path_of({"annotations"});
    other.segments.front().name = path.segments.front().name;
    other.segments.front().argument = path.segments.front().argument;
    extend(other, pick(kNumberFields));
    ExpressionPtr right = chance(60) ? tree(std::move(other)) : path_tree({"item", "width"});
    return compare_tree(static_cast<CompareOp>(below(6)), tree(std::move(path)), std::move(right));
  }
  if (chance(20)) {
    const auto op = static_cast<grammar::ArithmeticOp>(below(5));
    ExpressionPtr value = tree(grammar::Arithmetic{
        op, tree(std::move(path)), constant_tree(chance(50) ? Value(2) : Value(0.5))});
    return number_predicate(std::move(value), {1, 20, 40.5});
  }
  return number_predicate(tree(std::move(path)), {0, 6, 20, 100.5, 500});
}

ExpressionPtr RandomQuery::taxonomy_predicate(Path path) {
  const Taxonomy& taxonomy = pick(vocabulary_.taxonomies);
  extend(path, {taxonomy.name});
  if (chance(15)) return tree(IsMissing{tree(std::move(path)), chance(50)});
  std::vector<Value> labels(taxonomy.labels.begin(), taxonomy.labels.end());
  return text_predicate(tree(std::move(path)), labels);
}

ExpressionPtr RandomQuery::filtered_predicate(Path path, int depth) {
  path.segments.front().filter = filter(path, depth);
  ExpressionPtr result = some_predicate(std::move(path));
  // Two fields are of one object only where both paths are filtered: the right one is not.
  if (auto* compare = std::get_if<Compare>(&result->node)) {
    if (std::holds_alternative<Path>(compare->right->node)) compare->right = constant_tree(20);
  }
  result->parenthesised = true;
  return result;
}

ExpressionPtr RandomQuery::same_object_chain(int depth) {
  const bool annotations = !knobs_.predictions || vocabulary_.runs.empty() || chance(70);
  Path start = path_of({"annotations"});
  if (!annotations) {
    start.segments.front().name = "predictions";
    start.segments.front().argument = pick(vocabulary_.runs);
  }
  std::vector<ExpressionPtr> operands;
  for (size_t i = 2 + below(3); i > 0; --i) {
    Path path = path_of({start.segments.front().name});
    path.segments.front().quoted = false;
    path.segments.front().argument = start.segments.front().argument;
    operands.push_back(chance(85) ? some_predicate(std::move(path))
                                  : predicate(Kind::kItems, depth - 1));
    if (chance(10)) operands.back()->parenthesised = true;
  }
  return and_tree(std::move(operands));
}

ExpressionPtr RandomQuery::collection_number(int depth) {
  Path path = collection();
  static const std::vector<std::string> kTypes = {"box",    "polygon",      "line",    "keypoints",
                                                  "cuboid", "segmentation", "category"};
  switch (below(7)) {
    case 0: extend(path, {"count"}); break;
    case 1:
    case 2:
      path.segments.push_back(label_segment());
      if (chance(30)) extend(path, {"count"});
      break;
    case 3:
      extend(path, {pick(kTypes)});
      if (chance(50)) {
        extend(path, {"count"});
      } else {
        path.segments.push_back(label_segment());
      }
      break;
    case 4:
      path.segments.front().filter = filter(path, depth);
      extend(path, {"count"});
      break;
    default: {
      static const std::vector<std::string> kFunctions = {"min", "max", "avg", "sum"};
      if (chance(70)) path.segments.front().filter = filter(path, depth);
      extend(path, {pick(kFunctions)});
      path.call_argument =
          knobs_.pairwise && chance(10) ? pairwise_number(depth) : tree(object_number_field());
    }
  }
  return tree(std::move(path));
}

Call RandomQuery::pairwise(std::string function, int depth) {
  Call result{std::move(function), {}, {}};
  Path path = collection();
  if (depth > 0 && chance(40)) path.segments.front().filter = filter(path, depth);
  result.arguments.push_back(tree(std::move(path)));
  return result;
}

ExpressionPtr RandomQuery::pairwise_number(int depth) {
  Call result = pairwise(chance(60) ? "overlap" : "distance", depth);
  if (chance(30)) {
    result.named.push_back({"label", constant_tree(chance(50) ? "same" : "other", chance(70))});
  }
  return tree(std::move(result));
}

ExpressionPtr RandomQuery::pairwise_condition(int depth) {
  if (chance(30)) return number_predicate(pairwise_number(depth), {0, 0.25, 2, 10});
  Call result = pairwise(chance(60) ? "overlaps" : "inside", depth);
  if (chance(60)) result.arguments.push_back(constant_tree(pick<Value>({0, 0.125, 0.5, 0.75, 1})));
  if (chance(30)) {
    result.named.push_back({"label", constant_tree(chance(50) ? "same" : "other", chance(70))});
  }
  return tree(std::move(result));
}

}  // namespace cupel::testing
