#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cupel/export.h"

namespace cupel {

/// What went wrong, named by what the user can do about it.
enum class ErrorCode {
  kSyntax,       ///< The text is not in the language: change the text.
  kName,         ///< A name that must exist does not: correct it, or create it.
  kType,         ///< An operation does not fit its operands: change one of them.
  kConstraint,   ///< The data breaks a rule (duplicate key, missing field): change the data.
  kConflict,     ///< Somebody else holds the database, or a name is taken: wait, or choose another.
  kInterrupted,  ///< The caller cancelled the statement.
  kLimit,  ///< A documented limit was reached (memory, time, nesting): raise it or ask for less.
  kUnsupported,  ///< Cupel cannot do this (yet): the sentence says what can be done instead.
  kIo,           ///< The operating system failed (file not found, disk full).
  kCorruption,   ///< A file of the database is damaged: the sentence names it.
  kInternal,     ///< A defect of Cupel: report it.
};

/// The lower-case word of a code, as shown to users ("syntax", "name", …).
CUPEL_EXPORT std::string_view to_string(ErrorCode code) noexcept;

/// A half-open range of byte offsets into the text of a statement.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

/// Where a span lies for a human: line and column from 1, counted in code points; length likewise.
struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
  uint32_t length = 0;
};

/// Computes the position of `span` in `text`. A span past the end is clamped to it; one that
/// covers several lines is cut at the end of its first line.
CUPEL_EXPORT Position position_of(std::string_view text, Span span) noexcept;

/// A sentence about a query that ran nevertheless. In strict mode it becomes an Error.
struct Warning {
  std::string message;
  std::optional<Span> span;
  std::string suggestion;  ///< Empty, or words that can stand in place of the span.
};

/// The one error type. Thrown inside the library; carried by Result at its doors.
class CUPEL_EXPORT Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message, std::optional<Span> span = std::nullopt,
        std::string suggestion = {})
      : code_(code),
        message_(std::move(message)),
        span_(span),
        suggestion_(std::move(suggestion)) {}

  ErrorCode code() const noexcept { return code_; }
  /// One sentence in the user's words, without position and suggestion.
  const std::string& message() const noexcept { return message_; }
  /// The place in the statement's text, where the error has one.
  const std::optional<Span>& span() const noexcept { return span_; }
  /// What to write instead, or empty.
  const std::string& suggestion() const noexcept { return suggestion_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  ErrorCode code_;
  std::string message_;
  std::optional<Span> span_;
  std::string suggestion_;
};

/// A value or the Error that stands in its place. Moved, not copied. Asking for the one that is
/// not there throws the error (value) or std::bad_variant_access (error).
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  T& value() & {
    if (!ok()) throw std::get<1>(state_);
    return std::get<0>(state_);
  }
  const T& value() const& {
    if (!ok()) throw std::get<1>(state_);
    return std::get<0>(state_);
  }
  T&& value() && {
    if (!ok()) throw std::get<1>(state_);
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  T* operator->() { return &value(); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return ok(); }
  void value() const {
    if (error_) throw *error_;
  }
  const Error& error() const { return error_.value(); }

 private:
  std::optional<Error> error_;
};

}  // namespace cupel
