#include "cupel/arrow.h"

#include <bit>
#include <cerrno>

#include "engine/c/handles.hpp"

// Invariants of what is handed out, as the specification wants them:
// 1. Each struct owns, in its private data, all that it points to; releasing a parent releases the
//    children that have not been moved away (their `release` is NULL then).
// 2. A child holds the batch itself, so that it may outlive its parent.
namespace cupel::c {
namespace {

static_assert(std::endian::native == std::endian::little, "Arrow's bits are little-endian");
static_assert(sizeof(uint64_t) == sizeof(int64_t), "offsets are handed out as they are");

const char* format_of(Type type) {
  switch (type) {
    case Type::kBool: return "b";
    case Type::kInt64: return "l";
    case Type::kFloat64: return "g";
    case Type::kTimestamp: return "tsu:UTC";
    case Type::kText:
    case Type::kAny: break;
  }
  return "U";
}

// --- schemas

struct SchemaParts {
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
};

void release_schema(ArrowSchema* schema) {
  const std::unique_ptr<SchemaParts> parts(static_cast<SchemaParts*>(schema->private_data));
  for (ArrowSchema& child : parts->children)
    if (child.release != nullptr) child.release(&child);
  schema->release = nullptr;
}

ArrowSchema schema_of(const char* format, std::string name) {
  auto parts = std::make_unique<SchemaParts>();
  parts->name = std::move(name);
  ArrowSchema schema{};
  schema.format = format;
  schema.name = parts->name.c_str();
  schema.flags = ARROW_FLAG_NULLABLE;
  schema.release = &release_schema;
  schema.private_data = parts.release();
  return schema;
}

ArrowSchema schema_of(const std::vector<ColumnInfo>& columns) {
  ArrowSchema schema = schema_of("+s", "");
  schema.flags = 0;
  auto& parts = *static_cast<SchemaParts*>(schema.private_data);
  try {
    parts.children.reserve(columns.size());
    for (const ColumnInfo& column : columns)
      parts.children.push_back(schema_of(format_of(column.type), column.name));
    for (ArrowSchema& child : parts.children) parts.pointers.push_back(&child);
  } catch (...) {
    release_schema(&schema);
    throw;
  }
  schema.n_children = static_cast<int64_t>(columns.size());
  schema.children = parts.pointers.data();
  return schema;
}

// --- arrays

struct ArrayParts {
  std::shared_ptr<const Batch> batch;
  ColumnData texts;                    ///< of kAny
  std::vector<uint8_t> valid, values;  ///< a bit a row; values: of bool
  const void* buffers[3] = {nullptr, nullptr, nullptr};
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
};

void release_array(ArrowArray* array) {
  const std::unique_ptr<ArrayParts> parts(static_cast<ArrayParts*>(array->private_data));
  for (ArrowArray& child : parts->children)
    if (child.release != nullptr) child.release(&child);
  array->release = nullptr;
}

template <typename T>
std::vector<uint8_t> bits_of(const std::vector<T>& values) {
  std::vector<uint8_t> bits((values.size() + 7) / 8);
  for (size_t i = 0; i < values.size(); ++i)
    bits[i / 8] |= static_cast<uint8_t>((values[i] != 0 ? 1 : 0) << (i % 8));
  return bits;
}

ColumnData as_texts(const ColumnData& any) {
  ColumnData texts(Type::kText);
  for (const Value& value : any.values) {
    if (value.is_missing()) {
      texts.append_missing();
    } else {
      texts.append_text(to_text(value));
    }
  }
  return texts;
}

ArrowArray array_of(std::unique_ptr<ArrayParts> parts, size_t rows, int64_t buffers) {
  ArrowArray array{};
  array.length = static_cast<int64_t>(rows);
  array.n_buffers = buffers;
  array.buffers = parts->buffers;
  array.release = &release_array;
  array.private_data = parts.release();
  return array;
}

ArrowArray column_of(const std::shared_ptr<const Batch>& batch, size_t index) {
  auto parts = std::make_unique<ArrayParts>();
  parts->batch = batch;
  const ColumnData* column = &batch->columns[index];
  if (column->type == Type::kAny) {
    parts->texts = as_texts(*column);
    column = &parts->texts;
  }
  int64_t nulls = 0;
  if (!column->valid.empty()) {
    for (const uint8_t valid : column->valid) nulls += valid == 0 ? 1 : 0;
    parts->valid = bits_of(column->valid);
    parts->buffers[0] = parts->valid.data();
  }
  int64_t buffers = 2;
  switch (column->type) {
    case Type::kBool:
      parts->values = bits_of(column->integers);
      parts->buffers[1] = parts->values.data();
      break;
    case Type::kFloat64: parts->buffers[1] = column->numbers.data(); break;
    case Type::kText:
      parts->buffers[1] = column->offsets.data();
      parts->buffers[2] = column->bytes.data();
      buffers = 3;
      break;
    default: parts->buffers[1] = column->integers.data();
  }
  ArrowArray array = array_of(std::move(parts), batch->rows, buffers);
  array.null_count = nulls;
  return array;
}

ArrowArray array_of(std::shared_ptr<const Batch> batch) {
  ArrowArray array = array_of(std::make_unique<ArrayParts>(), batch->rows, 1);
  auto& parts = *static_cast<ArrayParts*>(array.private_data);
  try {
    parts.children.reserve(batch->columns.size());
    for (size_t i = 0; i < batch->columns.size(); ++i)
      parts.children.push_back(column_of(batch, i));
    for (ArrowArray& child : parts.children) parts.pointers.push_back(&child);
  } catch (...) {
    release_array(&array);
    throw;
  }
  array.n_children = static_cast<int64_t>(parts.children.size());
  array.children = parts.pointers.data();
  return array;
}

// --- streams

struct StreamParts {
  std::shared_ptr<Answer> answer;
  std::vector<std::shared_ptr<const Batch>> ahead;
  size_t next = 0;  ///< of `ahead`
  std::string error;

