#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/npy.hpp"
#include "engine/io/record.hpp"

/// Embeddings in files of JSON: vectors that say whose they are. Three shapes are told apart by
/// their first bytes:
///
///   {"reference_id": "a", "embedding": [0.1, …]}   a line each (also "embedding_vector")
///   [{"reference_id": "a", "embedding_vector": […]}, …]   as Nucleus exports them; in what it takes
///                                                  for items, inside of "embedding_info"
///   {"a": [0.1, …], "b": […]}                      as Nucleus imports them
///
/// Other members of a line are left alone.
namespace cupel::io {

struct EmbeddingLimits {
  size_t window_bytes = size_t{1} << 20;
  size_t record_bytes = size_t{1} << 20;  ///< a line, element or member
  size_t width = 8192;                    ///< the most components
};

/// Whose id a record's vector has: an item's, or an object's annotation id.
enum class EmbeddingKey { kReferenceId, kAnnotationId };

class EmbeddingSink {
 public:
  virtual ~EmbeddingSink() = default;
  /// Both valid during the call. There is at least one value, and as many as in every record
  /// before; each is within the range of float.
  virtual void embedding(const Place& place, std::string_view id,
                         std::span<const double> values) = 0;
  /// A record that cannot be taken, with the reason in a sentence. May throw to end the reading.
  virtual void failed(const Place& place, const std::string& sentence) = 0;
  /// Told often. May throw to end the reading.
  virtual void progress(uint64_t done_bytes, uint64_t all_bytes) = 0;
};

/// Reads a file from front to back in memory bounded by a record. An id may come twice; the sink
/// decides. Throws Error: kIo; kConstraint (the frame of the file is broken, with the byte; it
/// holds none of the shapes).
void read_embeddings(const std::filesystem::path& file, EmbeddingKey key,
                     const EmbeddingLimits& limits, EmbeddingSink& sink);

/// Rows of an array of floats that hold a number that is not finite.
struct NotFiniteRows {
  uint64_t count = 0;
  std::vector<uint64_t> rows;  ///< the first of them, at most as many as asked for
};
/// `header.type` is a float type, `data` the array's numbers. `poll` is called about once a MiB.
NotFiniteRows rows_not_finite(const NpyHeader& header, const std::byte* data, size_t most,
                              const std::function<void()>& poll = {});

}  // namespace cupel::io
