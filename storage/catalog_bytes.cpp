#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/catalog.hpp"
#include "storage/chunk.hpp"
#include "storage/codec_bytes.hpp"
#include "storage/table_number.hpp"
#include "storage/vectors.hpp"

// A catalog, field by field. Numbers are little-endian; text is length u32, bytes.
//
//   magic "CKT2" | generation u64 | chunk_rows u32 | next_column u32 | next_slice u32
//   | next_table u32 | rows, deleted: count u32, u64[count] each
//   | runs: count u32, each table u32, name
//   | columns: count u32, each id u32, table u32, type u8, coded u8, name; in order of id
//   | slices: count u32, each id u32, live u8, objects u8, created i64, generation u64, name, query
//   | hidden tables: count u32, each table u32, name
//   | next_vectors u32 | vector sets: count u32, each id u32, use u8, element u8, table u32,
//     width u32, block_rows u32, vectors u64, created i64, generation u64, name, source,
//     classes: count u32, texts
//   | documents: count u32, each kind, name, text
//   | xxh3-64 of all before

namespace cupel::storage {
namespace {

constexpr std::string_view kMagic = "CKT2";
constexpr std::string_view kWhat = "catalog";

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<uint32_t>(text.size()));
  out.append(text);
}

std::string take_text(FieldReader& in) { return std::string(in.take_bytes(in.take<uint32_t>())); }

bool take_flag(FieldReader& in) {
  const auto flag = in.take<uint8_t>();
  if (flag > 1) in.damaged("a flag is neither set nor clear");
  return flag != 0;
}

void put_counts(std::string& out, const std::vector<uint64_t>& counts) {
  put(out, static_cast<uint32_t>(counts.size()));
  put_array(out, std::span<const uint64_t>(counts));
}

std::vector<uint64_t> take_counts(FieldReader& in) {
  return in.take_array<uint64_t>(in.take<uint32_t>());
}

void take_columns(FieldReader& in, Catalog& catalog) {
  const uint32_t end = catalog.next_column;
  const auto count = in.take<uint32_t>();
  for (uint32_t i = 0; i < count; ++i) {
    const auto id = in.take<uint32_t>();
    const auto table = in.take<uint32_t>();
    const auto type = in.take<uint8_t>();
    const bool coded = take_flag(in);
    std::string name = take_text(in);
    if (id >= end || (i > 0 && id < catalog.next_column))
      in.damaged("its columns are out of order");
    if (table >= catalog.next_table) in.damaged("a column belongs to no table");
    if (type > static_cast<uint8_t>(Type::kTimestamp))
      in.damaged("the type of a column is unknown");
    if (catalog.find(table, name, static_cast<Type>(type)) != nullptr)
      in.damaged("a column stands there twice");
    catalog.next_column = id;
    catalog.add_column(table, std::move(name), static_cast<Type>(type), coded);
  }
  catalog.next_column = end;
}

/// Named tables, in order; `kind` is what one of them is called. `add(name)` takes the next number.
template <typename IsThere, typename Add>
void take_tables(FieldReader& in, Catalog& catalog, const std::string& kind,
                 const IsThere& is_there, const Add& add) {
  const TableId end = catalog.next_table;
  const auto count = in.take<uint32_t>();
  TableId next = kFirstRun;
  for (uint32_t i = 0; i < count; ++i) {
    const auto table = in.take<uint32_t>();
    std::string name = take_text(in);
    if (table < next || table >= end || catalog.run(table) != nullptr)
      in.damaged("its " + kind + "s are out of order");
    if (is_there(name)) in.damaged("a " + kind + " stands there twice");
    catalog.next_table = table;
    add(std::move(name));
    next = table + 1;
  }
  catalog.next_table = end;
}

void take_runs(FieldReader& in, Catalog& catalog) {
  take_tables(
      in, catalog, "run", [&](const std::string& name) { return catalog.run(name) != nullptr; },
      [&](std::string name) { catalog.add_run(std::move(name)); });
}

void take_hidden_tables(FieldReader& in, Catalog& catalog) {
  take_tables(
      in, catalog, "hidden table",
      [&](const std::string& name) { return catalog.hidden_table(name).has_value(); },
      [&](std::string name) { catalog.add_hidden_table(std::move(name)); });
}

void take_slices(FieldReader& in, Catalog& catalog) {
  const uint32_t end = catalog.next_slice;
  const auto count = in.take<uint32_t>();
  for (uint32_t i = 0; i < count; ++i) {
    Slice slice;
    const auto id = in.take<uint32_t>();
    slice.live = take_flag(in);
    slice.objects = take_flag(in);
    slice.created_micros = in.take<int64_t>();
    slice.generation = in.take<uint64_t>();
    slice.name = take_text(in);
    slice.query = take_text(in);
    if (id == 0 || id >= end) in.damaged("the number of a slice is impossible");
    if (catalog.slice(slice.name) != nullptr) in.damaged("a slice stands there twice");
    catalog.next_slice = id;
    catalog.add_slice(std::move(slice));
  }
  catalog.next_slice = end;
}

template <typename Enum>
Enum take_choice(FieldReader& in, Enum last) {
  const auto choice = in.take<uint8_t>();
  if (choice > static_cast<uint8_t>(last)) in.damaged("the kind of a vector set is unknown");
  return static_cast<Enum>(choice);
}