  std::shared_ptr<const Batch> take() {
    if (next < ahead.size()) return std::move(ahead[next++]);
    std::optional<Batch> batch = std::move(answer->cursor.next().value());
    return batch ? std::make_shared<const Batch>(std::move(*batch)) : nullptr;
  }
};

StreamParts& parts_of(ArrowArrayStream* stream) {
  return *static_cast<StreamParts*>(stream->private_data);
}

/// Runs `f`; what it throws becomes an errno and the stream's last error.
template <typename F>
int answer(ArrowArrayStream* stream, F&& f) noexcept {
  StreamParts& parts = parts_of(stream);
  cupel_error* error = nullptr;
  const cupel_status status = guard(parts.answer->statement, &error, std::forward<F>(f));
  if (status == CUPEL_OK) return 0;
  guard({}, nullptr, [&] { parts.error = cupel_error_description(error); });
  cupel_error_free(error);
  if (status == CUPEL_INTERRUPTED) return EINTR;
  return status == CUPEL_LIMIT ? ENOMEM : EIO;
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  return answer(stream, [&] { *out = schema_of(parts_of(stream).answer->cursor.columns()); });
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  return answer(stream, [&] {
    std::shared_ptr<const Batch> batch = parts_of(stream).take();
    *out = batch ? array_of(std::move(batch)) : ArrowArray{};
  });
}

const char* get_last_error(ArrowArrayStream* stream) {
  const std::string& error = parts_of(stream).error;
  return error.empty() ? nullptr : error.c_str();
}

void release_stream(ArrowArrayStream* stream) {
  delete &parts_of(stream);
  stream->release = nullptr;
}

}  // namespace
}  // namespace cupel::c

cupel_status cupel_result_arrow(cupel_result* result, const cupel_batch* const* ahead, size_t count,
                                struct ArrowArrayStream* stream, cupel_error** error) {
  using namespace cupel::c;
  return guard({}, error, [&] {
    require(result, "result");
    require(stream, "stream");
    if (count > 0) require(ahead, "ahead");
    auto parts = std::make_unique<StreamParts>();
    parts->answer = result->answer;
    for (size_t i = 0; i < count; ++i) {
      require(ahead[i], "a batch ahead");
      parts->ahead.push_back(ahead[i]->batch);
    }
    *stream = {&get_schema, &get_next, &get_last_error, &release_stream, parts.release()};
  });
}
