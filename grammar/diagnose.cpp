#include "grammar/diagnose.hpp"

#include <fmt/format.h>

#include <optional>

#include "grammar/expectation.hpp"
#include "grammar/words.hpp"

namespace cupel::grammar {
namespace {

using Parser = generated::QueryParser;

bool is_comparison(size_t type) { return type >= Parser::EQUAL && type <= Parser::GREATER_EQUAL; }

bool is_word_type(size_t type) { return type == Parser::WORD || type < Parser::DATE; }

/// The place of a clause in a query, from 1; 0 for a word that begins none.
int clause_place(size_t type) {
  switch (type) {
    case Parser::K_SELECT: return 1;
    case Parser::K_FROM: return 2;
    case Parser::K_WHERE: return 3;
    case Parser::K_GROUP: return 4;
    case Parser::K_HAVING: return 5;
    case Parser::K_ORDER: return 6;
    case Parser::K_SAMPLE: return 7;
    case Parser::K_LIMIT: return 8;
    case Parser::K_OFFSET: return 9;
    default: return 0;
  }
}

const char* clause_name(int place) {
  static constexpr const char* kNames[] = {"",       "SELECT",   "FROM",   "WHERE", "GROUP BY",
                                           "HAVING", "ORDER BY", "SAMPLE", "LIMIT", "OFFSET"};
  return kNames[place];
}

class Diagnosis {
 public:
  Diagnosis(const Scan& scan, size_t failed, Entry entry)
      : scan_(scan), at_(failed), entry_(entry) {}

  Error run() {
    using Rule = std::optional<Error> (Diagnosis::*)();
    // From the most special mistake to the most general one.
    static constexpr Rule kRules[] = {
        &Diagnosis::nothing_at_all,     &Diagnosis::second_statement,
        &Diagnosis::chained_comparison, &Diagnosis::trailing_comma,
        &Diagnosis::missing_by,         &Diagnosis::clause_out_of_place,
        &Diagnosis::misspelt_beginning, &Diagnosis::doubled_comparison,
        &Diagnosis::missing_where,      &Diagnosis::path_in_list,
        &Diagnosis::reserved_name,      &Diagnosis::words_of_one_name};
    for (const Rule rule : kRules) {
      if (auto error = (this->*rule)()) return std::move(*error);
    }
    return general();
  }

 private:
  std::optional<Error> nothing_at_all() {
    if (scan_.tokens.size() > 1 && scan_.tokens.front().type != Parser::SEMICOLON) return {};
    return error("there is no statement in this text", scan_.tokens[0].span());
  }

  std::optional<Error> second_statement() {
    if (at_ == 0 || type(at_ - 1) != Parser::SEMICOLON) return {};
    return error("only one statement can stand here, and another text follows the ';'",
                 found_span());
  }

  /// `1 < x < 5`: an operator where a comparison has ended already.
  std::optional<Error> chained_comparison() {
    if (!is_comparison(type(at_)) || at_ == 0 || is_comparison(type(at_ - 1))) return {};
    int depth = 0;
    for (size_t i = at_; i-- > 0;) {
      const size_t t = type(i);
      if (t == Parser::RPAREN || t == Parser::RBRACKET) ++depth;
      if ((t == Parser::LPAREN || t == Parser::LBRACKET) && depth-- == 0) return {};
      if (depth > 0) continue;
      if (is_comparison(t)) {
        return error(
            "comparisons cannot be chained; write x BETWEEN a AND b, or join two of them with AND",
            found_span(), "BETWEEN");
      }
      if (t == Parser::K_AND || t == Parser::K_OR || t == Parser::COMMA || clause_place(t) != 0) {
        return {};
      }
    }
    return {};
  }

  std::optional<Error> trailing_comma() {
    if (at_ == 0 || type(at_ - 1) != Parser::COMMA) return {};
    const size_t t = type(at_);
    const bool closes = t == Parser::RPAREN || t == Parser::RBRACKET || t == Parser::SEMICOLON ||
                        t == antlr4::Token::EOF || begins_clause(at_);
    if (!closes) return {};
    return error("nothing follows this ','; remove it", scan_.tokens[at_ - 1].span());
  }

