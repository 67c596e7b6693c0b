#include <cstdlib>
#include <cstring>

#include "engine/c/handles.hpp"

namespace cupel::c {
namespace {

Options options_of(const cupel_options* given) {
  cupel_options all;
  cupel_options_init(&all);
  if (given != nullptr) std::memcpy(&all, given, std::min(given->struct_size, sizeof all));
  Options options;
  options.read_only = all.read_only != 0;
  options.create = all.create != 0;
  options.strict = all.strict != 0;
  options.threads = all.threads;
  options.memory_bytes = all.memory_bytes;
  options.chunk_rows = all.chunk_rows;
  if (all.files_within != nullptr) options.files_within = all.files_within;
  return options;
}

/// Makes a callback of C the session's. What it wants stopped is interrupted.
std::function<void(const Progress&)> progress_of(Session& session, cupel_progress_callback callback,
                                                 void* user) {
  if (callback == nullptr) return {};
  return [&session, callback, user](const Progress& progress) {
    const std::string what(progress.what), unit(progress.unit);
    const cupel_progress now{what.c_str(), progress.done, progress.total, unit.c_str()};
    if (callback(user, &now) != 0) session.interrupt();
  };
}

}  // namespace
}  // namespace cupel::c

using namespace cupel::c;

const char* cupel_version(void) {
  static const std::string version(cupel::version());
  return version.c_str();
}
uint32_t cupel_abi_version(void) { return CUPEL_ABI_VERSION; }
uint32_t cupel_storage_format(void) { return cupel::storage_format(); }

void cupel_options_init(cupel_options* options) {
  if (options == nullptr) return;
  const cupel::Options defaults;
  *options = {sizeof(cupel_options), defaults.read_only,    defaults.create,    defaults.strict,
              defaults.threads,      defaults.memory_bytes, defaults.chunk_rows, nullptr};
}

cupel_status cupel_open(const char* path, size_t length, const cupel_options* options,
                        cupel_database** database, cupel_error** error) {
  return guard({}, error, [&] {
    require(path, "path");
    require(database, "database");
    const std::string_view text = text_of(path, length);
    if (text.find('\0') != std::string_view::npos)
      throw cupel::Error(cupel::ErrorCode::kIo, "the path holds a NUL byte");
    auto opened = cupel::Database::open(std::string(text), options_of(options));
    *database = new cupel_database{std::move(opened.value())};
  });
}
void cupel_close(cupel_database* database) { delete database; }

cupel_status cupel_session_open(cupel_database* database, cupel_session** session,
                                cupel_error** error) {
  return guard({}, error, [&] {
    require(database, "database");
    require(session, "session");
    auto conversation = std::make_shared<Conversation>(
        Conversation{database->database, database->database.session()});
    *session = new cupel_session{std::move(conversation)};
  });
}

void cupel_session_close(cupel_session* session) {
  if (session == nullptr) return;
  // Results may hold the conversation longer.
  cupel::Session& held = session->conversation->session;
  held.on_progress({});
  if (held.in_transaction()) guard({}, nullptr, [&] { held.execute("ROLLBACK").value(); });
  delete session;
}

void cupel_interrupt(cupel_session* session) {
  if (session != nullptr) session->conversation->session.interrupt();
}
void cupel_set_time_limit(cupel_session* session, double seconds) {
  if (session != nullptr) session->conversation->session.set_time_limit(seconds);
}
int cupel_in_transaction(const cupel_session* session) {
  return session != nullptr && session->conversation->session.in_transaction() ? 1 : 0;
}
void cupel_on_progress(cupel_session* session, cupel_progress_callback callback, void* user) {
  if (session == nullptr) return;
  cupel::Session& held = session->conversation->session;
  guard({}, nullptr, [&] { held.on_progress(progress_of(held, callback, user)); });
}

cupel_status cupel_check(const char* path, size_t length, char** report, cupel_error** error) {
  return guard({}, error, [&] {
    require(path, "path");
    require(report, "report");
    const std::vector<std::string> findings =
        cupel::check(std::string(text_of(path, length))).value();
    std::string lines;
    for (const std::string& line : findings) lines += line + "\n";
    char* text = static_cast<char*>(std::malloc(lines.size() + 1));
    if (text == nullptr) throw std::bad_alloc();
    std::memcpy(text, lines.c_str(), lines.size() + 1);
    *report = text;
  });
}
void cupel_text_free(char* text) { std::free(text); }
