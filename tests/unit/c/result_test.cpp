#include <cstring>
#include <random>
#include <thread>

#include "door.hpp"

namespace cupel::testing {
namespace {

TEST(CDoor, TellsItsVersions) {
  EXPECT_STREQ(cupel_version(), "0.1.0");
  EXPECT_EQ(cupel_abi_version(), static_cast<uint32_t>(CUPEL_ABI_VERSION));
  EXPECT_GT(cupel_storage_format(), 0u);
}

TEST(CDoor, RunsStatementsWithParameters) {
  Door door;
  door.items(5);
  EXPECT_EQ(door.rows("SELECT reference_id, metadata.n FROM items WHERE metadata.n >= $least",
                      {{"least", int_value(3)}}),
            "i3,3;i4,4;");
  EXPECT_EQ(door.rows("SELECT metadata.n FROM items WHERE reference_id = ? OR metadata.n = ?",
                      {{nullptr, text_value("i1")}, {nullptr, int_value(2)}}),
            "1;2;");
  EXPECT_EQ(door.rows("SELECT count() WHERE metadata.n > $x", {{"x", {CUPEL_MISSING, 0, 0, 0, 0}}}),
            "0;");
  const cupel_value wrong{99, 0, 0, nullptr, 0};
  EXPECT_EQ(door.run("metadata.n = $x", {{"x", wrong}}), nullptr);
  EXPECT_EQ(door.status, CUPEL_INTERNAL);
}

TEST(CDoor, ErrorsHaveCodePlaceAndSuggestion) {
  Door door;
  door.items(1);
  const std::string statement = "reference_id = \"ä\" AND\n metadatta.n = 3";
  cupel_result* result = reinterpret_cast<cupel_result*>(&door);
  cupel_result* const before = result;
  cupel_error* error = nullptr;
  EXPECT_EQ(cupel_run(door.session, statement.data(), statement.size(), nullptr, 0, CUPEL_FIELDS,
                      &result, &error),
            CUPEL_NAME);
  EXPECT_EQ(result, before);
  EXPECT_EQ(cupel_error_code(error), CUPEL_NAME);
  EXPECT_STREQ(cupel_error_word(error), "name");
  EXPECT_STREQ(cupel_error_suggestion(error), "metadata");
  size_t begin = 0, end = 0;
  uint32_t line = 0, column = 0;
  ASSERT_EQ(cupel_error_place(error, &begin, &end, &line, &column), 1);
  EXPECT_EQ(statement.substr(begin, end - begin), "metadatta");
  EXPECT_EQ(line, 2u);
  EXPECT_EQ(column, 2u);
  EXPECT_EQ(cupel_error_place(error, nullptr, nullptr, nullptr, nullptr), 1);
  EXPECT_NE(std::strstr(cupel_error_description(error), "  | ^"), cupel_error_message(error));
  cupel_error_free(error);
  EXPECT_EQ(cupel_run(door.session, "a =", 3, nullptr, 0, CUPEL_FIELDS, &result, nullptr),
            CUPEL_SYNTAX);
}

TEST(CDoor, ResultsTellWhatTheyAre) {
  Door door;
  door.items(3);
  cupel_result* result = door.run("metadata.n > 0 AND metadata.m = 1");
  ASSERT_NE(result, nullptr);
  EXPECT_STREQ(cupel_result_noun(result), "items");
  EXPECT_STREQ(cupel_result_column_name(result, 0), "reference_id");
  EXPECT_EQ(cupel_result_column_type(result, 0), CUPEL_TEXT);
  EXPECT_EQ(cupel_result_column_name(result, 99), nullptr);
  EXPECT_EQ(cupel_result_column_type(result, 99), CUPEL_MISSING);
  ASSERT_EQ(cupel_result_warning_count(result), 1u);
  EXPECT_NE(std::strstr(cupel_result_warning(result, 0), "no item has metadata field"), nullptr);
  EXPECT_EQ(cupel_result_warning(result, 1), nullptr);
  EXPECT_STREQ(cupel_result_message(result), "");
  cupel_result_free(result);
  result = door.run("CREATE SLICE s AS metadata.n > 0");
  EXPECT_STREQ(cupel_result_message(result), "static slice 's' created: 2 items");
  cupel_result_free(result);
}

TEST(CDoor, StructsOfOlderCallersKeepTheirLength) {
  Door door;
  door.items(3);
  cupel_result* result = door.run("metadata.n > 0");
  Door::rows_of(result);
  cupel_statistics statistics;
  std::memset(&statistics, 0x55, sizeof statistics);
  statistics.struct_size = offsetof(cupel_statistics, chunks_read);
  cupel_result_statistics(result, &statistics);
  EXPECT_EQ(statistics.struct_size, offsetof(cupel_statistics, chunks_read));
  EXPECT_LT(statistics.seconds, 60);
  EXPECT_EQ(statistics.chunks_read, 0x5555555555555555u);
  cupel_result_free(result);

  cupel_options options;
  cupel_options_init(&options);
  EXPECT_EQ(options.struct_size, sizeof options);
  EXPECT_EQ(options.create, 1);
  options.struct_size = offsetof(cupel_options, threads);
  options.threads = -7;  // not looked at
  cupel_database* database = nullptr;
  EXPECT_EQ(cupel_open(":memory:", CUPEL_ZERO_ENDED, &options, &database, nullptr), CUPEL_OK);
  cupel_close(database);
}

TEST(CDoor, FilesWithinADirectory) {
  cupel_options options;
  cupel_options_init(&options);
  EXPECT_EQ(options.files_within, nullptr);
  options.files_within = "no/such/directory";
  cupel_database* database = nullptr;
  EXPECT_EQ(cupel_open(":memory:", CUPEL_ZERO_ENDED, &options, &database, nullptr), CUPEL_IO);
  options.files_within = "/proc/self";
  ASSERT_EQ(cupel_open(":memory:", CUPEL_ZERO_ENDED, &options, &database, nullptr), CUPEL_OK);
  cupel_session* session = nullptr;
  ASSERT_EQ(cupel_session_open(database, &session, nullptr), CUPEL_OK);
  cupel_result* result = nullptr;
  cupel_error* error = nullptr;
  const char* statement = "IMPORT ITEMS FROM '/proc/self/root/etc/passwd' FORMAT jsonl";
  EXPECT_EQ(cupel_run(session, statement, CUPEL_ZERO_ENDED, nullptr, 0, CUPEL_FIELDS, &result,
                      &error),
            CUPEL_IO);
  EXPECT_NE(std::string(cupel_error_message(error)).find("leads to /etc/passwd"),
            std::string::npos);
  cupel_error_free(error);
  cupel_session_close(session);
  cupel_close(database);
}

TEST(CDoor, BatchesAreViewsByType) {
  Door door;
  door.items(4);
  cupel_result* result = door.run(
      "SELECT reference_id, metadata.n, metadata.n / 2, metadata.m "
      "FROM items");
  ASSERT_NE(result, nullptr) << door.failure;
  cupel_batch* batch = nullptr;
  ASSERT_EQ(cupel_result_next(result, &batch, nullptr), CUPEL_OK);
  cupel_result_free(result);  // the batch is its own
  cupel_column column;
  ASSERT_EQ(cupel_batch_column(batch, 0, &column), 1);
  EXPECT_EQ(column.rows, 4u);
  EXPECT_EQ(std::string(column.bytes, column.offsets[4]), "i0i1i2i3");
  EXPECT_EQ(column.valid, nullptr);
  ASSERT_EQ(cupel_batch_column(batch, 1, &column), 1);
  EXPECT_EQ(column.integers[3], 3);
  ASSERT_EQ(cupel_batch_column(batch, 2, &column), 1);
  EXPECT_EQ(column.numbers[3], 1.5);
  ASSERT_EQ(cupel_batch_column(batch, 3, &column), 1);
  ASSERT_NE(column.valid, nullptr);
  EXPECT_EQ(column.valid[0], 0);
  EXPECT_EQ(cupel_batch_column(batch, 4, &column), 0);
  cupel_value value;
  EXPECT_EQ(cupel_batch_value(batch, 4, 0, &value), 0);
  cupel_batch_free(batch);
}

TEST(CDoor, HandlesMayBeFreedInAnyOrder) {
  for (int order = 0; order < 6; ++order) {
    auto door = std::make_unique<Door>();
    door->items(3);
    cupel_result* result = door->run("metadata.n > 0");
    cupel_batch* batch = nullptr;
    ASSERT_EQ(cupel_result_next(result, &batch, nullptr), CUPEL_OK);
    if (order % 2 == 0) door.reset();
    if (order % 3 == 0) {
      cupel_result_free(result);
      EXPECT_EQ(cupel_batch_rows(batch), 2u);
      cupel_batch_free(batch);
    } else {
      cupel_batch_free(batch);
      ASSERT_EQ(cupel_result_next(result, &batch, nullptr), CUPEL_OK);
      EXPECT_EQ(batch, nullptr);
      cupel_result_free(result);
    }
  }
  cupel_close(nullptr);
  cupel_session_close(nullptr);
  cupel_result_free(nullptr);
  cupel_batch_free(nullptr);
  cupel_error_free(nullptr);
  cupel_text_free(nullptr);
}

TEST(CDoor, NullIsAnErrorAndNoCrash) {
  Door door;
  cupel_result* result = nullptr;
  cupel_database* database = nullptr;
  cupel_session* session = nullptr;
  EXPECT_EQ(cupel_open(nullptr, 0, nullptr, &database, nullptr), CUPEL_INTERNAL);
  EXPECT_EQ(cupel_open(":memory:", CUPEL_ZERO_ENDED, nullptr, nullptr, nullptr), CUPEL_INTERNAL);
  EXPECT_EQ(cupel_session_open(nullptr, &session, nullptr), CUPEL_INTERNAL);
  EXPECT_EQ(cupel_run(nullptr, "a", 1, nullptr, 0, CUPEL_FIELDS, &result, nullptr), CUPEL_INTERNAL);
  EXPECT_EQ(cupel_run(door.session, nullptr, 1, nullptr, 0, CUPEL_FIELDS, &result, nullptr),
            CUPEL_INTERNAL);
  EXPECT_EQ(cupel_run(door.session, "a", 1, nullptr, 2, CUPEL_FIELDS, &result, nullptr),
            CUPEL_INTERNAL);
  EXPECT_EQ(cupel_result_next(nullptr, nullptr, nullptr), CUPEL_INTERNAL);
  EXPECT_EQ(
      cupel_append_columns(door.session, nullptr, nullptr, nullptr, 1, 1, 0, nullptr, nullptr),
      CUPEL_INTERNAL);
  EXPECT_EQ(cupel_error_code(nullptr), CUPEL_OK);
  EXPECT_STREQ(cupel_error_message(nullptr), "");
  cupel_interrupt(nullptr);
  cupel_on_progress(nullptr, nullptr, nullptr);
}

TEST(CDoor, AnyBytesAreAStatementOrAnError) {
  Door door;
  door.items(3);
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 40, '\0');
    for (char& c : text)
      c = static_cast<char>(random() % 3 == 0 ? random() : " ab='\"().;0"[random() % 12]);
    cupel_result* result = door.run(text);
    if (result != nullptr) Door::rows_of(result);
    cupel_result_free(result);
  }
}