  /// Whether the word at `index` stands for a clause, judged by what follows it, and not for a name
  /// that happens to be reserved.
  bool begins_clause(size_t index) const {
    if (clause_place(type(index)) == 0) return false;
    const size_t next = type(index + 1);
    switch (type(index)) {
      case Parser::K_ORDER:
      case Parser::K_GROUP: return next == Parser::K_BY;
      case Parser::K_LIMIT:
      case Parser::K_OFFSET:
      case Parser::K_SAMPLE: return next == Parser::INTEGER;
      default:
        return is_word_type(next) && next != Parser::K_AND && next != Parser::K_OR &&
               clause_place(next) == 0;
    }
  }

  std::optional<Error> missing_by() {
    if (at_ == 0 || (type(at_ - 1) != Parser::K_ORDER && type(at_ - 1) != Parser::K_GROUP))
      return {};
    const char* wanted = type(at_ - 1) == Parser::K_ORDER ? "ORDER BY" : "GROUP BY";
    return error(fmt::format("{} is missing its BY", std::string_view(wanted, 5)),
                 scan_.tokens[at_ - 1].span(), wanted);
  }

  std::optional<Error> clause_out_of_place() {
    const int place = clause_place(type(at_));
    if (at_ == 0 || !begins_clause(at_) || expectation().has(Parser::WORD)) return {};
    int last = 0;
    int depth = 0;
    for (size_t i = 0; i < at_; ++i) {
      const size_t t = type(i);
      if (t == Parser::LPAREN || t == Parser::LBRACKET) ++depth;
      if (t == Parser::RPAREN || t == Parser::RBRACKET) --depth;
      if (depth > 0 || clause_place(t) == 0) continue;
      // SAMPLE may be a name: it is a clause only with its number.
      if (t == Parser::K_SAMPLE && type(i + 1) != Parser::INTEGER) continue;
      last = clause_place(t);
    }
    if (last == place) {
      return error(fmt::format("{} is given twice", clause_name(place)), found_span());
    }
    if (last > place) {
      return error(fmt::format("{} must stand before {}", clause_name(place), clause_name(last)),
                   found_span());
    }
    if (place == 9 && last != 8) {
      return error("OFFSET needs a LIMIT before it", found_span());
    }
    return {};
  }

  /// `SELCT label`, `IMPROT ITEMS`, `CREATE SLCIE`: words before the mistake, and nothing else.
  std::optional<Error> misspelt_beginning() {
    if (at_ > 3) return {};
    for (size_t i = 0; i <= at_ && i + 1 < scan_.tokens.size(); ++i) {
      if (!is_word_type(type(i)) && !(i == at_ && i > 0)) return {};
    }
    if (at_ <= 1 && type(0) == Parser::WORD && !is_operator_after_first()) {
      const auto near = near_words(scan_.word(0), beginnings(), 1);
      if (!near.empty()) {
        return error(
            fmt::format("'{}' begins no statement; did you mean {}?", scan_.word(0), near.front()),
            scan_.tokens[0].span(), near.front());
      }
    }
    return misspelt_second_word();
  }

  bool is_operator_after_first() const {
    return at_ == 1 && type(1) != Parser::TEXT && type(1) != Parser::STAR &&
           !is_word_type(type(1)) && type(1) != antlr4::Token::EOF;
  }

  std::optional<Error> misspelt_second_word() {
    struct Continuation {
      size_t first;
      std::vector<std::string> next;
    };
    static const std::vector<Continuation> kContinuations = {
        {Parser::K_CREATE, {"AUTOTAG", "LIVE", "SLICE"}},
        {Parser::K_INSERT, {"INTO"}},
        {Parser::K_RENAME, {"SLICE"}},
        {Parser::K_DROP, {"AUTOTAG", "EMBEDDINGS", "PROBABILITIES", "PROJECT", "SLICE"}},
        {Parser::K_DESCRIBE, {"AUTOTAG", "SLICE"}},
        {Parser::K_FIND, {"LABEL", "NEAR", "OUTLIERS"}},
        {Parser::K_NEAR, {"DUPLICATES"}},
        {Parser::K_REFINE, {"AUTOTAG"}},
        {Parser::K_REFRESH, {"AUTOTAG"}},
        {Parser::K_SUGGEST, {"FOR"}},
        {Parser::K_USE, {"RUN"}},
        {Parser::K_EVALUATE, {"RUN"}},
        {Parser::K_COMPARE, {"LABELS", "RUNS"}},
        {Parser::K_DELETE, {"FROM"}},
        {Parser::K_IMPORT,
         {"ANNOTATIONS", "EMBEDDINGS", "ITEMS", "LABELING", "PREDICTIONS", "PROBABILITIES"}},
        {Parser::K_SHOW,
         {"AUTOTAGS", "CONFUSION", "CURVE", "EMBEDDINGS", "ERRORS", "FIELDS", "INSIGHTS", "LABEL",
          "LABELS", "METRICS", "PROBABILITIES", "PROJECTS", "RUNS", "SLICES", "STATS"}}};
    if (at_ != 1) return {};
    for (const Continuation& c : kContinuations) {
      if (type(0) != c.first) continue;
      const auto near = near_words(scan_.word(1), c.next, 1);
      return error(fmt::format("expected {} after {}, found {}", fmt::join(c.next, ", "),
                               keyword_before(), found()),
                   found_span(), near.empty() ? "" : near.front());
    }
    return {};
  }

