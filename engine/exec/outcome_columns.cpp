#include "engine/exec/outcome_columns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/evaluate/coco_bits.hpp"
#include "engine/exec/table_rewrite.hpp"
#include "engine/exec/waves.hpp"
#include "engine/plan/evaluation_record.hpp"

namespace cupel::exec {
namespace {

using evaluate::ErrorKind;
using evaluate::ObjectOutcomes;
using evaluate::Outcome;
using storage::Chunk;
using storage::ChunkBuilder;
using storage::ChunkPtr;
using storage::kItems;

constexpr std::array<double, 6> kClassAreas = {
    512, 1024, 5000, 9216, 10000, std::numeric_limits<double>::quiet_NaN()};

/// Where the objects of a table's rows stand: in the shapes, or with kCategory in the categories.
constexpr uint32_t kNone = ~uint32_t{0};
constexpr uint32_t kCategory = uint32_t{1} << 31;

std::vector<uint32_t> slots_of(const JudgedObjects& judged, const Context& context) {
  const uint64_t rows = context.snapshot->catalog().row_count(judged.table);
  const ComparedObjects& objects = *judged.objects;
  if (objects.shapes.row.size() >= kCategory || objects.categories.row.size() >= kCategory)
    throw Error(ErrorCode::kLimit, "a run of over 2 billion objects cannot be evaluated");
  context.reserve(rows * sizeof(uint32_t));
  std::vector<uint32_t> slots(rows, kNone);
  for (size_t i = 0; i < objects.shapes.row.size(); ++i)
    slots[objects.shapes.row[i]] = static_cast<uint32_t>(i);
  for (size_t i = 0; i < objects.categories.row.size(); ++i)
    slots[objects.categories.row[i]] = static_cast<uint32_t>(i) | kCategory;
  return slots;
}

/// The annotation_ids of a table, held for being looked at in any order. Any thread.
class Ids {
 public:
  Ids(const storage::SnapshotPtr& snapshot, storage::TableId table)
      : chunk_rows_(snapshot->catalog().chunk_rows) {
    const auto* column = snapshot->catalog().find(table, "annotation_id", Type::kText);
    if (column == nullptr) return;
    dictionary_ = snapshot->dictionary(column->id);
    for (uint32_t c = 0; c < snapshot->catalog().chunk_count(table); ++c)
      chunks_.push_back(snapshot->chunk(column->id, c));
  }
  std::optional<std::string_view> at(uint64_t row) const {
    const uint64_t number = row / chunk_rows_;
    const auto in_chunk = static_cast<uint32_t>(row % chunk_rows_);
    if (number >= chunks_.size() || !chunks_[number] || chunks_[number]->is_missing(in_chunk))
      return std::nullopt;
    const Chunk& chunk = *chunks_[number];
    if (chunk.is_coded()) return dictionary_->text(chunk.code_at(in_chunk));
    return std::get<storage::PlainText>(chunk.values).at(in_chunk);
  }

 private:
  uint32_t chunk_rows_;
  storage::DictionaryPtr dictionary_;
  std::vector<ChunkPtr> chunks_;
};

/// A text field with few texts, known beforehand: codes, or where the dictionary is full the texts.
class WordField {
 public:
  WordField(TableRewrite& table, const std::string& path) : field_(table.add(path, Type::kText)) {}
  void add(TableRewrite& table, std::string_view text) {
    texts_.push_back(text);
    const auto code = table.code(field_, text);
    coded_ = coded_ && code.has_value();
    codes_.push_back(code.value_or(0));
  }
  size_t field() const { return field_; }
  void set(ChunkBuilder& builder, uint32_t row, size_t word) const {
    if (coded_)
      builder.set_code(row, codes_[word]);
    else
      builder.set_text(row, texts_[word]);
  }

 private:
  size_t field_;
  bool coded_ = true;
  std::vector<std::string_view> texts_;
  std::vector<uint32_t> codes_;
};

/// One object of a chunk that is being written.
struct At {
  uint32_t row = 0;  ///< in the chunk
  size_t object = 0;
  bool category = false;
};

/// The fields that predictions and annotations have alike, then `more` of integers.
class Columns {
 public:
  using More = std::function<void(const At&, std::vector<ChunkBuilder>&, size_t first)>;

