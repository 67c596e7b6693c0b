#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cupel/cupel.h"

/// Short hands for tests of the C door, which use nothing else of the library.
namespace cupel::testing {

/// A database in memory and a session, and what a failure says.
class Door {
 public:
  Door() {
    cupel_error* error = nullptr;
    EXPECT_EQ(cupel_open(":memory:", CUPEL_ZERO_ENDED, nullptr, &database, &error), CUPEL_OK);
    EXPECT_EQ(cupel_session_open(database, &session, &error), CUPEL_OK);
  }
  ~Door() {
    cupel_session_close(session);
    cupel_close(database);
  }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  /// NULL when it failed; `failure` tells.
  cupel_result* run(const std::string& statement,
                    const std::vector<cupel_parameter>& parameters = {}) {
    cupel_result* result = nullptr;
    cupel_error* error = nullptr;
    status = cupel_run(session, statement.data(), statement.size(), parameters.data(),
                       parameters.size(), CUPEL_FIELDS, &result, &error);
    failure = cupel_error_description(error);
    EXPECT_EQ(error != nullptr, status != CUPEL_OK);
    cupel_error_free(error);
    return result;
  }
  /// Rows as text: values by commas, rows by semicolons.
  std::string rows(const std::string& statement,
                   const std::vector<cupel_parameter>& parameters = {}) {
    cupel_result* result = run(statement, parameters);
    if (result == nullptr) return "error: " + failure;
    std::string text = rows_of(result);
    cupel_result_free(result);
    return text;
  }
  static std::string rows_of(cupel_result* result);
  void items(int count) {
    std::string lines;
    for (int i = 0; i < count; ++i)
      lines += "{\"reference_id\":\"i" + std::to_string(i) +
               "\",\"metadata\":{\"n\":" + std::to_string(i) + "}}\n";
    cupel_error* error = nullptr;
    EXPECT_EQ(cupel_append_text(session, "items", nullptr, nullptr, lines.data(), lines.size(), 0,
                                0, nullptr, &error),
              CUPEL_OK)
        << cupel_error_description(error);
  }

  cupel_database* database = nullptr;
  cupel_session* session = nullptr;
  cupel_status status = CUPEL_OK;
  std::string failure;
};

inline std::string text_of(const cupel_value& value) {
  switch (value.type) {
    case CUPEL_BOOL: return value.integer != 0 ? "true" : "false";
    case CUPEL_INT64: return std::to_string(value.integer);
    case CUPEL_FLOAT64: return std::to_string(value.number);
    case CUPEL_TEXT: return {value.text, value.length};
    case CUPEL_TIMESTAMP: return "@" + std::to_string(value.integer);
    default: return "-";
  }
}

inline std::string Door::rows_of(cupel_result* result) {
  std::string text;
  for (;;) {
    cupel_batch* batch = nullptr;
    EXPECT_EQ(cupel_result_next(result, &batch, nullptr), CUPEL_OK);
    if (batch == nullptr) return text;
    for (size_t row = 0; row < cupel_batch_rows(batch); ++row) {
      for (size_t column = 0; column < cupel_result_column_count(result); ++column) {
        cupel_value value;
        EXPECT_EQ(cupel_batch_value(batch, row, column, &value), 1);
        text += (column == 0 ? "" : ",") + text_of(value);
      }
      text += ";";
    }
    cupel_batch_free(batch);
  }
}

inline cupel_value text_value(const char* text) {
  return {CUPEL_TEXT, 0, 0, text, CUPEL_ZERO_ENDED};
}
inline cupel_value int_value(int64_t number) { return {CUPEL_INT64, number, 0, nullptr, 0}; }

}  // namespace cupel::testing