  std::optional<Error> doubled_comparison() {
    if (at_ == 0 || !is_comparison(type(at_)) || !is_comparison(type(at_ - 1))) return {};
    const Span both{scan_.tokens[at_ - 1].begin, scan_.tokens[at_].end};
    const std::string joined = std::string(scan_.word(at_ - 1)) + std::string(scan_.word(at_));
    const bool known = joined == "==" || joined == "<=" || joined == ">=" || joined == "<>";
    return error(fmt::format("expected a value after '{}', found '{}'", scan_.word(at_ - 1),
                             scan_.word(at_)),
                 both, known ? joined : std::string(scan_.word(at_ - 1)));
  }

  /// A condition after SELECT or FROM without its WHERE.
  std::optional<Error> missing_where() {
    const Expectation& next = expectation();
    if (at_ == 0 || !next.has(Parser::K_WHERE)) return {};
    const bool begins_condition = is_word_type(type(at_)) || type(at_) == Parser::TEXT ||
                                  type(at_) == Parser::LPAREN || type(at_) == Parser::INTEGER;
    if (!begins_condition || clause_place(type(at_)) != 0) return {};
    const auto near = near_words(scan_.word(at_), next.words, 1);
    if (is_word_type(type(at_)) && !near.empty()) return {};
    // After FROM the source is a single word, so what follows it can only be the condition.
    size_t from = at_;
    while (from > 0 && type(from) != Parser::K_FROM && type(from) != Parser::K_SELECT) --from;
    if (type(from) != Parser::K_FROM) return {};
    return error(fmt::format("expected WHERE before the condition, found {}", found()),
                 found_span(), fmt::format("WHERE {}", scan_.word(at_)));
  }

  /// `x IN (a.b)`, `x IN (1 + 2)`: entries are constants.
  std::optional<Error> path_in_list() {
    int depth = 0;
    for (size_t i = at_; i-- > 0;) {
      const size_t t = type(i);
      if (t == Parser::RPAREN) ++depth;
      if (t == Parser::LPAREN && depth-- == 0) {
        if (i == 0 || type(i - 1) != Parser::K_IN) return {};
        const bool goes_on = type(at_) == Parser::DOT || type(at_) == Parser::PLUS ||
                             type(at_) == Parser::MINUS || type(at_) == Parser::STAR ||
                             type(at_) == Parser::SLASH || type(at_) == Parser::PERCENT ||
                             type(at_) == Parser::LPAREN || type(at_) == Parser::LBRACKET;
        if (!goes_on) return {};
        return error("IN takes constants only; compare with fields by = and OR", found_span());
      }
    }
    return {};
  }

  /// A reserved word where a name could stand: quotes or a dotted path make it one.
  std::optional<Error> reserved_name() {
    const Expectation& next = expectation();
    if (!next.has(Parser::WORD) || type(at_) >= Parser::DATE || begins_clause(at_)) return {};
    if (type(at_) == Parser::K_AND || type(at_) == Parser::K_OR || type(at_) == Parser::K_AS)
      return {};
    return error(
        fmt::format("expected {}, found the reserved word {}; as a name or text it stands in "
                    "quotes",
                    next.in_words(is_query()), scan_.word(at_)),
        found_span(), fmt::format("\"{}\"", scan_.word(at_)));
  }

