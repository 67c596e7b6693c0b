/* Reads a result as an Arrow C stream: what a consumer of another language does. Prints the number of
 * rows and the sum of the second column. */
#include <cupel/cupel.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  cupel_database* database = NULL;
  cupel_session* session = NULL;
  cupel_result* result = NULL;
  struct ArrowArrayStream stream;
  struct ArrowSchema schema;
  long long rows = 0, sum = 0;
  static char text[4 << 20];
  size_t used = 0;
  for (int i = 0; i < 70000; ++i)
    used += (size_t)sprintf(text + used, "{\"reference_id\":\"%d\",\"metadata\":{\"n\":%d}}\n", i, i);
  if (cupel_open(":memory:", CUPEL_ZERO_ENDED, NULL, &database, NULL) != CUPEL_OK ||
      cupel_session_open(database, &session, NULL) != CUPEL_OK ||
      cupel_append_text(session, "items", NULL, NULL, text, used, 0, 0, NULL, NULL) != CUPEL_OK ||
      cupel_run(session, "SELECT reference_id, metadata.n FROM items", CUPEL_ZERO_ENDED, NULL, 0,
                CUPEL_FIELDS, &result, NULL) != CUPEL_OK ||
      cupel_result_arrow(result, NULL, 0, &stream, NULL) != CUPEL_OK)
    return 1;
  /* The stream is its own: everything else may go. */
  cupel_result_free(result);
  cupel_session_close(session);
  cupel_close(database);
  if (stream.get_schema(&stream, &schema) != 0 || schema.n_children != 2 ||
      strcmp(schema.children[1]->format, "l") != 0)
    return 2;
  schema.release(&schema);
  for (;;) {
    struct ArrowArray array;
    if (stream.get_next(&stream, &array) != 0) return 3;
    if (array.release == NULL) break;
    rows += array.length;
    for (int64_t i = 0; i < array.length; ++i)
      sum += ((const int64_t*)array.children[1]->buffers[1])[i];
    array.release(&array);
  }
  stream.release(&stream);
  printf("%lld rows, sum %lld\n", rows, sum);
  return 0;
}