VectorSet take_vector_set(FieldReader& in) {
  VectorSet set;
  set.id = in.take<uint32_t>();
  set.use = take_choice(in, VectorUse::kProbabilities);
  set.element = take_choice(in, Element::kFloat64);
  set.table = in.take<uint32_t>();
  set.width = in.take<uint32_t>();
  set.block_rows = in.take<uint32_t>();
  set.vectors = in.take<uint64_t>();
  set.created_micros = in.take<int64_t>();
  set.generation = in.take<uint64_t>();
  set.name = take_text(in);
  set.source = take_text(in);
  const auto classes = in.take<uint32_t>();
  for (uint32_t i = 0; i < classes; ++i) set.classes.push_back(take_text(in));
  return set;
}

void take_vector_sets(FieldReader& in, Catalog& catalog) {
  const auto end = in.take<uint32_t>();
  const auto count = in.take<uint32_t>();
  for (uint32_t i = 0; i < count; ++i) {
    VectorSet set = take_vector_set(in);
    const uint32_t id = set.id;
    const uint64_t block_rows = set.block_rows;
    const bool labelled = set.use == VectorUse::kProbabilities;
    if (id == 0 || id >= end || catalog.vectors(id) != nullptr)
      in.damaged("the number of a vector set is impossible");
    if (set.table >= catalog.next_table) in.damaged("a vector set belongs to no table");
    if (set.width == 0 || set.width > kMaxVectorWidth || block_rows == 0 ||
        block_rows > kMaxBlockRows || set.classes.size() != (labelled ? set.width : 0))
      in.damaged("the shape of a vector set is impossible");
    if (catalog.vectors(set.use, set.name) != nullptr)
      in.damaged("a vector set stands there twice");
    catalog.next_vectors = id;
    catalog.add_vectors(std::move(set)).block_rows = static_cast<uint32_t>(block_rows);
  }
  catalog.next_vectors = end;
}

void take_documents(FieldReader& in, Catalog& catalog) {
  const auto count = in.take<uint32_t>();
  for (uint32_t i = 0; i < count; ++i) {
    const std::string kind = take_text(in);
    const std::string name = take_text(in);
    if (catalog.document(kind, name) != nullptr) in.damaged("a document stands there twice");
    std::string text = take_text(in);
    if (text.size() > kMaxDocumentBytes) in.damaged("a document is too long");
    catalog.set_document(kind, name, std::move(text));
  }
}

void put_tables(std::string& out, const std::vector<Run>& tables) {
  put(out, static_cast<uint32_t>(tables.size()));
  for (const Run& table : tables) {
    put(out, table.table);
    put_text(out, table.name);
  }
}

void put_vector_set(std::string& out, const VectorSet& set) {
  put(out, set.id);
  put(out, static_cast<uint8_t>(set.use));
  put(out, static_cast<uint8_t>(set.element));
  put(out, set.table);
  put(out, set.width);
  put(out, set.block_rows);
  put(out, set.vectors);
  put(out, set.created_micros);
  put(out, set.generation);
  put_text(out, set.name);
  put_text(out, set.source);
  put(out, static_cast<uint32_t>(set.classes.size()));
  for (const std::string& label : set.classes) put_text(out, label);
}

}  // namespace

std::string Catalog::encode() const {
  std::string out(kMagic);
  put(out, generation);
  put(out, chunk_rows);
  put(out, next_column);
  put(out, next_slice);
  put(out, next_table);
  put_counts(out, rows);
  put_counts(out, deleted);
  put_tables(out, runs_);
  put(out, static_cast<uint32_t>(columns_.size()));
  for (const auto& [id, column] : columns_) {
    put(out, id);
    put(out, column.table);
    put(out, static_cast<uint8_t>(column.type));
    put(out, static_cast<uint8_t>(column.coded));
    put_text(out, column.name);
  }
  put(out, static_cast<uint32_t>(slices_.size()));
  for (const auto& [name, slice] : slices_) {
    put(out, slice.id);
    put(out, static_cast<uint8_t>(slice.live));
    put(out, static_cast<uint8_t>(slice.objects));
    put(out, slice.created_micros);
    put(out, slice.generation);
    put_text(out, name);
    put_text(out, slice.query);
  }
  put_tables(out, hidden_tables_);
  put(out, next_vectors);
  put(out, static_cast<uint32_t>(vector_sets_.size()));
  for (const auto& [key, set] : vector_sets_) put_vector_set(out, set);
  put(out, static_cast<uint32_t>(documents_.size()));
  for (const auto& [key, text] : documents_) {
    put_text(out, key.first);
    put_text(out, key.second);
    put_text(out, *text);
  }
  seal_bytes(out);
  return out;
}

Catalog Catalog::decode(std::string_view bytes) {
  FieldReader in(unseal_bytes(bytes, kMagic, kWhat), kWhat);
  Catalog catalog;
  catalog.generation = in.take<uint64_t>();
  catalog.chunk_rows = in.take<uint32_t>();
  catalog.next_column = in.take<uint32_t>();
  catalog.next_slice = in.take<uint32_t>();
  catalog.next_table = in.take<uint32_t>();
  if (catalog.chunk_rows == 0 || catalog.chunk_rows > kMaxChunkRows)
    in.damaged("its number of rows of a chunk is impossible");
  if (catalog.next_table < kFirstRun || catalog.next_table > kMaxTables)
    in.damaged("its number of tables is impossible");
  catalog.rows = take_counts(in);
  catalog.deleted = take_counts(in);
  take_runs(in, catalog);
  take_columns(in, catalog);
  take_slices(in, catalog);
  take_hidden_tables(in, catalog);
  take_vector_sets(in, catalog);
  take_documents(in, catalog);
  in.expect_end();
  return catalog;
}

}  // namespace cupel::storage
