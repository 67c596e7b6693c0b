#include <gtest/gtest.h>

#include <string>

#include "grammar/parse.hpp"

namespace cupel::grammar {
namespace {

struct Mistake {
  const char* text;
  const char* message;
  const char* marked;  ///< the text under the span
  uint32_t begin;
  const char* suggestion;
};

/// The text of a mistake is part of the contract: a change here is a change for users.
const Mistake kMistakes[] = {
    {"annotations.count bad syntax",
     "expected a comparison, AND, OR or the end of the query, found 'bad'", "bad", 18, ""},
    {"1 < x < 5",
     "comparisons cannot be chained; write x BETWEEN a AND b, or join two of them with AND", "<", 6,
     "BETWEEN"},
    {"COUNT(*) > 3", "'*' is not an argument; write count()", "COUNT(*)", 0, "count()"},
    {"annotations.count() > 3", "'count' takes no parentheses after a dot", "count()", 12, "count"},
    {"metadata.2021 = 3", "a name that begins with a digit stands in quotes: \"2021\"", "2021", 9,
     "\"2021\""},
    {"metadata.2021_x = 3", "a name that begins with a digit stands in quotes: \"2021_x\"",
     "2021_x", 9, "\"2021_x\""},
    {"3abc = x", "'3abc' is neither a number nor a name; text stands in quotes", "3abc", 0,
     "\"3abc\""},
    {"x = 99999999999999999999",
     "the number 99999999999999999999 does not fit 64 bits; write it with a decimal point",
     "99999999999999999999", 4, "99999999999999999999.0"},
    {"x = 1e999", "the number 1e999 lies outside the range of a 64-bit decimal", "1e999", 4, ""},
    {"x > 2021-13-01", "there is no date 2021-13-01; dates are written year-month-day",
     "2021-13-01", 4, ""},
    {"a && b", "'&&' is not an operator here; write AND", "&&", 2, "AND"},
    {"a || b", "'||' is not an operator here; write OR", "||", 2, "OR"},
    {"!x", "'!' is not an operator here; write NOT", "!", 0, "NOT"},
    {"a ! = b", "'! =' is not an operator here; write !=", "! =", 2, "!="},
    {"a => 3", "'=>' is not an operator here; write >=", "=>", 2, ">="},
    {"a =< 3", "'=<' is not an operator here; write <=", "=<", 2, "<="},
    {"annotations.count = = 0", "expected a value after '=', found '='", "= =", 18, "=="},
    {"annotations.count =", "expected a value after '=', found the end of the query", "", 19, ""},
    {"annotations.count = 0 AND", "expected a condition after 'AND', found the end of the query",
     "", 25, ""},
    {"ORDER metadata.x", "ORDER is missing its BY", "ORDER", 0, "ORDER BY"},
    {"x = 1 ORDER metadata.x", "ORDER is missing its BY", "ORDER", 6, "ORDER BY"},
    {"SELECT a, FROM items", "nothing follows this ','; remove it", ",", 8, ""},
    {"x IN (1, 2, )", "nothing follows this ','; remove it", ",", 10, ""},
    {"x IN (a.b)", "IN takes constants only; compare with fields by = and OR", ".", 7, ""},
    {"SELCT label FROM items", "'SELCT' begins no statement; did you mean SELECT?", "SELCT", 0,
     "SELECT"},
    {"IMPROT ITEMS FROM 'x'", "'IMPROT' begins no statement; did you mean IMPORT?", "IMPROT", 0,
     "IMPORT"},
    {"IMPORT ITMES FROM 'x'",
     "expected ANNOTATIONS, EMBEDDINGS, ITEMS, LABELING, PREDICTIONS, PROBABILITIES after IMPORT, "
     "found 'ITMES'",
     "ITMES", 7, "ITEMS"},
    {"CREATE SLCE x", "expected AUTOTAG, LIVE, SLICE after CREATE, found 'SLCE'", "SLCE", 7,
     "SLICE"},
    {"FROM annotations label = car", "expected WHERE before the condition, found 'label'", "label",
     17, "WHERE label"},
    {"SELECT label x = 3",
     "expected a comparison, ',', AND, AS, FROM, OR, WHERE or the end of the query, found 'x'", "x",
     13, ""},
    {"FROM annotatons WHERE x = 1",
     "'annotatons' is no source; there are items, annotations, predictions and objects",
     "annotatons", 5, "annotations"},
    {"LIMIT 5 ORDER BY x", "ORDER BY must stand before LIMIT", "ORDER", 8, ""},
    {"x = 1 LIMIT 5 LIMIT 6", "LIMIT is given twice", "LIMIT", 14, ""},
    {"x = 1 OFFSET 3", "OFFSET needs a LIMIT before it", "OFFSET", 6, ""},
    {"LIMIT -1", "expected a whole number, found '-'", "-", 6, ""},
    {"LIMIT 1.5", "expected a whole number, found '1.5'", "1.5", 6, ""},
    {"x = \"abc", "the text that begins with this \" is never closed", "\"", 4, ""},
    {"x = (a", "this '(' is never closed; a ')' is missing", "(", 4, ""},
    {"x = a)", "this ')' closes nothing; remove it", ")", 5, ""},
    {"x = [a)", "this '[' is never closed; a ']' is missing", "[", 4, ""},
    {"/* foo", "the comment that begins with this /* is never closed by */", "/*", 0, ""},
    {"x = é", "'é' holds letters or signs beyond A to Z, 0 to 9 and _, so it stands in quotes", "é",
     4, "\"é\""},
    {"x = a # b", "the character '#' has no meaning here; text stands in quotes", "#", 6, ""},
    {"SHOW LABLES",
     "expected AUTOTAGS, CONFUSION, CURVE, EMBEDDINGS, ERRORS, FIELDS, INSIGHTS, LABEL, LABELS, "
     "METRICS, "
     "PROBABILITIES, PROJECTS, RUNS, SLICES, STATS after SHOW, found 'LABLES'",
     "LABLES", 5, "LABELS"},
    {"IMPORT PREDICTIONS FROM 'x'", "predictions belong to a run; add AS RUN \"name\"", "'x'", 24,
     "'x' AS RUN \"name\""},
    {"IMPORT ITEMS FROM 'x' UPDATE UPDATE", "the option UPDATE is given twice", "UPDATE", 29, ""},
    {"x = 1; y = 2", "only one statement can stand here, and another text follows the ';'", "y", 7,
     ""},
    {";", "there is no statement in this text", ";", 0, ""},
    {"", "there is no statement in this text", "", 0, ""},
    {"SELECT *, a", "expected FROM, WHERE or the end of the query, found ','", ",", 8, ""},
    {"label = ", "expected a value after '=', found the end of the query", "", 8, ""},
    {"label = order",
     "expected a value, found the reserved word order; as a name or text it stands in quotes",
     "order", 8, "\"order\""},
    {"x BETWEEN 1 5", "expected AND, found '5'", "5", 12, ""},
    {"x IS 3", "expected MISSING, NOT or NULL, found '3'", "3", 5, ""},
    {"where = 3", "expected a condition after 'where', found '='", "=", 6, ""},
    {"x = 3 and", "expected a condition after 'and', found the end of the query", "", 9, ""},
    {"x like", "expected a value after 'like', found the end of the query", "", 6, ""},
    {"a..b = 3", "expected a name after '.', found '.'", ".", 2, ""},
    {".b = 3", "expected a condition, FROM, SELECT or WHERE, found '.'", ".", 0, ""},
    {"a. = 3", "expected a name after '.', found '='", "=", 3, ""},
    {"metadata.x = 5.", "expected AND, OR or the end of the query, found '.'", ".", 14, ""},
    {"SELECT a FROM", "expected a name after 'FROM', found the end of the query", "", 13, ""},
    {"SELECT FROM items", "expected a value after 'SELECT', found 'FROM'", "FROM", 7, ""},
    {"UPDATE items metadata.x = 3", "expected SET, found 'metadata'", "metadata", 13, ""},
    {"EXPORT x = 1", "expected AND, OR or TO, found the end of the statement", "", 12, ""},
    {"predictions(3) = 2", "'predictions' takes one name here, as in predictions(\"first run\")",
     "(3)", 11, ""},
    {"annotations[] = 3", "expected a condition after '[', found ']'", "]", 12, ""},
    {"annotations[x = 1 = 2", "this '[' is never closed; a ']' is missing", "[", 11, ""},
    {"x = 1 AND OR y", "expected a condition after 'AND', found 'OR'", "OR", 10, ""},
    {"label = limit LIMIT 5",
     "expected a value, found the reserved word limit; as a name or text it stands in quotes",
     "limit", 8, "\"limit\""},
    {"label = limit",
     "expected a value, found the reserved word limit; as a name or text it stands in quotes",
     "limit", 8, "\"limit\""},
    {"SELECT a ORDER BY x FROM items", "FROM must stand before ORDER BY", "FROM", 20, ""},
    {"x = 1 ODER BY y", "expected AND, OR or the end of the query, found 'ODER'", "ODER", 6,
     "ORDER"},
    {"annotations.\"x\" LIMT 3",
     "expected a comparison, AND, OR or the end of the query, found 'LIMT'", "LIMT", 16, "LIMIT"},
    {"UPDATE items SET \"label\" = 3",
     "SET takes the name of a field on the left, such as metadata.speed", "\"label\"", 17, ""},
    {"FROM items(x)", "only predictions belong to a run, items do not", "items(x)", 5, "items"},
    {"FROM predictions()", "expected a name after '(', found ')'", ")", 17, ""},
    {"count(a, ) = 3", "nothing follows this ','; remove it", ",", 7, ""},
    {"f(a = 1, b) = 3", "an argument with a name stands after all those without", "b", 9, ""},
    {"annotations.traffic light > 0",
     "expected a comparison, AND, OR or the end of the query, found 'light'; several words are one "
     "name only in quotes",
     "traffic light", 12, "\"traffic light\""},
    {"FROM annotations WHERE label = police car",
     "expected AND, OR or the end of the query, found 'car'; several words are one name only in "
     "quotes",
     "police car", 31, "\"police car\""},
    {"DELETE items", "expected FROM after DELETE, found 'items'", "items", 7, ""},
    {"USE slice x", "expected RUN after USE, found 'slice'", "slice", 4, ""},
    {"INSERT SLICE x y = 3", "expected INTO after INSERT, found 'SLICE'", "SLICE", 7, ""},
    {"CREATE SLICE x annotations.count = 0", "expected AS or FROM, found 'annotations'",
     "annotations", 15, ""},
    {"IMPORT ITEMS 'x'", "expected FROM, found 'x'", "'x'", 13, ""},
    {"IMPORT ITEMS FROM x", "expected a text in quotes, found 'x'", "x", 18, ""},
    {"x = \"a\" \"b\"", "expected AND, OR or the end of the query, found \"b\"", "\"b\"", 8, ""},
    {"x ~", "expected a value after '~', found the end of the query", "", 3, ""},
    {"NOT", "expected a condition after 'NOT', found the end of the query", "", 3, ""},
    {"SELECT", "expected a value after 'SELECT', found the end of the query", "", 6, ""},
    {"GROUP BY", "expected a value after 'BY', found the end of the query", "", 8, ""},
    {"x IS NOT", "expected MISSING or NULL, found the end of the query", "", 8, ""},
    {"x NOT 3", "expected BETWEEN, ILIKE, IN or LIKE, found '3'", "3", 6, ""},
    {"x NOT ~ 'a'", "expected BETWEEN, ILIKE, IN or LIKE, found '~'", "~", 6, ""},
    {"x = 1 AND AND y = 2", "expected a condition after 'AND', found 'AND'", "AND", 10, ""},
    {"x = ?1", "expected AND, OR or the end of the query, found '1'", "1", 5, ""},
    {"x = $", "the character '$' has no meaning here; text stands in quotes", "$", 4, ""},
    {"x = {a}", "the character '{' has no meaning here; text stands in quotes", "{", 4, ""},
    {"DROP SLICE \"\"", "a name must not be empty", "\"\"", 11, ""},
    {"x > (SELECT count())",
     "a query in parentheses stands only in ASSERT, as a value; elsewhere keep its rows as a slice "
     "(CREATE SLICE name AS query) and write slice = name",
     "(SELECT count())", 4, ""},
    {"x IN (SELECT y WHERE (z = 1)) AND w",
     "a query in parentheses stands only in ASSERT, as a value; elsewhere keep its rows as a slice "
     "(CREATE SLICE name AS query) and write slice = name",
     "(SELECT y WHERE (z = 1))", 5, ""},
    {"assert > 3 AND x > (SELECT 1)",
     "a query in parentheses stands only in ASSERT, as a value; elsewhere keep its rows as a slice "
     "(CREATE SLICE name AS query) and write slice = name",
     "(SELECT 1)", 19, ""},
    {"ASSERT (SELECT count() WHERE x = (SELECT y)) = 1",
     "a query in parentheses holds no other one; compare both in the condition of ASSERT",
     "(SELECT y)", 33, ""},
    {"ASSERT 1 IN (SELECT y)", "IN takes constants only; compare with the query by = and OR",
     "(SELECT y)", 12, ""},
    {"x > ()", "expected a value after '(', found ')'", ")", 5, ""},
};

TEST(ErrorText, EachMistakeHasItsOneSentenceAndPlace) {
  for (const Mistake& mistake : kMistakes) {
    const std::string text = mistake.text;
    try {
      parse(text);
      ADD_FAILURE() << text << " was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kSyntax) << text;
      EXPECT_EQ(error.message(), mistake.message) << text;
      EXPECT_EQ(error.suggestion(), mistake.suggestion) << text;
      ASSERT_TRUE(error.span()) << text;
      const Span span = *error.span();
      ASSERT_LE(span.end, text.size()) << text;
      EXPECT_EQ(text.substr(span.begin, span.end - span.begin), mistake.marked) << text;
      EXPECT_EQ(span.begin, mistake.begin) << text;
    }
  }
}

}  // namespace
}  // namespace cupel::grammar