  Columns(storage::Transaction& transaction, const OutcomeColumns& columns,
          const JudgedObjects& mine, const JudgedObjects& others, const Context& context)
      : columns_(columns),
        mine_(mine),
        others_(others),
        context_(context),
        table_(transaction, context.snapshot, mine.table),
        outcome_(table_, path(plan::kOutcome)),
        matched_label_(table_, path(plan::kMatchedLabel)),
        error_(table_, path(plan::kErrorKind)),
        iou_(table_.add(path(plan::kIou), Type::kFloat64)),
        matched_id_(table_.add(path(plan::kMatchedId), Type::kText, false)),
        other_ids_(context.snapshot, others.table) {
    types_ = {Type::kText, Type::kText, Type::kText, Type::kFloat64, Type::kText};
    for (int o = 0; o <= static_cast<int>(Outcome::kIgnored); ++o)
      add_word(outcome_, word_of(static_cast<Outcome>(o)));
    for (int e = 0; e <= static_cast<int>(ErrorKind::kMissed); ++e)
      add_word(error_, word_of(static_cast<ErrorKind>(e)));
    for (size_t label = 0; label < columns.labels->size(); ++label)
      matched_label_.add(table_, columns.labels->text(static_cast<int32_t>(label)));
  }

  void add_integers(const char* name) {
    table_.add(path(name), Type::kInt64);
    types_.push_back(Type::kInt64);
  }

  void write(const More& more) {
    slots_ = slots_of(mine_, context_);
    const storage::Catalog& catalog = context_.snapshot->catalog();
    const uint32_t chunks = catalog.chunk_count(mine_.table);
    in_order(
        context_, chunks, [&](size_t chunk) { return build(static_cast<uint32_t>(chunk), more); },
        [&](size_t chunk, const std::vector<Chunk>& built) {
          table_.write(static_cast<uint32_t>(chunk), built);
          if (context_.progress) context_.progress({"writing", chunk + 1, chunks, "chunks"});
        });
  }

 private:
  static constexpr size_t kOwnFields = 5;

  std::string path(const char* field) const {
    return mine_.table == storage::kAnnotations ? plan::annotation_column(field, columns_.run)
                                                : field;
  }
  /// Words of nothing are kept in their places, but have no code.
  void add_word(WordField& field, const char* word) {
    field.add(table_, word == nullptr ? word_of(Outcome::kTruePositive) : word);
  }

  std::vector<Chunk> build(uint32_t chunk, const More& more) const {
    std::vector<ChunkBuilder> builders;
    for (const Type type : types_) builders.emplace_back(type);
    const uint64_t first = uint64_t{chunk} * context_.snapshot->catalog().chunk_rows;
    const uint32_t rows = context_.snapshot->rows_in_chunk(mine_.table, chunk);
    for (uint32_t row = 0; row < rows; ++row) {
      const uint32_t slot = slots_[first + row];
      if (slot == kNone) continue;
      const bool category = (slot & kCategory) != 0;
      const At at{row, slot & ~kCategory, category};
      put(at, category ? *mine_.categories : *mine_.shapes, builders);
      more(at, builders, kOwnFields);
    }
    std::vector<Chunk> built;
    for (ChunkBuilder& builder : builders) built.push_back(builder.finish());
    return built;
  }

  void put(const At& at, const ObjectOutcomes& found, std::vector<ChunkBuilder>& builders) const {
    const size_t i = at.object;
    if (found.outcome[i] == Outcome::kNone) return;
    outcome_.set(builders[outcome_.field()], at.row, static_cast<size_t>(found.outcome[i]));
    if (found.error[i] != ErrorKind::kNone)
      error_.set(builders[error_.field()], at.row, static_cast<size_t>(found.error[i]));
    if (!std::isnan(found.iou[i])) builders[iou_].set_number(at.row, found.iou[i]);
    if (found.partner[i] == evaluate::kNobody) return;
    const auto partner = static_cast<size_t>(found.partner[i]);
    const ComparedObjects& other = *others_.objects;
    const int32_t label =
        at.category ? other.categories.label[partner] : other.shapes.label[partner];
    matched_label_.set(builders[matched_label_.field()], at.row, static_cast<size_t>(label));
    const uint64_t row = at.category ? other.categories.row[partner] : other.shapes.row[partner];
    if (const auto id = other_ids_.at(row)) builders[matched_id_].set_text(at.row, *id);
  }

