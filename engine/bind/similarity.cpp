#include <algorithm>

#include "engine/bind/binder.hpp"
#include "engine/plan/embedding_sets.hpp"
#include "grammar/print.hpp"

/// `similarity("a", "b", embedding = clip)`: the row's vector beside those of examples.
namespace cupel::bind {
namespace {

using storage::VectorSet;

constexpr const char* kNone =
    "there are no embeddings yet; IMPORT EMBEDDINGS FROM 'file' AS name adds some";

grammar::ExpressionPtr text_literal(std::string text, bool bare) {
  auto literal = std::make_unique<grammar::Expression>();
  literal->node = grammar::Literal{.value = Value(std::move(text)), .bare = bare};
  return literal;
}

/// One call, argument by argument.
class SimilarityCall {
 public:
  SimilarityCall(Binder& binder, const grammar::Call& call, const grammar::Expression& e,
                 const Rows& rows)
      : binder_(binder), call_(call), e_(e), rows_(rows) {}

  ExpressionPtr bind() {
    refuse_groups();
    binder_.count_term(e_.span);
    read_texts();
    const VectorSet& set = chosen();
    plan::Probe probe{written_with(set), set.id, set.table, {}};
    if (set.table != rows_.table && set.table != kItems) return elsewhere(probe.text);
    ExpressionPtr value =
        plan::make_expression(plan::Similarity{number_of(std::move(probe), set)}, Type::kFloat64);
    return set.table == rows_.table ? value : of_item(std::move(value));
  }

 private:
  void refuse_groups() const {
    if (rows_.groups == nullptr) return;
    const std::string instead = "max(" + grammar::print(e_) + ")";
    throw Error(ErrorCode::kType,
                "'" + grammar::print(e_) + "' differs within a group; add it to GROUP BY, or " +
                    "aggregate it as in " + instead,
                e_.span, instead);
  }

  void read_texts() {
    for (const grammar::ExpressionPtr& argument : call_.arguments) {
      const std::optional<Value> value = binder_.constant(*argument);
      if (!value || !value->is_text()) no_text(*argument);
      texts_.push_back(value->as_text());
    }
    if (texts_.empty())
      throw Error(ErrorCode::kType,
                  "similarity needs the names of one example or more, as in "
                  "similarity(\"a.jpg\", \"b.jpg\")",
                  e_.span);
  }

  [[noreturn]] void no_text(const grammar::Expression& argument) const {
    const auto* path = std::get_if<grammar::Path>(&argument.node);
    const bool word = path != nullptr && path->segments.size() == 1 && !path->call_argument &&
                      !path->segments.front().filter && !path->segments.front().argument;
    throw Error(ErrorCode::kType,
                "similarity takes the names of its examples as text, as in similarity(\"a.jpg\")",
                argument.span, word ? grammar::quote_text(path->segments.front().name) : "");
  }

  /// The tables whose rows the call may be about, nearest first.
  std::vector<std::vector<TableId>> tables() const {
    if (rows_.items()) return {{kItems}};
    // Every arm of FROM objects must mean the same embeddings.
    const bool several = !rows_.filter && binder_.arms().size() > 1;
    return {several ? binder_.arms() : std::vector<TableId>{rows_.table}, {kItems}};
  }

  const VectorSet& chosen() {
    if (!call_.named.empty()) return named();
    const storage::Catalog& catalog = binder_.catalog();
    const std::vector<std::string> all = plan::embedding_names(catalog);
    if (all.empty()) throw Error(ErrorCode::kName, kNone, e_.span);
    for (const std::vector<TableId>& of : tables()) {
      const std::vector<const VectorSet*> fitting = plan::embeddings_of(catalog, of);
      if (fitting.size() > 1) several(fitting);
      if (fitting.size() == 1) return *fitting.front();
    }
    does_not_fit(*plan::embedding(catalog, all.front()));
  }

  [[noreturn]] void several(const std::vector<const VectorSet*>& sets) const {
    std::string message = "there are several embeddings: ";
    for (size_t i = 0; i < sets.size() && i < 10; ++i)
      message += (i == 0 ? "'" : ", '") + sets[i]->name + "'";
    if (sets.size() > 10) message += ", …";
    throw Error(ErrorCode::kName, message + "; choose one with embedding = name", e_.span,
                written_with(*sets.front()));
  }

