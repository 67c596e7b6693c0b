#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/fuzz/world.hpp"

namespace {

using namespace cupel;        // NOLINT: a program of one file
using namespace cupel::fuzz;  // NOLINT

constexpr size_t kMostStatements = 6;
constexpr double kMostSeconds = 0.5;

/// Whether a script may leave more than a transaction can take back.
bool ends_transactions(std::string_view statements) {
  std::string upper(statements);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper.find("COMMIT") != std::string::npos || upper.find("ROLLBACK") != std::string::npos;
}

/// An error must be one that users can be shown; its text is looked at whole.
void look_at(const Error& error, std::string_view statement) {
  if (error.code() == ErrorCode::kInternal || error.code() == ErrorCode::kCorruption) {
    std::fprintf(stderr, "%s\n", describe(error, statement).c_str());
    std::abort();
  }
  if (describe(error, statement).empty()) std::abort();
}

/// Reads every value of an answer, as text.
size_t read_through(const Table& table) {
  size_t bytes = table.message.size();
  for (size_t row = 0; row < table.rows(); ++row) {
    for (size_t column = 0; column < table.columns.size(); ++column) {
      bytes += to_text(table.value(row, column)).size();
    }
  }
  return bytes;
}

void run(Session& session, std::string_view statement, RowForm form) {
  const auto answer = session.execute(statement, {}, form);
  if (!answer) return look_at(answer.error(), statement);
  for (const Warning& warning : answer.value().warnings) describe(warning, statement);
  read_through(answer.value());
}

void complete(Session& session, std::string_view text) {
  const auto answer = session.complete(text);
  if (!answer) return look_at(answer.error(), text);
  if (answer.value().begin > text.size()) std::abort();
}

}  // namespace

/// Statements on a database that has something of everything, and the files they read. Whatever
/// they did, the rows can be read afterwards.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static World world;
  const Script script = split_input({reinterpret_cast<const char*>(data), size});
  if (world.place().write(script.files)) {
    Session session = world.database().session();
    session.set_time_limit(kMostSeconds);
    run(session, "BEGIN", RowForm::kFields);
    size_t count = 0;
    for (const ScriptStatement& statement : split_script(script.statements)) {
      if (++count > kMostStatements) break;
      if (count == 1) complete(session, statement.text);
      run(session, statement.text, RowForm::kFields);
    }
    for (const char* rows : {"FROM items", "FROM annotations", "FROM predictions"}) {
      if (!script.files.empty()) run(session, rows, RowForm::kJson);
    }
  }
  if (ends_transactions(script.statements)) world.renew();
  world.place().clear();
  return 0;
}
