#include "grammar/parser_run.hpp"

#include "antlr4-runtime.h"

namespace cupel::grammar {
namespace {

using generated::QueryParser;

/// Stops at the first mistake (ANTLR's own recovery is quadratic) and remembers where it was.
class FirstMistake : public antlr4::BailErrorStrategy {
 public:
  explicit FirstMistake(std::optional<size_t>& failed_at) : failed_at_(failed_at) {}

  void recover(antlr4::Parser* recognizer, std::exception_ptr e) override {
    try {
      std::rethrow_exception(e);
    } catch (const antlr4::RecognitionException& mistake) {
      failed_at_ = mistake.getOffendingToken()->getTokenIndex();
    }
    BailErrorStrategy::recover(recognizer, e);
  }

  antlr4::Token* recoverInline(antlr4::Parser* recognizer) override {
    failed_at_ = recognizer->getCurrentToken()->getTokenIndex();
    return BailErrorStrategy::recoverInline(recognizer);
  }

 private:
  std::optional<size_t>& failed_at_;
};

}  // namespace

ParserRun::ParserRun(const std::vector<size_t>& types, Entry entry, Mode mode) {
  std::vector<std::unique_ptr<antlr4::Token>> tokens;
  tokens.reserve(types.size());
  for (const size_t type : types) tokens.push_back(std::make_unique<antlr4::CommonToken>(type));
  source_ = std::make_unique<antlr4::ListTokenSource>(std::move(tokens));
  stream_ = std::make_unique<antlr4::CommonTokenStream>(source_.get());
  parser_ = std::make_unique<QueryParser>(stream_.get());
  parser_->removeErrorListeners();
  parser_->setErrorHandler(std::make_shared<FirstMistake>(failed_at_));
  if (mode == Mode::kFastFirst && attempt(antlr4::atn::PredictionMode::SLL, entry)) return;
  attempt(antlr4::atn::PredictionMode::LL, entry);
}

std::mutex& parse_mutex() {
  static std::mutex mutex;
  return mutex;
}

ParserRun::~ParserRun() = default;

bool ParserRun::attempt(antlr4::atn::PredictionMode mode, Entry entry) {
  failed_at_.reset();
  parser_->reset();
  parser_->getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(mode);
  try {
    if (entry == Entry::kStatement) {
      statement_ = parser_->oneStatement()->statement();
    } else {
      query_ = parser_->oneQuery()->query();
    }
    return true;
  } catch (const antlr4::ParseCancellationException&) {
    return false;
  }
}

}  // namespace cupel::grammar
