#include "engine/io/read_embeddings.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "cupel/error.hpp"
#include "engine/io/json_stream.hpp"
#include "engine/io/line_reader.hpp"
#include "engine/io/record_parts.hpp"

namespace cupel::io {
namespace {

constexpr auto kVectorKeys = {"embedding", "embedding_vector"};

/// Hands over records of any shape.
class EmbeddingReader {
 public:
  EmbeddingReader(FileWindow& window, EmbeddingKey key, const EmbeddingLimits& limits,
                  EmbeddingSink& sink)
      : window_(window), key_(key), limits_(limits), sink_(sink) {}

  void read() {
    skip_byte_order_mark(window_);
    JsonStream stream(window_, limits_.record_bytes,
                      [this](uint64_t done) { sink_.progress(done, window_.file_bytes()); });
    const char first = stream.peek();
    const uint64_t begin = window_.offset();
    if (first == '[') {
      read_list(stream);
    } else if (first == '{' && is_map(stream)) {
      window_.seek(begin);
      read_map(stream);
    } else if (first == '{') {
      window_.seek(begin);
      read_lines();
    } else {
      throw Error(ErrorCode::kConstraint,
                  fmt::format("{} holds no embeddings: a line such as {{\"reference_id\": \"a\", "
                              "\"embedding\": [0.1, 0.2]}}, a list of these, or {{\"a\": [0.1, "
                              "0.2]}} is read",
                              window_.path()));
    }
    sink_.progress(window_.file_bytes(), window_.file_bytes());
  }

 private:
  /// The first member of a map is a list; that of a line can be one only under the vector's name.
  static bool is_map(JsonStream& stream) {
    const auto first = stream.first_member();
    if (!first) return true;
    for (const char* key : kVectorKeys)
      if (first->key == key) return false;
    return first->first == '[';
  }

  void read_lines() {
    LineReader lines(window_, limits_.record_bytes);
    while (const Line* line = lines.next()) {
      sink_.progress(window_.offset(), window_.file_bytes());
      if (line->text.empty() && !line->too_long) continue;
      take({line->number, 0, ++records_}, line->too_long,
           [&] { take_object(document_.parse(line->text)); });
    }
  }

  void read_list(JsonStream& stream) {
    stream.for_each([&](const JsonStream::Element& element) {
      take({0, element.offset, ++records_}, element.too_long,
           [&] { take_object(document_.parse(element.bytes)); });
    });
    stream.expect_end();
  }

  void read_map(JsonStream& stream) {
    stream.for_each_member([&](std::string_view id, const JsonStream::Element& element) {
      take({0, element.offset, ++records_}, element.too_long, [&] {
        // The document reads objects only.
        wrapped_ = fmt::format("{{\"{}\":{}}}", *kVectorKeys.begin(), element.bytes);
        take_vector(id, *document_.parse_copy(wrapped_).begin());
      });
    });
    stream.expect_end();
  }

  template <typename F>
  void take(const Place& place, bool too_long, const F& f) {
    place_ = place;
    try {
      if (too_long)
        throw RecordError{{},
                          fmt::format("the record is longer than {} bytes", limits_.record_bytes)};
      f();
    } catch (const RecordError& error) {
      sink_.failed(place, fmt::format("{}: {}", describe(window_.path(), place), error.sentence()));
    }
  }

  void take_object(const JsonNode& object) {
    Members members(object, Members::Nulls::kDrop);
    const bool of_item = key_ == EmbeddingKey::kReferenceId;
    const JsonNode* id = of_item ? members.take_first({"reference_id", "ref_id"})
                                 : members.take_first({"annotation_id", "reference_id"});
    if (id == nullptr) missing(of_item ? "reference_id" : "annotation_id");
    const JsonNode* vector = members.take_first({"embedding", "embedding_vector"});
    if (vector == nullptr) {
      const JsonNode* info = members.take("embedding_info");
      if (info != nullptr) vector = object_of(*info).find("embedding_vector");
    }
    if (vector == nullptr) missing("embedding");
    take_vector(text_of(*id), *vector);
  }

  void take_vector(std::string_view id, const JsonNode& vector) {
    if (id.empty()) throw RecordError{{}, "the id is empty"};
    values_.clear();
    for (const JsonNode& element : list_of(vector)) {
      if (!element.is_number() || std::fabs(element.number) > std::numeric_limits<float>::max())
        throw RecordError{fmt::format("{}[{}]", vector.key, values_.size()),
                          element.is_number() ? "is too large for a float"
                                              : "must be a number, but is " + element.in_words()};
      values_.push_back(element.number);
    }
    const std::string name(vector.key);
    if (values_.empty()) throw RecordError{name, "is an empty list"};
    if (values_.size() > limits_.width)
      throw RecordError{name, fmt::format("has {} numbers; a vector has at most {}", values_.size(),
                                          limits_.width)};
    if (width_ != 0 && values_.size() != width_)
      throw RecordError{
          name, fmt::format("has {} numbers, but those before have {}", values_.size(), width_)};
    width_ = values_.size();
    sink_.embedding(place_, id, values_);
  }

  FileWindow& window_;
  EmbeddingKey key_;
  EmbeddingLimits limits_;
  EmbeddingSink& sink_;
  JsonDocument document_;
  std::string wrapped_;
  std::vector<double> values_;
  Place place_;
  size_t width_ = 0;
  uint64_t records_ = 0;
};

template <typename T>
bool finite(const std::byte* at, uint64_t count) {
  bool all = true;
  for (uint64_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, at + i * sizeof(T), sizeof(T));
    if constexpr (sizeof(T) == 2) {
      all &= (value & 0x7C00) != 0x7C00;
    } else {
      all &= std::fabs(value) <= std::numeric_limits<T>::max();
    }
  }
  return all;
}

}  // namespace

void read_embeddings(const std::filesystem::path& file, EmbeddingKey key,
                     const EmbeddingLimits& limits, EmbeddingSink& sink) {
  FileWindow window(file, limits.window_bytes);
  EmbeddingReader(window, key, limits, sink).read();
}

NotFiniteRows rows_not_finite(const NpyHeader& header, const std::byte* data, size_t most,
                              const std::function<void()>& poll) {
  const size_t stride = header.columns * npy_type_bytes(header.type);
  const auto is_finite = header.type == NpyType::kFloat16   ? &finite<uint16_t>
                         : header.type == NpyType::kFloat32 ? &finite<float>
                                                            : &finite<double>;
  const uint64_t rows_a_poll =
      std::max<uint64_t>(1, (uint64_t{1} << 20) / std::max<size_t>(stride, 1));
  NotFiniteRows out;
  for (uint64_t row = 0; row < header.rows; ++row) {
    if (poll && row % rows_a_poll == 0) poll();
    if (is_finite(data + row * stride, header.columns)) continue;
    if (out.rows.size() < most) out.rows.push_back(row);
    ++out.count;
  }
  return out;
}

}  // namespace cupel::io
