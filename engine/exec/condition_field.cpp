#include "engine/exec/condition_field.hpp"

#include <algorithm>
#include <mutex>

#include "engine/exec/condition_pattern.hpp"
#include "engine/exec/evaluation.hpp"
#include "engine/exec/kernels.hpp"

namespace cupel::exec {
namespace {

using storage::Bitmap;
using storage::Chunk;
using storage::ChunkPtr;
using storage::ColumnId;

/// Takes the rows out that the chunk has no value for.
void keep_present(const Chunk& chunk, Bitmap& rows) {
  if (chunk.missing == 0) return;
  const auto words = rows.words();
  const auto valid = chunk.valid.words();
  for (size_t w = 0; w < valid.size() && w < words.size(); ++w) words[w] &= valid[w];
}

/// Whether the ranges leave out everything from least to most.
template <typename T>
bool excludes(const Ranges<T>& ranges, T least, T most) {
  return std::none_of(ranges.begin(), ranges.end(), [&](const Range<T>& range) {
    return range.low <= most && range.high >= least;
  });
}

bool is_excluded(const Chunk& chunk, const ValueTest& test) {
  if (chunk.type == Type::kText) return test.text.kind == TextTest::Kind::kNever;
  if (!chunk.has_range) return chunk.missing == chunk.rows;
  if (chunk.type == Type::kFloat64)
    return excludes(test.numbers, chunk.min_number, chunk.max_number);
  return excludes(test.integer_ranges(chunk.type), chunk.min_integer, chunk.max_integer);
}

/// A text test decided once for each text of a dictionary, at first use.
class CodeDecision {
 public:
  CodeDecision(storage::DictionaryPtr dictionary, const TextTest& test)
      : dictionary_(std::move(dictionary)), test_(test) {}

  Bitmap run(const Chunk& chunk, const Bitmap& candidates) const {
    Bitmap out(candidates.size());
    if (!decided_.load(std::memory_order_acquire)) {
      if (few(candidates)) {
        one_by_one(chunk, candidates, out);
        return out;
      }
      std::call_once(once_, [this] { decide(); });
    }
    constexpr size_t kFewRanges = 4;
    if (ranges_.size() <= kFewRanges) {
      match_integers(chunk.values, ranges_, candidates.words(), out.words());
    } else {
      match_codes(chunk.values, accepted_, candidates.words(), out.words());
    }
    keep_present(chunk, out);
    return out;
  }

 private:
  /// Texts that are looked up need no decision of all the others.
  bool is_set() const { return test_.kind == TextTest::Kind::kSet && test_.instants.empty(); }

  /// Whether asking the candidates costs less than asking the whole dictionary.
  bool few(const Bitmap& candidates) const {
    return !is_set() && candidates.count() < dictionary_->size() / 4;
  }

  void one_by_one(const Chunk& chunk, const Bitmap& candidates, Bitmap& out) const {
    candidates.for_each([&](uint32_t row) {
      if (!chunk.is_missing(row) && test_.matches(dictionary_->text(chunk.code_at(row))))
        out.set(row);
    });
  }

  void decide() const {
    accepted_.assign(dictionary_->size(), 0);
    if (is_set()) {
      for (const std::string& text : test_.set)
        if (const auto code = dictionary_->find(text)) accepted_[*code] = 1;
    } else {
      for (uint32_t code = 0; code < dictionary_->size(); ++code)
        accepted_[code] = test_.matches(dictionary_->text(code)) ? 1 : 0;
    }
    for (size_t code = 0; code < accepted_.size(); ++code) {
      if (accepted_[code] == 0) continue;
      const auto number = static_cast<int64_t>(code);
      if (!ranges_.empty() && ranges_.back().high == number - 1) {
        ranges_.back().high = number;
      } else {
        ranges_.push_back({number, number});
      }
    }
    decided_.store(true, std::memory_order_release);
  }

  storage::DictionaryPtr dictionary_;
  const TextTest& test_;
  mutable std::once_flag once_;
  mutable std::atomic<bool> decided_{false};
  mutable std::vector<uint8_t> accepted_;  ///< by code
  mutable Ranges<int64_t> ranges_;         ///< the accepted codes
};

class FieldTest final : public ConditionNode {
 public:
  FieldTest(const Evaluation& evaluation, const std::vector<ColumnId>& columns, ValueTest test)
      : evaluation_(evaluation), test_(std::move(test)) {
    for (const ColumnId id : columns) {
      const storage::Column& column = evaluation.catalog().column(id);
      Part part{id, nullptr};
      if (column.type == Type::kText)
        part.decision =
            std::make_unique<CodeDecision>(evaluation.snapshot().dictionary(id), test_.text);
      parts_.push_back(std::move(part));
    }
  }

  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    Bitmap out(candidates.size());
    if (candidates.none()) return out;
    for (const Part& part : parts_) {
      const ChunkPtr values = evaluation_.peek(part.column, chunk);
      if (!values) continue;
      if (is_excluded(*values, test_)) {
        evaluation_.count_skipped();
        continue;
      }
      evaluation_.count_read();
      if (parts_.size() == 1) return column(part, *values, candidates);
      out |= column(part, *values, candidates);
    }
    return out;
  }

