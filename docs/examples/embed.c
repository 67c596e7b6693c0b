/* The same from C: handles, statuses, errors that are freed. */
#include <cupel/cupel.h>
#include <stdio.h>
#include <stdlib.h>

static void check(cupel_status status, cupel_error* error) {
  if (status == CUPEL_OK) return;
  fprintf(stderr, "%s", cupel_error_description(error));
  cupel_error_free(error);
  exit(1);
}

int main(void) {
  cupel_error* error = NULL;
  cupel_database* database = NULL;
  cupel_session* session = NULL;
  check(cupel_open(":memory:", CUPEL_ZERO_ENDED, NULL, &database, &error), error);
  check(cupel_session_open(database, &session, &error), error);

  const char* items =
      "{\"reference_id\": \"a.jpg\", \"annotations\": [{\"label\": \"car\", \"geometry\": "
      "{\"x\": 10, \"y\": 20, \"width\": 100, \"height\": 50}}]}\n"
      "{\"reference_id\": \"b.jpg\", \"metadata\": {\"weather\": \"rainy\"}}\n";
  check(cupel_append_text(session, "items", NULL, "jsonl", items, CUPEL_ZERO_ENDED, 0, 0, NULL,
                          &error),
        error);

  const cupel_parameter rainy = {"weather", {CUPEL_TEXT, 0, 0, "rainy", CUPEL_ZERO_ENDED}};
  cupel_result* result = NULL;
  check(cupel_run(session, "annotations.count = 0 AND metadata.weather = $weather",
                  CUPEL_ZERO_ENDED, &rainy, 1, CUPEL_FIELDS, &result, &error),
        error);
  for (;;) {
    cupel_batch* batch = NULL;
    cupel_column ids;
    check(cupel_result_next(result, &batch, &error), error);
    if (batch == NULL) break;
    cupel_batch_column(batch, 0, &ids);
    for (size_t row = 0; row < ids.rows; ++row)
      printf("without annotations: %.*s\n", (int)(ids.offsets[row + 1] - ids.offsets[row]),
             ids.bytes + ids.offsets[row]);
    cupel_batch_free(batch);
  }
  cupel_result_free(result);

  const char* mistaken = "anotations.count = 0";
  if (cupel_run(session, mistaken, CUPEL_ZERO_ENDED, NULL, 0, CUPEL_FIELDS, &result, &error) !=
      CUPEL_OK) {
    printf("%s", cupel_error_description(error));
    cupel_error_free(error);
  }
  cupel_session_close(session);
  cupel_close(database);
  return 0;
}