TEST(CDoor, CloseRollsBack) {
  Door door;
  door.items(2);
  cupel_result_free(door.run("BEGIN"));
  cupel_result_free(door.run("DELETE FROM items"));
  EXPECT_EQ(cupel_in_transaction(door.session), 1);
  cupel_session_close(door.session);
  ASSERT_EQ(cupel_session_open(door.database, &door.session, nullptr), CUPEL_OK);
  EXPECT_EQ(cupel_in_transaction(door.session), 0);
  EXPECT_EQ(door.rows("SELECT count()"), "2;");
}

TEST(CDoor, OtherThreadsInterrupt) {
  Door door;
  door.items(20000);
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (!done) {
      cupel_interrupt(door.session);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  // A statement of some seconds that nobody interrupts.
  cupel_status status = CUPEL_OK;
  for (int round = 0; round < 200 && status == CUPEL_OK; ++round) {
    cupel_result* result = door.run("metadata.n * 3 % 7 > 1 ORDER BY metadata.n % 100");
    status = door.status;
    cupel_batch* batch = nullptr;
    while (status == CUPEL_OK &&
           (status = cupel_result_next(result, &batch, nullptr)) == CUPEL_OK && batch != nullptr)
      cupel_batch_free(batch);
    cupel_result_free(result);
  }
  done = true;
  other.join();
  EXPECT_EQ(status, CUPEL_INTERRUPTED);
  EXPECT_EQ(door.rows("SELECT count()"), "20000;");
}

TEST(CDoor, TimeLimitAndProgress) {
  Door door;
  std::string lines;
  for (int i = 0; i < 60000; ++i) lines += "{\"reference_id\":\"i" + std::to_string(i) + "\"}\n";
  struct Seen {
    int calls = 0;
    std::string what;
  } seen;
  cupel_on_progress(
      door.session,
      [](void* user, const cupel_progress* progress) {
        auto& seen = *static_cast<Seen*>(user);
        ++seen.calls;
        seen.what = progress->what;
        return 1;
      },
      &seen);
  EXPECT_EQ(cupel_append_text(door.session, "items", nullptr, "jsonl", lines.data(), lines.size(),
                              0, 0, nullptr, nullptr),
            CUPEL_INTERRUPTED);
  EXPECT_GT(seen.calls, 0);
  EXPECT_EQ(seen.what, "import");
  cupel_on_progress(door.session, nullptr, nullptr);
  EXPECT_EQ(door.rows("SELECT count()"), "0;");
  cupel_set_time_limit(door.session, 1e-9);
  EXPECT_EQ(cupel_append_text(door.session, "items", nullptr, "jsonl", lines.data(), lines.size(),
                              0, 0, nullptr, nullptr),
            CUPEL_LIMIT);
}

TEST(CDoor, ChecksADatabase) {
  char* report = nullptr;
  cupel_error* error = nullptr;
  EXPECT_EQ(cupel_check("/nowhere/at/all", CUPEL_ZERO_ENDED, &report, &error), CUPEL_IO)
      << cupel_error_description(error);
  EXPECT_EQ(report, nullptr);
  cupel_error_free(error);
}

}  // namespace
}  // namespace cupel::testing