  const VectorSet& named() const {
    const grammar::NamedArgument& last = call_.named.back();
    if (call_.named.size() > 1 || last.name != "embedding")
      throw Error(ErrorCode::kType,
                  "similarity has one argument with a name, embedding, as in "
                  "similarity(\"a.jpg\", embedding = clip)",
                  e_.span);
    const std::optional<Value> name = binder_.constant(*last.value);
    if (!name || !name->is_text())
      throw Error(ErrorCode::kType, "embedding takes a name, as in embedding = clip",
                  last.value->span);
    const VectorSet* set = plan::embedding(binder_.catalog(), name->as_text());
    if (set == nullptr)
      binder_.unknown("embedding", name->as_text(), last.value->span,
                      plan::embedding_names(binder_.catalog()), kNone);
    for (const std::vector<TableId>& of : tables())
      if (std::find(of.begin(), of.end(), set->table) != of.end()) return *set;
    does_not_fit(*set);
  }

  [[noreturn]] void does_not_fit(const VectorSet& set) const {
    const std::string source = binder_.source_text(set.table);
    const std::string of = "embedding '" + set.name + "' is of " + source;
    if (!rows_.items())
      throw Error(ErrorCode::kType,
                  of + ", not of " + binder_.source_text(rows_.table) + " or of items", e_.span);
    const std::string call = written_with(set);
    const std::string instead = source + ".max(" + call + ")";
    throw Error(ErrorCode::kType,
                of + ", of which an item has many; write " + instead + ", " + source + "[" + call +
                    " > 0.8], or query FROM " + source,
                e_.span, instead);
  }

  /// The call as it says which embeddings are meant.
  std::string written_with(const VectorSet& set) const {
    grammar::Call call{.function = "similarity"};
    for (const std::string& text : texts_) call.arguments.push_back(text_literal(text, false));
    call.named.push_back({"embedding", text_literal(set.name, true)});
    grammar::Expression e;
    e.node = std::move(call);
    return grammar::print(e);
  }

  /// In FROM objects: rows of this arm have no such vectors.
  static ExpressionPtr elsewhere(std::string text) {
    return plan::make_expression(plan::Field{std::move(text), {}}, Type::kFloat64);
  }

  uint32_t number_of(plan::Probe probe, const VectorSet& set) {
    std::vector<plan::Probe>& probes = binder_.plan().probes;
    const auto known = std::find_if(probes.begin(), probes.end(), [&](const plan::Probe& other) {
      return other.set == probe.set && other.text == probe.text;
    });
    if (known != probes.end()) return static_cast<uint32_t>(known - probes.begin());
    probe.examples = examples(set);
    probes.push_back(std::move(probe));
    return static_cast<uint32_t>(probes.size() - 1);
  }

  std::vector<uint64_t> examples(const VectorSet& set) const {
    if (binder_.examples() == nullptr)
      throw Error(ErrorCode::kUnsupported, "similarity cannot stand here", e_.span);
    std::vector<uint64_t> rows;
    const std::vector<Example> found = binder_.examples()->find(set, texts_);
    for (size_t i = 0; i < found.size(); ++i) {
      const Example& example = found[i];
      if (!example.problem.empty())
        throw Error(example.row ? ErrorCode::kConstraint : ErrorCode::kName, example.problem,
                    call_.arguments[i]->span,
                    example.near.empty() ? std::string() : grammar::quote_text(example.near));
      rows.push_back(*example.row);
    }
    if (!binder_.examples()->have_direction(set, rows))
      throw Error(
          ErrorCode::kConstraint,
          "the vectors of these examples cancel each other out: their mean has no direction",
          e_.span);
    return rows;
  }

  Binder& binder_;
  const grammar::Call& call_;
  const grammar::Expression& e_;
  const Rows& rows_;
  std::vector<std::string> texts_;
};

}  // namespace

ExpressionPtr Binder::similarity(const grammar::Call& call, const grammar::Expression& e,
                                 const Rows& rows) {
  const size_t place = reserve_mention(rows);
  ExpressionPtr number = SimilarityCall(*this, call, e, rows).bind();
  mention(place, number);
  return number;
}

}  // namespace cupel::bind
