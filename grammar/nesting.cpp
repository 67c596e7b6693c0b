#include <fmt/format.h>

#include <string>

#include "QueryLexer.h"
#include "grammar/parse.hpp"
#include "grammar/scan.hpp"

namespace cupel::grammar {
namespace {

using Lexer = generated::QueryLexer;

/// What is open inside one pair of brackets (or outside all of them).
struct Level {
  size_t opener = 0;     ///< index of the bracket's token; unused for the outermost level
  uint32_t nots = 0;     ///< prefix NOTs whose operand goes on
  uint32_t minuses = 0;  ///< prefix minuses whose operand goes on
  uint32_t ranges = 0;   ///< BETWEENs still waiting for their AND
};

bool ends_operand(size_t type) {
  return type == Lexer::WORD || type == Lexer::TEXT || type == Lexer::INTEGER ||
         type == Lexer::DECIMAL || type == Lexer::DATE || type == Lexer::RPAREN ||
         type == Lexer::RBRACKET || type == Lexer::PARAMETER || type == Lexer::QUESTION ||
         type == Lexer::K_TRUE || type == Lexer::K_FALSE;
}

/// Follows the recursion that the parser would do, token by token.
class Nesting {
 public:
  explicit Nesting(const Scan& scan) : scan_(scan) {}

  void check() {
    for (size_t i = 0; i + 1 < scan_.tokens.size(); ++i) {
      step(i);
      if (depth_ > kMaxNesting) refuse(i);
    }
    if (levels_.size() > 1) refuse_open(levels_.back().opener);
  }

 private:
  void step(size_t i) {
    const size_t type = scan_.tokens[i].type;
    switch (type) {
      case Lexer::LPAREN:
      case Lexer::LBRACKET:
        levels_.push_back({i});
        ++depth_;
        break;
      case Lexer::RPAREN:
      case Lexer::RBRACKET: close(i); break;
      case Lexer::K_BETWEEN: ++top().ranges; break;
      case Lexer::K_NOT:
        // `x NOT IN` and `IS NOT` do not recurse.
        if (i == 0 || (!ends_operand(before(i)) && before(i) != Lexer::K_IS)) {
          ++top().nots;
          ++depth_;
        }
        break;
      case Lexer::MINUS: minus(i); break;
      default: operation(type);
    }
  }

  void minus(size_t i) {
    if (i > 0 && ends_operand(before(i))) {
      operation(Lexer::MINUS);
    } else {
      ++top().minuses;
      ++depth_;
    }
  }

  /// A binary operator or a comma ends what the prefix operators to its left reach.
  void operation(size_t type) {
    Level& level = top();
    const bool arithmetic = type == Lexer::PLUS || type == Lexer::MINUS || type == Lexer::STAR ||
                            type == Lexer::SLASH || type == Lexer::PERCENT;
    const bool compares = type >= Lexer::EQUAL && type <= Lexer::GREATER_EQUAL;
    const bool joins = type == Lexer::K_AND || type == Lexer::K_OR || type == Lexer::COMMA;
    if (arithmetic || compares || joins) {
      depth_ -= level.minuses;
      level.minuses = 0;
    }
    if (type == Lexer::K_AND && level.ranges > 0) {
      --level.ranges;
    } else if (joins) {
      depth_ -= level.nots;
      level.nots = 0;
    }
  }

  void close(size_t i) {
    const bool round = scan_.tokens[i].type == Lexer::RPAREN;
    if (levels_.size() == 1) {
      throw Error(ErrorCode::kSyntax,
                  fmt::format("this '{}' closes nothing; remove it", scan_.word(i)),
                  scan_.tokens[i].span());
    }
    const Level level = top();
    if ((scan_.tokens[level.opener].type == Lexer::LPAREN) != round) refuse_open(level.opener);
    depth_ -= 1 + level.nots + level.minuses;
    levels_.pop_back();
  }

  [[noreturn]] void refuse_open(size_t opener) const {
    const char* wanted = scan_.tokens[opener].type == Lexer::LPAREN ? ")" : "]";
    throw Error(
        ErrorCode::kSyntax,
        fmt::format("this '{}' is never closed; a '{}' is missing", scan_.word(opener), wanted),
        scan_.tokens[opener].span());
  }

  [[noreturn]] void refuse(size_t i) const {
    throw Error(
        ErrorCode::kLimit,
        fmt::format("the statement nests deeper than {} levels here; split it or save a part "
                    "of it as a slice",
                    kMaxNesting),
        scan_.tokens[i].span());
  }

  Level& top() { return levels_.back(); }
  size_t before(size_t i) const { return scan_.tokens[i - 1].type; }

  const Scan& scan_;
  std::vector<Level> levels_{Level{}};
  uint32_t depth_ = 0;
};

}  // namespace

void check_nesting(const Scan& scan) { Nesting(scan).check(); }

}  // namespace cupel::grammar
