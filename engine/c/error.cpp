#include <cstring>

#include "engine/c/handles.hpp"

namespace cupel::c {
namespace {

constexpr auto kLastCode = ErrorCode::kInternal;
static_assert(static_cast<int>(kLastCode) + 1 == CUPEL_INTERNAL);

/// What is said when there is no memory for saying anything. Never freed.
cupel_error& out_of_memory() {
  static cupel_error error{
      ErrorCode::kLimit, "out of memory", {}, "error: out of memory\n", {}, {}};
  return error;
}

cupel_status status_of(ErrorCode code) {
  return static_cast<cupel_status>(static_cast<int>(code) + 1);
}

}  // namespace

std::string_view text_of(const char* text, size_t length) {
  if (text == nullptr) return {};
  return {text, length == CUPEL_ZERO_ENDED ? std::strlen(text) : length};
}

cupel_status report(const Error& error, std::string_view statement, cupel_error** out) noexcept {
  if (out == nullptr) return status_of(error.code());
  try {
    auto made = std::make_unique<cupel_error>();
    made->code = error.code();
    made->message = error.message();
    made->suggestion = error.suggestion();
    made->description = describe(error, statement);
    made->span = error.span();
    if (made->span) made->position = position_of(statement, *made->span);
    *out = made.release();
    return status_of(error.code());
  } catch (...) {
    *out = &out_of_memory();
    return CUPEL_LIMIT;
  }
}

cupel_status report_current(cupel_error** out) noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    if (out != nullptr) *out = &out_of_memory();
    return CUPEL_LIMIT;
  } catch (const std::exception& error) {
    try {
      return report(Error(ErrorCode::kInternal, std::string("a defect of cupel: ") + error.what()),
                    {}, out);
    } catch (...) {
      if (out != nullptr) *out = &out_of_memory();
      return CUPEL_LIMIT;
    }
  } catch (...) {
    if (out != nullptr) *out = &out_of_memory();
    return CUPEL_INTERNAL;
  }
}

void require(const void* pointer, const char* name) {
  if (pointer == nullptr)
    throw Error(ErrorCode::kInternal, std::string("the argument ") + name + " is NULL");
}

void give(cupel_append_counts* to, const AppendCounts& from) noexcept {
  if (to == nullptr) return;
  give(to, cupel_append_counts{0, from.added, from.updated, from.ignored, from.failed,
                               from.repeated, from.lost});
}

}  // namespace cupel::c

using namespace cupel::c;

cupel_status cupel_error_code(const cupel_error* error) {
  return error == nullptr ? CUPEL_OK : status_of(error->code);
}
const char* cupel_error_word(const cupel_error* error) {
  return error == nullptr ? "" : cupel::to_string(error->code).data();
}
const char* cupel_error_message(const cupel_error* error) {
  return error == nullptr ? "" : error->message.c_str();
}
const char* cupel_error_suggestion(const cupel_error* error) {
  return error == nullptr ? "" : error->suggestion.c_str();
}
const char* cupel_error_description(const cupel_error* error) {
  return error == nullptr ? "" : error->description.c_str();
}
int cupel_error_place(const cupel_error* error, size_t* begin, size_t* end, uint32_t* line,
                      uint32_t* column) {
  if (error == nullptr || !error->span) return 0;
  if (begin != nullptr) *begin = error->span->begin;
  if (end != nullptr) *end = error->span->end;
  if (line != nullptr) *line = error->position.line;
  if (column != nullptr) *column = error->position.column;
  return 1;
}
void cupel_error_free(cupel_error* error) {
  if (error != &out_of_memory()) delete error;
}
