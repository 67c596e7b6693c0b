#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/exec/embedding_write.hpp"

/// Embeddings from files and from memory. Both throw Error and change nothing outside of the
/// transaction: kName for ids that name no row (the first few, and how many), and what
/// require_storable throws. The context's snapshot is the transaction's view, flushed.
namespace cupel::exec {

struct EmbeddingFile {
  std::filesystem::path file;                ///< npy, or JSON (io/read_embeddings.hpp)
  std::optional<std::filesystem::path> ids;  ///< whose the rows of an array are, one id a line
};

struct EmbeddingImport {
  WrittenEmbeddings written;
  uint32_t width = 0;
};

/// Stores a file. JSON says itself whose its vectors are; the rows of an array without ids are the
/// live rows of the table in their order, and as many.
EmbeddingImport import_embeddings(storage::Transaction& transaction, const EmbeddingFile& file,
                                  const EmbeddingTarget& target, const Context& context);

/// Stores vectors from memory, without a copy of them. No ids: as for an array.
EmbeddingImport append_embeddings(storage::Transaction& transaction,
                                  std::span<const std::string_view> ids, uint32_t width,
                                  std::span<const float> vectors, const EmbeddingTarget& target,
                                  const Context& context);

}  // namespace cupel::exec
