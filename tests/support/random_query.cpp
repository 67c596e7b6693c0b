#include "tests/support/random_query.hpp"

#include "tests/support/random_tree.hpp"

namespace cupel::testing {

using namespace grammar;

Vocabulary small_vocabulary() {
  const auto day = [](const char* text) { return parse_timestamp(text).value(); };
  return {{"car", "truck", "traffic light", "person"},
          {{"clothing_type", {"dress", "trousers"}}},
          {{"speed", Type::kInt64, {0, 5, 50, -3}},
           {"score", Type::kFloat64, {0.0, 0.25, 0.5, -1.5}},
           {"weather", Type::kText, {"rainy", "clear", "partly cloudy"}},
           {"night", Type::kBool, {true, false}},
           {"taken", Type::kTimestamp, {day("2021-06-01"), day("2021-06-01T12:30:00Z")}}},
          {{"color", Type::kText, {"yellow", "red", "dark blue"}},
           {"occluded", Type::kBool, {true, false}},
           {"distance", Type::kFloat64, {1.5, 20.0, 150.25}}},
          {"first", "second run"},
          {"night_errors", "to do"}};
}

Query RandomQuery::query() {
  static const std::vector<Kind> kKinds = {Kind::kItems, Kind::kAnnotations, Kind::kPredictions,
                                           Kind::kObjects};
  return query(kKinds[below(knobs_.predictions && !vocabulary_.runs.empty() ? 4 : 2)]);
}

Query RandomQuery::query(Kind kind) {
  Query result;
  if (kind != Kind::kItems || chance(30)) {
    result.source = Source{kind, std::nullopt, {}};
    if (kind == Kind::kPredictions) result.source->run = pick(vocabulary_.runs);
  }
  if (chance(85)) result.where = condition(kind, knobs_.depth);
  if (knobs_.groups && chance(30)) {
    add_groups(result, kind);
  } else {
    add_rows(result, kind);
  }
  if (knobs_.windows) add_window(result);
  const bool empty = result.select.empty() && !result.source && !result.where &&
                     result.order_by.empty() && !result.limit;
  if (empty) result.source = Source{kind, std::nullopt, {}};
  return result;
}

ExpressionPtr RandomQuery::condition(Kind kind) { return condition(kind, knobs_.depth); }

ExpressionPtr RandomQuery::condition(Kind kind, int depth) {
  if (depth <= 0 || chance(35)) return predicate(kind, depth);
  if (chance(30)) return not_tree(condition(kind, depth - 1));
  std::vector<ExpressionPtr> operands;
  for (size_t i = 2 + below(2); i > 0; --i) operands.push_back(condition(kind, depth - 1));
  return chance(60) ? and_tree(std::move(operands)) : or_tree(std::move(operands));
}

ExpressionPtr RandomQuery::predicate(Kind kind, int depth) {
  ExpressionPtr result;
  if (chance(12)) {
    result = field_against_field(kind);
  } else if (chance(20)) {
    result = compare_tree(static_cast<CompareOp>(below(6)), number(kind, 2), number(kind, 1));

  } else {
    result = kind == Kind::kItems ? item_predicate(depth) : object_predicate(kind, depth);
  }
  if (chance(10)) result->parenthesised = true;
  return result;
}

ExpressionPtr RandomQuery::item_predicate(int depth) {
  if (!inside_filter_ && comparable(Kind::kItems) && chance(8))
    return similarity_predicate(Kind::kItems);
  if (knobs_.collections && chance(45)) return collection_predicate(depth);
  if (knobs_.slices && !vocabulary_.slices.empty() && chance(15)) {
    return slice_predicate(vocabulary_.slices);
  }
  if (chance(8)) {
    std::vector<Value> names(vocabulary_.references.begin(), vocabulary_.references.end());
    if (!names.empty())
      return text_predicate(path_tree({chance(70) ? "reference_id" : "ref_id"}), names);
  }
  if (!vocabulary_.item_keys.empty() && chance(80)) {
    return metadata_predicate(chance(85) ? std::vector<std::string>{"metadata"}
                                         : std::vector<std::string>{"item", "metadata"},
                              pick(vocabulary_.item_keys));
  }
  if (chance(10)) return tree(IsMissing{path_tree({"image_location"}), chance(50)});
  return number_predicate(path_tree({chance(50) ? "width" : "height"}), {640, 1280, 720});
}

ExpressionPtr RandomQuery::slice_predicate(const std::vector<std::string>& slices) {
  if (chance(25)) {
    In in{path_tree({"slice"}), {}, chance(30)};
    for (size_t i = 1 + below(2); i > 0; --i)
      in.values.push_back(constant_tree(pick(slices), true));
    return tree(std::move(in));
  }
  const CompareOp op = chance(70) ? CompareOp::kEqual : CompareOp::kNotEqual;
  return compare_tree(op, path_tree({"slice"}), constant_tree(pick(slices), true));
}

ExpressionPtr RandomQuery::object_predicate(Kind kind, int depth) {
  if (chance(15) && depth > 0) {
    // Any field of the item, seen from its object.
    if (vocabulary_.item_keys.empty()) return item_predicate(0);
    return metadata_predicate({"item", "metadata"}, pick(vocabulary_.item_keys));
  }
  if (knobs_.slices && !inside_filter_ && chance(6)) {
    if (!vocabulary_.object_slices.empty() && chance(50)) {
      return slice_predicate(vocabulary_.object_slices);
    }
    if (!vocabulary_.slices.empty()) return slice_predicate(vocabulary_.slices);
  }
  if (knobs_.collections && !inside_filter_ && chance(10)) return collection_predicate(depth);
  if (chance(8)) return number_predicate(path_tree({"item", "width"}), {640, 1280, 720});
  if (chance(4) && !vocabulary_.taxonomies.empty()) {
    const Value name = pick(vocabulary_.taxonomies).name;
    return compare_tree(static_cast<CompareOp>(below(2)), path_tree({"taxonomy"}),
                        constant_tree(name));
  }
  if (chance(4)) return tree(IsMissing{tree(object_number_field()), chance(50)});
  if (knobs_.pairwise && chance(10)) return pairwise_condition(depth);
  if (comparable(kind) && chance(10)) return similarity_predicate(kind);
  switch (below(4)) {
    case 0: {
      std::vector<Value> labels;
      for (const std::string& label : vocabulary_.labels) labels.emplace_back(label);
      return text_predicate(path_tree(chance(80) ? std::vector<std::string>{"label"}
                                                 : std::vector<std::string>{"object", "label"}),
                            labels);
    }
    case 1:
      if (!vocabulary_.object_keys.empty()) {
        return metadata_predicate({"metadata"}, pick(vocabulary_.object_keys));
      }
      [[fallthrough]];
    case 2:
      if (kind == Kind::kPredictions && chance(40)) {
        return number_predicate(path_tree({"confidence"}), {0.25, 0.5, 0.9});
      }
      return number_predicate(tree(object_number_field()), {0, 6, 100.5, 500});
    default:
      return compare_tree(chance(60) ? CompareOp::kEqual : CompareOp::kNotEqual,
                          path_tree({"type"}), constant_tree(chance(70) ? "box" : "polygon", true));
  }
}

ExpressionPtr RandomQuery::metadata_predicate(std::vector<std::string> prefix,
                                              const MetadataKey& key) {
  prefix.push_back(key.name);
  ExpressionPtr field = path_tree(prefix);
  if (chance(12)) return tree(IsMissing{std::move(field), chance(50)});
  if (key.type == Type::kAny) return number_predicate(std::move(field), key.values);
  if (key.type == Type::kText) return text_predicate(std::move(field), key.values);
  if (key.type == Type::kBool) {
    const CompareOp op = chance(70) ? CompareOp::kEqual : CompareOp::kNotEqual;
    return compare_tree(op, std::move(field), constant_tree(chance(50)));
  }
  if (key.type == Type::kTimestamp && !knobs_.dates) return tree(IsMissing{std::move(field), true});
  return number_predicate(std::move(field), key.values);
}

ExpressionPtr RandomQuery::number_predicate(ExpressionPtr operand,
                                            const std::vector<Value>& values) {
  const bool negated = chance(30);
  switch (below(5)) {
    case 0: {
      In in{std::move(operand), {}, negated};
      for (size_t i = 1 + below(3); i > 0; --i) in.values.push_back(constant(values));
      return tree(std::move(in));
    }
    case 1: {
      ExpressionPtr low = constant(values);
      return tree(Between{std::move(operand), std::move(low), constant(values), negated});
    }
    default:
      return compare_tree(static_cast<CompareOp>(below(6)), std::move(operand), constant(values));
  }
}

ExpressionPtr RandomQuery::text_predicate(ExpressionPtr operand, const std::vector<Value>& values) {
  const bool negated = chance(30);
  if (knobs_.patterns && chance(25)) {
    const std::string text = pick(values).as_text();
    // Patterns end before the first character of several bytes.
    size_t plain = 0;
    while (plain < text.size() && static_cast<unsigned char>(text[plain]) < 0x80) ++plain;
    const std::string part = plain == 0 ? "a" : text.substr(0, 1 + below(plain));
    if (chance(40)) {
      return tree(Match{MatchKind::kRegex, std::move(operand), constant_tree("^" + part), false});
    }
    const MatchKind kind = chance(50) ? MatchKind::kLike : MatchKind::kIlike;
    const std::string pattern = chance(50) ? part + "%" : "%" + part.substr(0, 1) + "_%";
    return tree(Match{kind, std::move(operand), constant_tree(pattern), negated});
  }
  if (chance(25)) {
    In in{std::move(operand), {}, negated};
    for (size_t i = 1 + below(3); i > 0; --i) in.values.push_back(constant(values));
    return tree(std::move(in));
  }
  const auto op = chance(80) ? static_cast<CompareOp>(below(2)) : static_cast<CompareOp>(below(6));
  return compare_tree(op, std::move(operand), constant(values));
}

ExpressionPtr RandomQuery::field_against_field(Kind kind) {
  const auto op = static_cast<CompareOp>(below(6));
  if (kind == Kind::kItems) {
    if (knobs_.collections) return compare_tree(op, collection_number(0), collection_number(0));
    return compare_tree(op, path_tree({"width"}), path_tree({"item", "height"}));
  }
  return compare_tree(op, path_tree({"dimensions", "x"}), path_tree({"dimensions", "y"}));
}

ExpressionPtr RandomQuery::number(Kind kind, int depth) {
  if (depth > 0 && chance(45)) {
    ExpressionPtr left = number(kind, depth - 1);
    ExpressionPtr right = number(kind, depth - 1);
    return arithmetic_tree(static_cast<ArithmeticOp>(below(5)), std::move(left), std::move(right));
  }
  if (depth > 0 && chance(10)) {
    ExpressionPtr operand = fit(number(kind, depth - 1), Binding::kUnary);
    // The parser reads a minus before a number as part of it.
    if (std::holds_alternative<Literal>(operand->node)) operand->parenthesised = true;
    return tree(Negate{std::move(operand)});
  }
  if (chance(30)) return constant({0, 1, 2, 3, 0.5, 10});
  if (comparable(kind) && chance(12)) return similarity(kind);
  if (kind != Kind::kItems) {
    if (knobs_.pairwise && chance(20)) return pairwise_number(depth);
    return tree(object_number_field());
  }
  if (knobs_.collections && chance(40)) return collection_number(0);
  for (const MetadataKey& key : vocabulary_.item_keys) {
    const bool number = key.type == Type::kInt64 || key.type == Type::kFloat64;
    if (number && chance(50)) return path_tree({"metadata", key.name});
  }
  return path_tree({"item", chance(50) ? "width" : "height"});
}

ExpressionPtr RandomQuery::constant(const std::vector<Value>& values) {
  return constant_tree(pick(values), chance(50));
}

Path RandomQuery::object_number_field() {
  static const std::vector<std::vector<std::string>> kFields = {{"object", "area"},
                                                                {"position", "x"},
                                                                {"position", "y"},
                                                                {"dimensions", "x"},
                                                                {"dimensions", "y"}};
  std::vector<std::string> names = pick(kFields);
  return path_of(names);
}

}  // namespace cupel::testing
