#include "engine/c/handles.hpp"

namespace cupel::c {
namespace {

/// Text i is bytes[offsets[i] .. offsets[i + 1]).
std::vector<std::string_view> texts_of(const uint64_t* offsets, const char* bytes, size_t rows) {
  std::vector<std::string_view> texts(rows);
  if (rows > 0 && offsets[rows] > 0) require(bytes, "bytes");
  for (size_t i = 0; i < rows; ++i) {
    if (offsets[i + 1] < offsets[i])
      throw Error(ErrorCode::kInternal, "the offsets of texts must ascend");
    if (bytes != nullptr)
      texts[i] = std::string_view(bytes + offsets[i], offsets[i + 1] - offsets[i]);
  }
  return texts;
}

/// `texts` keeps the views of a column of text.
ColumnView view_of(const cupel_append_column& column, size_t rows,
                   std::vector<std::string_view>& texts) {
  require(column.name, "name of a column");
  const int arrays = (column.integers != nullptr) + (column.numbers != nullptr) +
                     (column.floats != nullptr) + (column.bools != nullptr) +
                     (column.offsets != nullptr);
  if (arrays != 1 && rows > 0)
    throw Error(ErrorCode::kInternal,
                std::string("column ") + column.name + " must have exactly one array");
  ColumnView view;
  view.name = column.name;
  if (column.valid != nullptr) view.valid = {column.valid, rows};
  if (column.integers != nullptr) view.integers = {column.integers, rows};
  if (column.numbers != nullptr) view.numbers = {column.numbers, rows};
  if (column.floats != nullptr) view.floats = {column.floats, rows};
  if (column.bools != nullptr) view.bools = {column.bools, rows};
  if (column.offsets != nullptr) {
    texts = texts_of(column.offsets, column.bytes, rows);
    view.texts = texts;
  }
  return view;
}

}  // namespace
}  // namespace cupel::c

using namespace cupel::c;

cupel_status cupel_append_columns(cupel_session* session, const char* source, const char* run,
                                  const cupel_append_column* columns, size_t column_count,
                                  size_t rows, int update, cupel_append_counts* counts,
                                  cupel_error** error) {
  return guard({}, error, [&] {
    require(session, "session");
    require(source, "source");
    require(columns, "columns");
    if (rows == 0) return give(counts, cupel::AppendCounts{});
    std::vector<std::vector<std::string_view>> texts(column_count);
    std::vector<cupel::ColumnView> views;
    for (size_t i = 0; i < column_count; ++i) views.push_back(view_of(columns[i], rows, texts[i]));
    give(counts,
         session->conversation->session.append_columns(source, views, text_of(run), update != 0)
             .value());
  });
}

cupel_status cupel_append_text(cupel_session* session, const char* source, const char* run,
                               const char* format, const char* text, size_t length, int update,
                               int skip_errors, cupel_append_counts* counts, cupel_error** error) {
  return guard({}, error, [&] {
    require(session, "session");
    require(source, "source");
    require(text, "text");
    give(counts, session->conversation->session
                     .append_text(source, text_of(text, length), format ? format : "jsonl",
                                  text_of(run), update != 0, skip_errors != 0)
                     .value());
  });
}

cupel_status cupel_append_embeddings(cupel_session* session, const char* name, const char* source,
                                     const char* run, const uint64_t* offsets, const char* bytes,
                                     size_t rows, uint32_t width, const float* vectors, int update,
                                     cupel_append_counts* counts, cupel_error** error) {
  return guard({}, error, [&] {
    require(session, "session");
    require(name, "name");
    require(source, "source");
    if (rows > 0 && width > 0) require(vectors, "vectors");
    if (width != 0 && rows > SIZE_MAX / sizeof(float) / width)
      throw cupel::Error(cupel::ErrorCode::kLimit, "more vectors than memory can hold");
    std::vector<std::string_view> ids;
    if (offsets != nullptr) ids = texts_of(offsets, bytes, rows);
    give(counts, session->conversation->session
                     .append_embeddings(name, ids, width, {vectors, rows * width}, source,
                                        text_of(run), update != 0)
                     .value());
  });
}

cupel_status cupel_embeddings(cupel_session* session, const char* name, cupel_vectors** vectors,
                              cupel_error** error) {
  return guard({}, error, [&] {
    require(session, "session");
    require(name, "name");
    require(vectors, "vectors");
    auto found = session->conversation->session.embeddings(name);
    *vectors = new cupel_vectors{std::move(found.value())};
  });
}
size_t cupel_vectors_rows(const cupel_vectors* vectors) {
  return vectors == nullptr ? 0 : vectors->embeddings.ids.size();
}
uint32_t cupel_vectors_width(const cupel_vectors* vectors) {
  return vectors == nullptr ? 0 : vectors->embeddings.width;
}
const float* cupel_vectors_data(const cupel_vectors* vectors) {
  return vectors == nullptr ? nullptr : vectors->embeddings.vectors.data();
}
const char* cupel_vectors_id(const cupel_vectors* vectors, size_t row) {
  if (row >= cupel_vectors_rows(vectors)) return nullptr;
  return vectors->embeddings.ids[row].c_str();
}
void cupel_vectors_free(cupel_vectors* vectors) { delete vectors; }