  /// `annotations.traffic light > 0`, `label = traffic light`.
  std::optional<Error> words_of_one_name() {
    if (at_ < 2 || type(at_) != Parser::WORD || type(at_ - 1) != Parser::WORD) return {};
    const bool left = type(at_ - 2) == Parser::DOT && is_comparison(type(at_ + 1));
    const bool right =
        is_comparison(type(at_ - 2)) && near_words(scan_.word(at_), expectation().words, 1).empty();
    if (!left && !right) return {};
    return error(fmt::format("expected {}, found {}; several words are one name only in quotes",
                             expectation().in_words(is_query()), found()),
                 {scan_.tokens[at_ - 1].begin, scan_.tokens[at_].end},
                 fmt::format("\"{} {}\"", scan_.word(at_ - 1), scan_.word(at_)));
  }

  Error general() {
    const Expectation& next = expectation();
    const std::string wanted = next.in_words(is_query());
    if (wanted.empty()) {
      return *error(fmt::format("{} does not belong here", found()), found_span());
    }
    std::string suggestion;
    if (type(at_) == Parser::WORD) {
      const auto near = near_words(scan_.word(at_), next.words, 1);
      if (!near.empty()) suggestion = near.front();
    }
    const std::string after = next.has(Parser::WORD) && at_ > 0
                                  ? fmt::format(" after '{}'", short_word(at_ - 1))
                                  : std::string();
    return *error(fmt::format("expected {}{}, found {}", wanted, after, found()), found_span(),
                  suggestion);
  }

  std::optional<Error> error(std::string message, Span span, std::string suggestion = {}) const {
    return Error(ErrorCode::kSyntax, std::move(message), span, std::move(suggestion));
  }

  const Expectation& expectation() {
    if (!expectation_) expectation_ = expect(scan_, at_, entry_);
    return *expectation_;
  }

  /// Long words are cut for the message, never inside a code point.
  std::string short_word(size_t index) const {
    constexpr size_t kLongest = 40;
    const std::string_view word = scan_.word(index);
    if (word.size() <= kLongest) return std::string(word);
    size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xC0U) == 0x80U) --end;
    return std::string(word.substr(0, end)) + "…";
  }

  std::string found() const {
    if (type(at_) == antlr4::Token::EOF) {
      return is_query() ? "the end of the query" : "the end of the statement";
    }
    if (type(at_) == Parser::TEXT) return short_word(at_);
    return fmt::format("'{}'", short_word(at_));
  }

  std::string keyword_before() const {
    const std::string_view word = scan_.word(0);
    std::string result;
    for (const char c : word) {
      result += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return result;
  }

  Span found_span() const { return scan_.tokens[at_].span(); }

  /// Whether the text is a query rather than another statement, for the words of the message.
  bool is_query() const {
    if (entry_ == Entry::kQuery) return true;
    switch (type(0)) {
      case Parser::K_CREATE:
      case Parser::K_INSERT:
      case Parser::K_DELETE:
      case Parser::K_RENAME:
      case Parser::K_DROP:
      case Parser::K_SHOW:
      case Parser::K_DESCRIBE:
      case Parser::K_IMPORT:
      case Parser::K_EXPORT:
      case Parser::K_REPORT:
      case Parser::K_UPDATE:
      case Parser::K_USE:
      case Parser::K_EVALUATE:
      case Parser::K_FIND:
      case Parser::K_SEND:
      case Parser::K_AUDIT:
      case Parser::K_APPLY:
      case Parser::K_ASSERT:
      case Parser::K_COMPARE:
      case Parser::K_REFINE:
      case Parser::K_REFRESH:
      case Parser::K_SUGGEST:
      case Parser::K_BEGIN:
      case Parser::K_COMMIT:
      case Parser::K_ROLLBACK: return false;
      default: return true;
    }
  }

  size_t type(size_t index) const { return scan_.tokens[index].type; }

  const Scan& scan_;
  size_t at_;
  Entry entry_;
  std::optional<Expectation> expectation_;
};

}  // namespace

Error diagnose(const Scan& scan, size_t failed, Entry entry) {
  return Diagnosis(scan, failed, entry).run();
}

}  // namespace cupel::grammar
