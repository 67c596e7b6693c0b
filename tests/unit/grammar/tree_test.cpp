#include <gtest/gtest.h>

#include <string>

#include "grammar/parse.hpp"
#include "grammar/print.hpp"

namespace cupel::grammar {
namespace {

/// The expression with every operation in brackets, to show what binds what.
struct Shape {
  std::string operator()(const Literal& n) const {
    return n.bare ? n.value.as_text() : to_text(n.value);
  }
  std::string operator()(const Path& n) const { return print(n); }
  std::string operator()(const Negate& n) const { return "[-" + of(n.operand) + "]"; }
  std::string operator()(const Not& n) const { return "[NOT " + of(n.operand) + "]"; }
  std::string operator()(const Arithmetic& n) const {
    return "[" + of(n.left) + "+-*/%"[static_cast<size_t>(n.op)] + of(n.right) + "]";
  }
  std::string operator()(const Compare& n) const {
    return "[" + of(n.left) + "?" + of(n.right) + "]";
  }
  std::string operator()(const Between& n) const {
    return "[" + of(n.operand) + " in " + of(n.low) + ".." + of(n.high) + "]";
  }
  std::string operator()(const And& n) const { return chain(n.operands, " & "); }
  std::string operator()(const Or& n) const { return chain(n.operands, " | "); }
  template <typename Other>
  std::string operator()(const Other&) const {
    return "other";
  }
  static std::string of(const ExpressionPtr& e) { return std::visit(Shape{}, e->node); }
  static std::string chain(const std::vector<ExpressionPtr>& operands, const char* sign) {
    std::string result = "[";
    for (const auto& operand : operands) result += (result.size() > 1 ? sign : "") + of(operand);
    return result + "]";
  }
};

Query query(const std::string& text) { return std::get<Query>(parse(text).node); }
std::string shape(const std::string& text) { return Shape::of(query(text).where); }

TEST(Tree, Precedence) {
  EXPECT_EQ(shape("a + b * c = d"), "[[a+[b*c]]?d]");
  EXPECT_EQ(shape("a - b - c = d"), "[[[a-b]-c]?d]");
  EXPECT_EQ(shape("a / b % c = d"), "[[[a/b]%c]?d]");
  EXPECT_EQ(shape("-a * b = 1"), "[[[-a]*b]?1]");
  EXPECT_EQ(shape("-(a + b) = 1"), "[[-[a+b]]?1]");
  EXPECT_EQ(shape("(a + b) * c = 1"), "[[[a+b]*c]?1]");
  EXPECT_EQ(shape("a - -1 = b"), "[[a--1]?b]");
  EXPECT_EQ(shape("a = 1 OR b = 2 AND c = 3"), "[[a?1] | [[b?2] & [c?3]]]");
  EXPECT_EQ(shape("a = 1 AND b = 2 OR c = 3"), "[[[a?1] & [b?2]] | [c?3]]");
  EXPECT_EQ(shape("(a = 1 OR b = 2) AND c = 3"), "[[[a?1] | [b?2]] & [c?3]]");
  EXPECT_EQ(shape("NOT a = 1 AND b = 2"), "[[NOT [a?1]] & [b?2]]");
  EXPECT_EQ(shape("NOT NOT a = 1"), "[NOT [NOT [a?1]]]");
  EXPECT_EQ(shape("a = 1 AND b = 2 AND c = 3"), "[[a?1] & [b?2] & [c?3]]");
  EXPECT_EQ(shape("a = 1 AND (b = 2 AND c = 3)"), "[[a?1] & [[b?2] & [c?3]]]");
  EXPECT_EQ(shape("a BETWEEN 1 AND 2 AND b = 3"), "[[a in 1..2] & [b?3]]");
  EXPECT_EQ(shape("a BETWEEN 1 + 1 AND 2 * 2"), "[a in [1+1]..[2*2]]");
}

TEST(Tree, WordsAreFieldsOnTheLeftAndTextOnTheRight) {
  const Query q = query("label = car");
  const auto& compare = std::get<Compare>(q.where->node);
  EXPECT_EQ(std::get<Path>(compare.left->node).segments.at(0).name, "label");
  const auto& text = std::get<Literal>(compare.right->node);
  EXPECT_TRUE(text.bare);
  EXPECT_EQ(text.value, Value("car"));
  EXPECT_EQ(compare.right->span, (Span{8, 11}));
  EXPECT_EQ(q.where->span, (Span{0, 11}));

  const Query fields = query("annotations.car > predictions.car");
  EXPECT_TRUE(std::holds_alternative<Path>(std::get<Compare>(fields.where->node).right->node));
  const Query quoted = query("\"label\" = 'car'");
  const auto& left = std::get<Literal>(std::get<Compare>(quoted.where->node).left->node);
  EXPECT_EQ(left.value, Value("label"));
  EXPECT_FALSE(left.bare);
}

TEST(Tree, ConstantsHaveTheirTypes) {
  const auto value = [](const std::string& text) {
    const Query q = query("x = " + text);
    return std::get<Literal>(std::get<Compare>(q.where->node).right->node).value;
  };
  EXPECT_EQ(value("3"), Value(3));
  EXPECT_EQ(value("-3"), Value(-3));
  EXPECT_EQ(value("3.0"), Value(3.0));
  EXPECT_EQ(value(".5"), Value(0.5));
  EXPECT_EQ(value("1e-3"), Value(0.001));
  EXPECT_EQ(value("1E+3"), Value(1000.0));
  EXPECT_EQ(value("9223372036854775807"), Value(int64_t{INT64_MAX}));
  EXPECT_EQ(value("-9223372036854775808"), Value(int64_t{INT64_MIN}));
  EXPECT_EQ(value("TRUE"), Value(true));
  EXPECT_EQ(value("false"), Value(false));
  EXPECT_EQ(value("2021-06-01"), Value(*parse_timestamp("2021-06-01")));
  EXPECT_EQ(value("2021-06-01T12:30:00Z"), Value(*parse_timestamp("2021-06-01T12:30:00Z")));
  EXPECT_EQ(value("'it''s'"), Value("it's"));
  EXPECT_EQ(value("\"a\"\"b\""), Value("a\"b"));
  EXPECT_EQ(value("“a””b”"), Value("a”b"));
  EXPECT_EQ(value("„a“"), Value("a"));
  EXPECT_EQ(value("“a\""), Value("a"));
  EXPECT_EQ(value("\"the “best” one\""), Value("the “best” one"));
  EXPECT_EQ(value("‘rock ’’n roll’"), Value("rock ’n roll"));
}

TEST(Tree, ParametersAreNumberedInTheOrderOfTheText) {
  const Statement s = parse("SELECT ? AS a FROM items WHERE x IN (?, $n) AND y BETWEEN ? AND ?");
  EXPECT_EQ(s.positional_parameters, 4U);
  const auto& where = std::get<And>(std::get<Query>(s.node).where->node);
  EXPECT_EQ(std::get<Parameter>(std::get<In>(where.operands[0]->node).values[0]->node).index, 1U);
  EXPECT_EQ(std::get<Parameter>(std::get<In>(where.operands[0]->node).values[1]->node).name, "n");
  EXPECT_EQ(std::get<Parameter>(std::get<Between>(where.operands[1]->node).high->node).index, 3U);
}

TEST(Tree, PathsKeepArgumentsFiltersAndQuotes) {
  const Query q = query("predictions(\"a b\")[x = 1].max(area) > 2 AND annotations.\"count\" = 0");
  const auto& all = std::get<And>(q.where->node);
  const auto& path = std::get<Path>(std::get<Compare>(all.operands[0]->node).left->node);
  ASSERT_EQ(path.segments.size(), 2U);
  EXPECT_EQ(path.segments[0].argument, "a b");
  EXPECT_TRUE(path.segments[0].filter.has_value());
  EXPECT_EQ(path.segments[0].span, (Span{0, 11}));
  EXPECT_EQ(path.segments[1].name, "max");
  ASSERT_TRUE(path.call_argument.has_value());
  const auto& count = std::get<Path>(std::get<Compare>(all.operands[1]->node).left->node);
  EXPECT_TRUE(count.segments[1].quoted);
  EXPECT_EQ(count.segments[1].name, "count");
}

TEST(Tree, ParenthesesAreRemembered) {
  const Query q = query("(a.b < 1) AND a.c < 2");
  const auto& all = std::get<And>(q.where->node);
  EXPECT_TRUE(all.operands[0]->parenthesised);
  EXPECT_FALSE(all.operands[1]->parenthesised);
  EXPECT_EQ(all.operands[0]->span, (Span{0, 9}));
}

TEST(Tree, ASliceKeepsTheTextOfItsQuery) {
  const Statement s = parse("CREATE LIVE SLICE x AS  annotations.count  = 0 -- none\n ;");
  const auto& create = std::get<CreateSlice>(s.node);
  EXPECT_EQ(create.query_text, "annotations.count  = 0");
  EXPECT_EQ(create.name.span, (Span{18, 19}));
  EXPECT_TRUE(create.live);
}

TEST(Tree, ArgumentsWithNamesAreApartFromConditions) {
  const Query q = query("similarity('a', embedding = clip) > 0 AND count(embedding = clip) > 0");
  const auto& all = std::get<And>(q.where->node);
  const auto& similar = std::get<Call>(std::get<Compare>(all.operands[0]->node).left->node);
  EXPECT_EQ(similar.arguments.size(), 1U);
  ASSERT_EQ(similar.named.size(), 1U);
  EXPECT_EQ(similar.named[0].name, "embedding");
  const auto& count = std::get<Call>(std::get<Compare>(all.operands[1]->node).left->node);
  EXPECT_EQ(count.arguments.size(), 1U);
  EXPECT_TRUE(count.named.empty());
}

}  // namespace
}  // namespace cupel::grammar
