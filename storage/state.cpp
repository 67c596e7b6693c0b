#include "storage/state.hpp"

#include <span>

#include "storage/codec_bytes.hpp"

namespace cupel::storage {
namespace {

constexpr std::string_view kMagic = "CKS1";
constexpr std::string_view kWhat = "row count";

}  // namespace

std::string encode_state(const State& state) {
  std::string out(kMagic);
  put(out, state.generation);
  put(out, static_cast<uint32_t>(state.rows.size()));
  put_array(out, std::span<const uint64_t>(state.rows));
  put(out, static_cast<uint32_t>(state.deleted.size()));
  put_array(out, std::span<const uint64_t>(state.deleted));
  if (!state.watched.empty()) put(out, static_cast<uint32_t>(state.watched.size()));
  for (const auto& [column, changes] : state.watched) {
    put(out, column);
    put(out, changes);
  }
  seal_bytes(out);
  return out;
}

State decode_state(std::string_view bytes) {
  FieldReader in(unseal_bytes(bytes, kMagic, kWhat), kWhat);
  State state;
  state.generation = in.take<uint64_t>();
  state.rows = in.take_array<uint64_t>(in.take<uint32_t>());
  state.deleted = in.take_array<uint64_t>(in.take<uint32_t>());
  if (in.left() != 0)
    for (auto count = in.take<uint32_t>(); count > 0; --count) {
      const auto column = in.take<ColumnId>();
      state.watched[column] = in.take<uint64_t>();
    }
  in.expect_end();
  for (size_t i = 0; i < state.deleted.size(); ++i)
    if (i >= state.rows.size() || state.deleted[i] > state.rows[i])
      in.damaged("more rows are deleted than there are");
  return state;
}

}  // namespace cupel::storage