 private:
  struct Part {
    ColumnId column;
    std::unique_ptr<const CodeDecision> decision;  ///< text
  };

  Bitmap column(const Part& part, const Chunk& chunk, const Bitmap& candidates) const {
    if (const auto* text = std::get_if<storage::PlainText>(&chunk.values))
      return plain(chunk, *text, candidates);
    if (chunk.type == Type::kText) return part.decision->run(chunk, candidates);
    Bitmap out(candidates.size());
    if (chunk.type == Type::kFloat64) {
      match_numbers(chunk.values, test_.numbers, candidates.words(), out.words());
    } else {
      match_integers(chunk.values, test_.integer_ranges(chunk.type), candidates.words(),
                     out.words());
    }
    keep_present(chunk, out);
    return out;
  }

  Bitmap plain(const Chunk& chunk, const storage::PlainText& text, const Bitmap& candidates) const {
    const TextPattern* pattern = test_.text.pattern.get();
    const std::string_view prefix = pattern == nullptr ? std::string_view() : pattern->prefix();
    if (prefix.empty()) return one_by_one(chunk, text, candidates);
    Bitmap begun(candidates.size());
    match_prefix(text, prefix, candidates.words(), begun.words());
    if (pattern->is_prefix() && prefix.size() <= sizeof(uint64_t)) return begun;
    return one_by_one(chunk, text, begun);
  }

  Bitmap one_by_one(const Chunk& chunk, const storage::PlainText& text,
                    const Bitmap& candidates) const {
    Bitmap out(candidates.size());
    candidates.for_each([&](uint32_t row) {
      if (!chunk.is_missing(row) && test_.text.matches(text.at(row))) out.set(row);
    });
    return out;
  }

  const Evaluation& evaluation_;
  ValueTest test_;
  std::vector<Part> parts_;
};

/// Adds an integer array of a chunk to sums.
void add_integers(const Chunk& chunk, std::span<int64_t> sums) {
  std::visit(
      [&](const auto& array) {
        using Array = std::decay_t<decltype(array)>;
        if constexpr (!std::is_same_v<Array, storage::PlainText>) {
          if constexpr (std::is_integral_v<typename Array::value_type>) {
            const size_t rows = std::min(array.size(), sums.size());
            for (size_t i = 0; i < rows; ++i) sums[i] += array[i];
          }
        }
      },
      chunk.values);
}

class CountTest final : public ConditionNode {
 public:
  CountTest(const Evaluation& evaluation, std::vector<ColumnId> columns, ValueTest test)
      : evaluation_(evaluation),
        columns_(std::move(columns)),
        test_(std::move(test)),
        zero_(in_ranges(test_.integers, int64_t{0})) {}

  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    if (candidates.none()) return candidates;
    if (columns_.size() != 1) return sums(chunk, candidates);
    const ChunkPtr values = evaluation_.chunk(columns_.front(), chunk);
    if (!values) return zero_ ? candidates : Bitmap(candidates.size());
    Bitmap out(candidates.size());
    // A missing row holds 0, so that the array needs no validity; only rows past it do.
    match_integers(values->values, test_.integers, candidates.words(), out.words());
    if (zero_ && values->rows < candidates.size()) {
      Bitmap past(candidates.size());
      past.set_range(values->rows, candidates.size());
      past &= candidates;
      out |= past;
    }
    return out;
  }

 private:
  Bitmap sums(uint32_t chunk, const Bitmap& candidates) const {
    std::vector<int64_t> sums(candidates.size(), 0);
    for (const ColumnId column : columns_)
      if (const ChunkPtr values = evaluation_.chunk(column, chunk)) add_integers(*values, sums);
    Bitmap out(candidates.size());
    match_ranges(std::span<const int64_t>(sums), test_.integers, candidates.words(), out.words());
    return out;
  }

  const Evaluation& evaluation_;
  std::vector<ColumnId> columns_;
  ValueTest test_;
  bool zero_;
};

class MissingTest final : public ConditionNode {
 public:
  MissingTest(const Evaluation& evaluation, std::vector<ColumnId> columns)
      : evaluation_(evaluation), columns_(std::move(columns)) {}

  Bitmap run(uint32_t chunk, const Bitmap& candidates) const override {
    Bitmap out = candidates;
    for (const ColumnId column : columns_) {
      const ChunkPtr values = evaluation_.chunk(column, chunk);
      if (!values) continue;
      Bitmap present(candidates.size());
      present.set_range(0, values->rows);
      keep_present(*values, present);
      out.subtract(present);
    }
    return out;
  }

 private:
  const Evaluation& evaluation_;
  std::vector<ColumnId> columns_;
};

}  // namespace

ConditionNodePtr field_test(const Evaluation& evaluation, const std::vector<ColumnId>& columns,
                            ValueTest test) {
  return std::make_unique<FieldTest>(evaluation, columns, std::move(test));
}

ConditionNodePtr count_test(const Evaluation& evaluation, std::vector<ColumnId> columns,
                            ValueTest test) {
  return std::make_unique<CountTest>(evaluation, std::move(columns), std::move(test));
}

ConditionNodePtr missing_test(const Evaluation& evaluation, std::vector<ColumnId> columns) {
  return std::make_unique<MissingTest>(evaluation, std::move(columns));
}

}  // namespace cupel::exec
