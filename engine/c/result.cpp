#include "engine/c/handles.hpp"

namespace cupel::c {
namespace {

Value value_of(const cupel_value& value) {
  switch (value.type) {
    case CUPEL_MISSING: return Value();
    case CUPEL_BOOL: return Value(value.integer != 0);
    case CUPEL_INT64: return Value(value.integer);
    case CUPEL_FLOAT64: return Value(value.number);
    case CUPEL_TEXT: return Value(text_of(value.text, value.length));
    case CUPEL_TIMESTAMP: return Value(Timestamp{value.integer});
    default:
      throw Error(ErrorCode::kInternal,
                  "a parameter has the type " + std::to_string(value.type) + ", which is none");
  }
}

Parameters parameters_of(const cupel_parameter* list, size_t count) {
  Parameters parameters;
  if (count > 0) require(list, "parameters");
  for (size_t i = 0; i < count; ++i) {
    if (list[i].name == nullptr) {
      parameters.positional.push_back(value_of(list[i].value));
    } else {
      parameters.named[list[i].name] = value_of(list[i].value);
    }
  }
  return parameters;
}

/// `text` keeps a text that is none of the batch's own.
cupel_value value_out(const Value& value, std::string& text) {
  cupel_value out{CUPEL_MISSING, 0, 0, nullptr, 0};
  if (value.is_missing()) return out;
  out.type = static_cast<int32_t>(value.type());
  if (value.is_bool()) out.integer = value.as_bool() ? 1 : 0;
  if (value.is_int()) out.integer = value.as_int();
  if (value.is_double()) out.number = value.as_double();
  if (value.is_timestamp()) out.integer = value.as_timestamp().micros;
  if (value.is_text()) {
    text = value.as_text();
    out.text = text.c_str();
    out.length = text.size();
  }
  return out;
}

}  // namespace
}  // namespace cupel::c

using namespace cupel::c;

static_assert(static_cast<int>(cupel::Type::kBool) == CUPEL_BOOL &&
              static_cast<int>(cupel::Type::kInt64) == CUPEL_INT64 &&
              static_cast<int>(cupel::Type::kFloat64) == CUPEL_FLOAT64 &&
              static_cast<int>(cupel::Type::kText) == CUPEL_TEXT &&
              static_cast<int>(cupel::Type::kTimestamp) == CUPEL_TIMESTAMP &&
              static_cast<int>(cupel::Type::kAny) == CUPEL_ANY);

cupel_status cupel_run(cupel_session* session, const char* statement, size_t length,
                       const cupel_parameter* parameters, size_t parameter_count,
                       cupel_row_form form, cupel_result** result, cupel_error** error) {
  const std::string_view text = text_of(statement, length);
  return guard(text, error, [&] {
    require(session, "session");
    require(statement, "statement");
    require(result, "result");
    const auto& conversation = session->conversation;
    auto cursor = conversation->session.run(
        text, parameters_of(parameters, parameter_count),
        form == CUPEL_JSON_ROWS ? cupel::RowForm::kJson : cupel::RowForm::kFields);
    auto answer = std::make_shared<Answer>(
        Answer{conversation, std::move(cursor.value()), std::string(text)});
    auto made = std::make_unique<cupel_result>(cupel_result{std::move(answer), {}, {}, {}});
    made->noun = made->answer->cursor.noun();
    for (const cupel::Warning& warning : made->answer->cursor.warnings())
      made->warnings.push_back(cupel::describe(warning, text));
    *result = made.release();
  });
}
void cupel_result_free(cupel_result* result) { delete result; }

size_t cupel_split_script(const char* script, size_t length, size_t* begins, size_t* ends,
                          size_t capacity) {
  size_t found = 0;
  guard({}, nullptr, [&] {
    const std::string_view text = text_of(script, length);
    for (const cupel::ScriptStatement& part : cupel::split_script(text)) {
      if (found < capacity && begins != nullptr && ends != nullptr) {
        begins[found] = static_cast<size_t>(part.text.data() - text.data());
        ends[found] = begins[found] + part.text.size();
      }
      ++found;
    }
  });
  return found;
}

size_t cupel_result_column_count(const cupel_result* result) {
  return result == nullptr ? 0 : result->answer->cursor.columns().size();
}
const char* cupel_result_column_name(const cupel_result* result, size_t column) {
  if (column >= cupel_result_column_count(result)) return nullptr;
  return result->answer->cursor.columns()[column].name.c_str();
}
cupel_type cupel_result_column_type(const cupel_result* result, size_t column) {
  if (column >= cupel_result_column_count(result)) return CUPEL_MISSING;
  return static_cast<cupel_type>(result->answer->cursor.columns()[column].type);
}
const char* cupel_result_message(cupel_result* result) {
  if (result == nullptr) return "";
  guard({}, nullptr, [&] { result->message = result->answer->cursor.message(); });
  return result->message.c_str();
}
const char* cupel_result_noun(const cupel_result* result) {
  return result == nullptr ? "" : result->noun.c_str();
}
size_t cupel_result_warning_count(const cupel_result* result) {
  return result == nullptr ? 0 : result->warnings.size();
}
const char* cupel_result_warning(const cupel_result* result, size_t warning) {
  if (warning >= cupel_result_warning_count(result)) return nullptr;
  return result->warnings[warning].c_str();
}
void cupel_result_statistics(const cupel_result* result, cupel_statistics* statistics) {
  if (result == nullptr || statistics == nullptr) return;
  const cupel::Statistics found = result->answer->cursor.statistics();
  give(statistics, cupel_statistics{0, found.seconds, found.columns_read, found.chunks_read,
                                    found.chunks_total});
}

cupel_status cupel_result_next(cupel_result* result, cupel_batch** batch, cupel_error** error) {
  return guard(result == nullptr ? std::string_view() : result->answer->statement, error, [&] {
    require(result, "result");
    require(batch, "batch");
    std::optional<cupel::Batch> next = std::move(result->answer->cursor.next().value());
    *batch = next ? new cupel_batch{std::make_shared<const cupel::Batch>(std::move(*next)), {}}
                  : nullptr;
  });
}

size_t cupel_batch_rows(const cupel_batch* batch) {
  return batch == nullptr ? 0 : batch->batch->rows;
}

int cupel_batch_column(const cupel_batch* batch, size_t column, cupel_column* view) {
  if (batch == nullptr || view == nullptr || column >= batch->batch->columns.size()) return 0;
  const cupel::ColumnData& data = batch->batch->columns[column];
  *view = {};
  view->type = static_cast<int32_t>(data.type);
  view->rows = batch->batch->rows;
  if (!data.valid.empty()) view->valid = data.valid.data();
  switch (data.type) {
    case cupel::Type::kFloat64: view->numbers = data.numbers.data(); break;
    case cupel::Type::kText:
      view->offsets = data.offsets.data();
      view->bytes = data.bytes.data();
      break;
    case cupel::Type::kAny: break;
    default: view->integers = data.integers.data();
  }
  return 1;
}

int cupel_batch_value(const cupel_batch* batch, size_t row, size_t column, cupel_value* value) {
  if (batch == nullptr || value == nullptr || row >= batch->batch->rows ||
      column >= batch->batch->columns.size())
    return 0;
  // The text of the value before may go: it is said to live until the next one is asked for.
  return guard({}, nullptr,
               [&] {
                 *value = value_out(batch->batch->columns[column].value(row),
                                    const_cast<cupel_batch*>(batch)->text);
               }) == CUPEL_OK
             ? 1
             : 0;
}
void cupel_batch_free(cupel_batch* batch) { delete batch; }
