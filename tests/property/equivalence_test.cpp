// Conditions that are written differently and mean the same.

#include "tests/property/law_fixture.hpp"
#include "tests/support/random_tree.hpp"

namespace cupel::testing {
namespace {

using namespace grammar;

using Equivalences = Laws;

CompareOp mirrored(CompareOp op) {
  switch (op) {
    case CompareOp::kLess: return CompareOp::kGreater;
    case CompareOp::kLessEqual: return CompareOp::kGreaterEqual;
    case CompareOp::kGreater: return CompareOp::kLess;
    case CompareOp::kGreaterEqual: return CompareOp::kLessEqual;
    default: return op;
  }
}

/// Whether a side of a comparison means the same on the other one: not a bare word, which is text
/// on the right and a field on the left, and not a name that stands for a membership.
bool can_move(const Expression& side) {
  if (const auto* literal = std::get_if<Literal>(&side.node))
    return literal->value.is_number() || literal->date;
  const auto* path = std::get_if<Path>(&side.node);
  return path == nullptr || path->segments.size() > 1 || path->segments.front().filter.has_value();
}

/// `5 < metadata.speed` for `metadata.speed > 5`, everywhere; says whether anything changed.
bool swap_sides(Expression& condition) {
  bool changed = false;
  walk(condition, [&](Expression& part) {
    auto* compare = std::get_if<Compare>(&part.node);
    if (compare == nullptr || !can_move(*compare->left) || !can_move(*compare->right)) return true;
    std::swap(compare->left, compare->right);
    compare->op = mirrored(compare->op);
    changed = true;
    return true;
  });
  return changed;
}

/// IN becomes a chain of OR, BETWEEN two comparisons, `!=` NOT of `=`. In parentheses, so that no
/// chain around them takes them apart.
void spell_out(Expression& condition) {
  walk(condition, [&](Expression& part) {
    ExpressionPtr instead;
    bool negated = false;
    if (auto* in = std::get_if<In>(&part.node)) {
      std::vector<ExpressionPtr> cases;
      for (const ExpressionPtr& value : in->values)
        cases.push_back(compare_tree(CompareOp::kEqual, clone(*in->operand), clone(*value)));
      negated = in->negated;
      instead = cases.size() == 1 ? std::move(cases.front()) : or_tree(std::move(cases));
    } else if (auto* between = std::get_if<Between>(&part.node)) {
      std::vector<ExpressionPtr> both;
      both.push_back(compare_tree(CompareOp::kGreaterEqual, clone(*between->operand),
                                  std::move(between->low)));
      both.push_back(
          compare_tree(CompareOp::kLessEqual, clone(*between->operand), std::move(between->high)));
      negated = between->negated;
      instead = and_tree(std::move(both));
    } else if (auto* compare = std::get_if<Compare>(&part.node);
               compare != nullptr && compare->op == CompareOp::kNotEqual) {
      negated = true;
      instead =
          compare_tree(CompareOp::kEqual, std::move(compare->left), std::move(compare->right));
    }
    if (instead == nullptr) return true;
    if (negated) instead = not_tree(std::move(instead));
    part.node = std::move(instead->node);
    part.parenthesised = true;
    return false;
  });
}

TEST_P(Equivalences, ChainsInAnyOrderAndDoubleNegation) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string p = condition();
    const std::string q = condition();
    const auto same = [&](const std::string& one, const std::string& other) {
      EXPECT_EQ(ids("WHERE " + one), ids("WHERE " + other)) << one << "\n" << other;
    };
    same(fmt::format("({}) AND ({})", p, q), fmt::format("({}) AND ({})", q, p));
    same(fmt::format("({}) OR ({})", p, q), fmt::format("({}) OR ({})", q, p));
    same(fmt::format("NOT (({}) OR ({}))", p, q), fmt::format("NOT ({}) AND NOT ({})", p, q));
    same(fmt::format("NOT (({}) AND ({}))", p, q), fmt::format("NOT ({}) OR NOT ({})", p, q));
    same(fmt::format("NOT NOT ({})", p), fmt::format("({})", p));
    same(fmt::format("({}) AND (({}) OR ({}))", p, p, q), fmt::format("({})", p));
    EXPECT_TRUE(ids(fmt::format("WHERE ({}) AND NOT ({})", p, p)).empty()) << p;
  }
}

TEST_P(Equivalences, AComparisonReadsFromBothSides) {
  int swapped = 0;
  for (int i = 0; i < 2 * kRounds; ++i) {
    const ExpressionPtr written = tree();
    const ExpressionPtr other = clone(*written);
    if (!swap_sides(*other)) continue;
    ++swapped;
    const std::string p = print(*written);
    const std::string q = print(*other);
    EXPECT_EQ(ids("WHERE " + p), ids("WHERE " + q)) << p << "\n" << q;
  }
  EXPECT_GT(swapped, 0);
}

TEST_P(Equivalences, WhatIsShortForOtherWordsMeansThem) {
  // Without collections: there the parts would speak of different objects.
  QueryKnobs knobs;
  knobs.collections = knobs.pairwise = knobs.slices = false;
  for (int i = 0; i < 2 * kRounds; ++i) {
    for (const SourceKind kind : {SourceKind::kItems, SourceKind::kAnnotations}) {
      const ExpressionPtr written = tree(kind, knobs);
      const ExpressionPtr other = clone(*written);
      spell_out(*other);
      const std::string p = print(*written);
      const std::string q = print(*other);
      if (kind == SourceKind::kItems)
        EXPECT_EQ(ids("WHERE " + p), ids("WHERE " + q)) << p << "\n" << q;
      else
        EXPECT_EQ(annotations(p), annotations(q)) << p << "\n" << q;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Equivalences, ::testing::Range<uint64_t>(11, 17));

}  // namespace
}  // namespace cupel::testing
