#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cupel/error.hpp"
#include "index/clusters_file.hpp"
#include "storage/catalog.hpp"
#include "storage/codec.hpp"
#include "storage/codec_bytes.hpp"
#include "storage/key.hpp"
#include "storage/seal.hpp"
#include "storage/state.hpp"
#include "storage/vectors.hpp"

namespace {

using namespace cupel::storage;  // NOLINT: a program of one file

volatile uint64_t sum = 0;  // of all that was read, so that a sanitizer sees a wrong byte

void add(std::string_view text) {
  for (const char c : text) sum = sum + static_cast<unsigned char>(c);
}

void walk(const Chunk& chunk) {
  for (uint32_t row = 0; row < chunk.rows; ++row) {
    if (chunk.is_missing(row)) continue;
    if (chunk.is_coded())
      sum = sum + chunk.code_at(row);
    else if (chunk.type == cupel::Type::kText)
      add(std::get<PlainText>(chunk.values).at(row));
    else if (chunk.type == cupel::Type::kFloat64)
      sum = sum + (chunk.number_at(row) > 0 ? 1 : 0);
    else
      sum = sum + static_cast<uint64_t>(chunk.integer_at(row));
  }
}

void walk(const std::vector<Patch>& patches) {
  for (const Patch& patch : patches) add(patch.text);
}

void walk(const VectorBlock& block) {
  for (uint32_t row = 0; row < block.rows; ++row) {
    if (!block.has(row)) continue;
    const auto* bytes = reinterpret_cast<const char*>(block.row(row));
    add({bytes, block.width * element_bytes(block.element)});
  }
}

void walk(const Catalog& catalog) {
  for (const ColumnId id : catalog.column_ids()) {
    add(catalog.column(id).name);
    split_path(catalog.column(id).name);
    catalog.find(catalog.column(id).table, catalog.column(id).name);
  }
  for (const Run& run : catalog.runs()) {
    add(run.name);
    sum = sum + catalog.live_rows(run.table) + catalog.chunk_count(run.table) +
          catalog.columns(run.table).size();
  }
  for (const auto& [name, slice] : catalog.slices()) add(name), add(slice.query);
  for (const auto& [name, set] : catalog.vector_sets()) {
    sum = sum + block_count(catalog, set);
    for (const std::string& label : set.classes) add(label);
  }
}

void walk(const Seal& seal) {
  for (const auto& file : seal.tables) add(file.name);
  for (const auto& file : seal.logs) add(file.name);
}

void walk(const State& state) { sum = sum + state.rows.size() + state.deleted.size(); }

/// What was read is written as bytes that read as the same again.
template <typename Decode, typename Encode>
void there_and_back(std::string_view bytes, const Decode& decode, const Encode& encode) {
  const auto value = decode(bytes);
  walk(value);
  const std::string first = encode(value);
  if (encode(decode(first)) != first) std::abort();
}

/// Two patches of one column, and a chunk they lie on: the bytes are cut at two places that they
/// name themselves. Patches that were combined give what they give one after the other.
void fold_pieces(std::string_view bytes) {
  FieldReader in(bytes, "an input");
  const std::string_view chunk = in.take_bytes(in.take<uint16_t>());
  const std::string_view older = in.take_bytes(in.take<uint16_t>());
  const std::string_view newer = in.take_bytes(in.left());
  const std::optional<std::string_view> base = chunk.empty() ? std::nullopt : std::optional(chunk);
  const std::string folded = fold(base, {older, newer});
  walk(decode_chunk(folded));
  if (fold(base, {combine_patches(older, newer)}) != folded) std::abort();
}

void read_patch(std::string_view bytes) {
  cupel::Type type = cupel::Type::kBool;
  there_and_back(
      bytes, [&](std::string_view one) { return decode_patch(one, type); },
      [&](const std::vector<Patch>& patches) { return encode_patch(type, patches); });
}

void read_clusters_file(std::string_view bytes) {
  const auto stored = cupel::index::decode_clusters(bytes);
  if (!stored) return;
  const cupel::index::Clusters& clusters = stored->clusters;
  for (uint32_t list = 0; list < clusters.lists(); ++list) {
    for (uint64_t i = clusters.begins[list]; i < clusters.begins[list + 1]; ++i) {
      if (clusters.listed.at(i) >= clusters.rows) std::abort();
    }
  }
  sum = sum + clusters.at_recall(0.9).lists;
  if (cupel::index::encode_clusters(clusters, stored->key) != bytes) std::abort();
}

void read_as(char kind, std::string_view bytes) {
  switch (kind) {
    case 'c':
      return there_and_back(bytes, decode_chunk, [](const Chunk& c) { return encode_chunk(c); });
    case 'p': return read_patch(bytes);
    case 'f': return fold_pieces(bytes);
    case 'v':
      return there_and_back(bytes, decode_block,
                            [](const VectorBlock& block) { return encode_block(block); });
    case 't':
      return there_and_back(bytes, Catalog::decode, [](const Catalog& c) { return c.encode(); });
    case 's':
      return there_and_back(bytes, decode_state, [](const State& s) { return encode_state(s); });
    case 'i': return read_clusters_file(bytes);
    case 'l':
      return there_and_back(
          bytes, [](std::string_view one) { return decode_seal(one, "seal"); },
          [](const Seal& seal) { return encode_seal(seal); });
    default: decode_key(bytes), decode_ordinal(bytes);
  }
}

/// Makes the checksum at the end good, so that what lies behind it is reached.
std::string sealed(char kind, std::string bytes) {
  if (kind == 'l') {  // a text, and its checksum a line of it
    bytes.resize(std::min(bytes.rfind("end "), bytes.size()));
    std::string number = bytes;
    seal_bytes(number);
    char line[32];
    std::snprintf(
        line, sizeof line, "end %016llx\n",
        static_cast<unsigned long long>(
            FieldReader(std::string_view(number).substr(bytes.size()), "").take<uint64_t>()));
    return bytes + line;
  }
  if (bytes.size() < kChecksumBytes) return bytes;
  bytes.resize(bytes.size() - kChecksumBytes);
  seal_bytes(bytes);
  return bytes;
}

}  // namespace

/// What a database reads from its own files. The first letter chooses what; a second one, `!`, that
/// its checksum is made good.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  std::string bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  if (data[1] == '!') bytes = sealed(static_cast<char>(data[0]), std::move(bytes));
  try {
    read_as(static_cast<char>(data[0]), bytes);
  } catch (const cupel::Error& error) {
    if (error.code() == cupel::ErrorCode::kCorruption) return 0;
    // A text without a code that meets a coded chunk: what a writer must not do.
    if (error.code() == cupel::ErrorCode::kInternal && data[0] == 'f') return 0;
    std::abort();
  }
  return 0;
}
