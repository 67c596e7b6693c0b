#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cupel/cupel.h"
#include "cupel/cupel.hpp"

/// What the handles of cupel.h are, and how failures leave through them.
namespace cupel::c {

/// A database and one conversation with it; results hold it, because a cursor must not outlive its
/// session.
struct Conversation {
  Database database;
  Session session;
};

/// A statement's answer, shared by its handle and the streams made of it.
struct Answer {
  std::shared_ptr<Conversation> conversation;  ///< before the cursor: outlives it
  Cursor cursor;
  std::string statement;
};

}  // namespace cupel::c

struct cupel_error {
  cupel::ErrorCode code = cupel::ErrorCode::kInternal;
  std::string message, suggestion, description;
  std::optional<cupel::Span> span;
  cupel::Position position;
};
struct cupel_database {
  cupel::Database database;
};
struct cupel_session {
  std::shared_ptr<cupel::c::Conversation> conversation;
};
struct cupel_result {
  std::shared_ptr<cupel::c::Answer> answer;
  std::string noun;
  std::string message;                ///< as last asked for
  std::vector<std::string> warnings;  ///< described
};
struct cupel_vectors {
  cupel::Embeddings embeddings;
};
struct cupel_batch {
  std::shared_ptr<const cupel::Batch> batch;
  std::string text;  ///< of the last value asked for
};

namespace cupel::c {

/// The view of a text that came in; CUPEL_ZERO_ENDED is understood, NULL is empty.
std::string_view text_of(const char* text, size_t length = CUPEL_ZERO_ENDED);

/// Hands an error over, where the caller wants it; returns its status.
cupel_status report(const Error& error, std::string_view statement, cupel_error** out) noexcept;
/// The same for what is no Error; called in a handler.
cupel_status report_current(cupel_error** out) noexcept;

/// Throws kInternal when one of the pointers is NULL.
void require(const void* pointer, const char* name);

/// Calls `f`, whose result is thrown away but for its errors; no exception leaves.
template <typename F>
cupel_status guard(std::string_view statement, cupel_error** out, F&& f) noexcept {
  try {
    f();
    return CUPEL_OK;
  } catch (const Error& error) {
    return report(error, statement, out);
  } catch (...) {
    return report_current(out);
  }
}

/// Copies as much of a struct as the caller knows, whose first field is its size.
template <typename T>
void give(T* to, T from) noexcept {
  const size_t size = to->struct_size < sizeof(T) ? to->struct_size : sizeof(T);
  from.struct_size = to->struct_size;
  const auto* source = reinterpret_cast<const unsigned char*>(&from);
  auto* target = reinterpret_cast<unsigned char*>(to);
  for (size_t i = 0; i < size; ++i) target[i] = source[i];
}

void give(cupel_append_counts* to, const AppendCounts& from) noexcept;

}  // namespace cupel::c