  const OutcomeColumns& columns_;
  const JudgedObjects& mine_;
  const JudgedObjects& others_;
  const Context& context_;
  TableRewrite table_;
  WordField outcome_, matched_label_, error_;
  size_t iou_, matched_id_;
  Ids other_ids_;
  std::vector<Type> types_;
  std::vector<uint32_t> slots_;
};

}  // namespace

const char* word_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kTruePositive: return "tp";
    case Outcome::kFalsePositive: return "fp";
    case Outcome::kFalseNegative: return "fn";
    case Outcome::kIgnored: return "ignored";
    case Outcome::kNone: break;
  }
  return nullptr;
}

const char* word_of(ErrorKind error) {
  switch (error) {
    case ErrorKind::kClassification: return "classification";
    case ErrorKind::kLocalization: return "localization";
    case ErrorKind::kBoth: return "both";
    case ErrorKind::kDuplicate: return "duplicate";
    case ErrorKind::kBackground: return "background";
    case ErrorKind::kMissed: return "missed";
    case ErrorKind::kNone: break;
  }
  return nullptr;
}

int64_t area_class(double area) {
  static const auto kOutside = [] {
    std::array<int64_t, kClassAreas.size()> bits{};
    for (size_t i = 0; i < bits.size(); ++i) bits[i] = evaluate::outside_bits(kClassAreas[i]);
    return bits;
  }();
  const auto* found = std::find(kOutside.begin(), kOutside.end() - 1, evaluate::outside_bits(area));
  return found - kOutside.begin();
}

double area_of_class(int64_t number) {
  const auto last = static_cast<int64_t>(kClassAreas.size()) - 1;
  return kClassAreas[static_cast<size_t>(number < 0 || number > last ? last : number)];
}

void write_predictions(storage::Transaction& transaction, const OutcomeColumns& columns,
                       const JudgedObjects& predictions, const JudgedObjects& annotations,
                       const evaluate::CocoBits& bits, const Context& context) {
  Columns out(transaction, columns, predictions, annotations, context);
  for (const char* name : {plan::kCocoMatched, plan::kCocoIgnored, plan::kCocoRank, plan::kPaired})
    out.add_integers(name);
  out.write([&](const At& at, std::vector<ChunkBuilder>& builders, size_t first) {
    if (at.category) return;
    if (bits.rank[at.object] >= 0) {
      builders[first].set_integer(at.row, bits.matched[at.object]);
      builders[first + 1].set_integer(at.row, bits.ignored[at.object]);
      builders[first + 2].set_integer(at.row, bits.rank[at.object]);
    }
    if (columns.paired && predictions.shapes->paired[at.object] != 0)
      builders[first + 3].set_integer(at.row, 1);
  });
}

void write_annotations(storage::Transaction& transaction, const OutcomeColumns& columns,
                       const JudgedObjects& annotations, const JudgedObjects& predictions,
                       const Context& context) {
  Columns out(transaction, columns, annotations, predictions, context);
  out.add_integers(plan::kCocoArea);
  out.write([&](const At& at, std::vector<ChunkBuilder>& builders, size_t first) {
    if (!at.category)
      builders[first].set_integer(at.row, area_class(annotations.objects->shapes.area[at.object]));
  });
}

void write_item_counts(storage::Transaction& transaction, const std::string& run,
                       const evaluate::Outcomes& shapes, const evaluate::Outcomes& categories,
                       const Context& context) {
  TableRewrite table(transaction, context.snapshot, kItems);
  for (const char* count : {"tp", "fp", "fn"})
    table.add(plan::item_column(count, run), Type::kInt64);
  const storage::Catalog& catalog = context.snapshot->catalog();
  for (uint32_t chunk = 0; chunk < catalog.chunk_count(kItems); ++chunk) {
    context.poll();
    std::vector<ChunkBuilder> builders(3, ChunkBuilder(Type::kInt64));
    const uint64_t first = uint64_t{chunk} * catalog.chunk_rows;
    context.snapshot->visible(kItems, chunk).for_each([&](uint32_t row) {
      const uint64_t item = first + row;
      builders[0].set_integer(row, shapes.tp[item] + categories.tp[item]);
      builders[1].set_integer(row, shapes.fp[item] + categories.fp[item]);
      builders[2].set_integer(row, shapes.fn[item] + categories.fn[item]);
    });
    std::vector<Chunk> built;
    for (ChunkBuilder& builder : builders) built.push_back(builder.finish());
    table.write(chunk, built);
  }
}

}  // namespace cupel::exec
