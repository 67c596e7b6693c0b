/* Cupel in C: the stable binary interface of the library, for every language that can call C.
 *
 * Handles are opaque. Who makes one frees it, with the `_free` or `_close` of its kind; NULL may be
 * freed. A handle keeps alive what it needs: a session its database, a result its session.
 *
 * A function that can fail returns a status: CUPEL_OK, or what the caller can do about it. Then,
 * and only then, `*error` (where `error` is not NULL) is a new error that the caller frees, and the
 * other outputs are untouched. No exception leaves a function.
 *
 * Text is UTF-8. Text that goes in has a length, so it may hold NUL bytes; CUPEL_ZERO_ENDED says
 * that it ends at its first NUL. Text that comes out lives as long as its handle and is followed by
 * a NUL.
 *
 * Threads: a database may be used from several threads; a session, its results and their batches
 * belong to one thread at a time, but for cupel_interrupt, which any thread may call.
 *
 * Structs that may grow begin with `struct_size`: set it to sizeof, or let the `_init` function. */
#ifndef CUPEL_H
#define CUPEL_H

#include <stddef.h>
#include <stdint.h>

#include "cupel/arrow.h"
#include "cupel/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when a function or a struct changes its meaning or goes; never by an addition. */
#define CUPEL_ABI_VERSION 1
#define CUPEL_ZERO_ENDED ((size_t)-1)

typedef struct cupel_database cupel_database;
typedef struct cupel_session cupel_session;
typedef struct cupel_result cupel_result;
typedef struct cupel_batch cupel_batch;
typedef struct cupel_error cupel_error;

typedef enum cupel_status {
  CUPEL_OK = 0,
  CUPEL_SYNTAX = 1,      /* the text is not in the language: change the text */
  CUPEL_NAME = 2,        /* a name that must exist does not: correct it, or create it */
  CUPEL_TYPE = 3,        /* an operation does not fit its operands: change one of them */
  CUPEL_CONSTRAINT = 4,  /* the data breaks a rule: change the data */
  CUPEL_CONFLICT = 5,    /* somebody else holds it, or a name is taken: wait, or choose another */
  CUPEL_INTERRUPTED = 6, /* the caller cancelled the statement */
  CUPEL_LIMIT = 7,       /* a documented limit was reached: raise it or ask for less */
  CUPEL_UNSUPPORTED = 8, /* Cupel cannot do this (yet) */
  CUPEL_IO = 9,          /* the operating system failed */
  CUPEL_CORRUPTION = 10, /* a file of the database is damaged */
  CUPEL_INTERNAL = 11    /* a defect of Cupel, or a NULL where none may be */
} cupel_status;

/* The library that is linked: "0.1.0", CUPEL_ABI_VERSION as it was built, the storage format. */
CUPEL_EXPORT const char* cupel_version(void);
CUPEL_EXPORT uint32_t cupel_abi_version(void);
CUPEL_EXPORT uint32_t cupel_storage_format(void);

/* ---- Errors --------------------------------------------------------------------------------- */

CUPEL_EXPORT cupel_status cupel_error_code(const cupel_error* error);
/* The lower-case word of the code: "syntax", "name", … */
CUPEL_EXPORT const char* cupel_error_word(const cupel_error* error);
/* One sentence, without place and suggestion. */
CUPEL_EXPORT const char* cupel_error_message(const cupel_error* error);
/* Words that can stand in place of the span, or "". */
CUPEL_EXPORT const char* cupel_error_suggestion(const cupel_error* error);
/* The error as shown to people: message, line of the statement, caret, suggestion. */
CUPEL_EXPORT const char* cupel_error_description(const cupel_error* error);
/* The place in the statement: bytes [begin, end), line and column (in code points) from 1. Returns
 * 1 where the error has one, else 0 and leaves the outputs alone. Each output may be NULL. */
CUPEL_EXPORT int cupel_error_place(const cupel_error* error, size_t* begin, size_t* end,
                                   uint32_t* line, uint32_t* column);
CUPEL_EXPORT void cupel_error_free(cupel_error* error);

/* ---- Databases and sessions ----------------------------------------------------------------- */

typedef struct cupel_options {
  size_t struct_size;
  int32_t read_only;   /* 1: also beside a writer; sees the state as of opening */
  int32_t create;      /* 1 (default): make the directory where there is none */
  int32_t strict;      /* 1: warnings are errors */
  int32_t threads;     /* threads of a query; 0: one a core */
  size_t memory_bytes; /* caches and working memory; 0: half of RAM, at most 4 GiB */
  uint32_t chunk_rows; /* rows of a column chunk, 1 to 65,536; fixed at creation */
  /* Zero-ended; not NULL: statements read and write no file outside this directory, which must
   * exist, wherever `..` and links lead. */
  const char* files_within;
} cupel_options;

/* Sets every field to its default. */
CUPEL_EXPORT void cupel_options_init(cupel_options* options);

/* Opens a database directory, or ":memory:". `options` may be NULL. */
CUPEL_EXPORT cupel_status cupel_open(const char* path, size_t length, const cupel_options* options,
                                     cupel_database** database, cupel_error** error);
/* The last handle on a database that goes releases its lock. */
CUPEL_EXPORT void cupel_close(cupel_database* database);

CUPEL_EXPORT cupel_status cupel_session_open(cupel_database* database, cupel_session** session,
                                             cupel_error** error);
/* Rolls an open transaction back. Results that are still there can be read on. */
CUPEL_EXPORT void cupel_session_close(cupel_session* session);

/* Makes the running statement end with CUPEL_INTERRUPTED, soon. Any thread; also signal handlers.
 */
CUPEL_EXPORT void cupel_interrupt(cupel_session* session);
/* Seconds that a statement may take (0: no limit); past it, it ends with CUPEL_LIMIT. */
CUPEL_EXPORT void cupel_set_time_limit(cupel_session* session, double seconds);
CUPEL_EXPORT int cupel_in_transaction(const cupel_session* session);

typedef struct cupel_progress {
  const char* what; /* "import", "scan", "export" */
  uint64_t done;
  uint64_t total;   /* 0: unknown */
  const char* unit; /* "bytes", "rows" */
} cupel_progress;
/* Called from the session's thread at most ten times a second during long statements, which ends
 * with CUPEL_INTERRUPTED when it returns other than 0. NULL: nobody. `progress` is the call's. */
typedef int (*cupel_progress_callback)(void* user, const cupel_progress* progress);
CUPEL_EXPORT void cupel_on_progress(cupel_session* session, cupel_progress_callback callback,
                                    void* user);

/* ---- Statements ----------------------------------------------------------------------------- */

typedef enum cupel_type {
  CUPEL_BOOL = 0,
  CUPEL_INT64 = 1,
  CUPEL_FLOAT64 = 2,
  CUPEL_TEXT = 3,
  CUPEL_TIMESTAMP = 4, /* microseconds since 1970-01-01T00:00:00Z */
  CUPEL_ANY = 5,       /* a column whose values differ in type; never a value's type */
  CUPEL_MISSING = 6    /* a value that is not there; never a column's type */
} cupel_type;

typedef struct cupel_value {
  int32_t type;     /* a cupel_type */
  int64_t integer;  /* of a bool (0, 1), int64 or timestamp */
  double number;    /* of a float64 */
  const char* text; /* of a text */
  size_t length;    /* its bytes, or CUPEL_ZERO_ENDED going in */
} cupel_value;

/* A value for `$name`; without a name for the next `?`. */
typedef struct cupel_parameter {
  const char* name; /* zero-ended, or NULL */
  cupel_value value;
} cupel_parameter;

typedef enum cupel_row_form {
  CUPEL_FIELDS = 0,   /* whole rows as reference_id and the fields that the query speaks of */
  CUPEL_JSON_ROWS = 1 /* whole rows as one text column `row`, a JSON object each */
} cupel_row_form;

/* Runs one statement. Its result must be read or freed before the session's next statement. */
CUPEL_EXPORT cupel_status cupel_run(cupel_session* session, const char* statement, size_t length,
                                    const cupel_parameter* parameters, size_t parameter_count,
                                    cupel_row_form form, cupel_result** result,
                                    cupel_error** error);
CUPEL_EXPORT void cupel_result_free(cupel_result* result);

/* The statements of a script, which end with `;`: statement i is the bytes [begins[i], ends[i]),
 * for the first `capacity` of them. Returns how many there are. */
CUPEL_EXPORT size_t cupel_split_script(const char* script, size_t length, size_t* begins,
                                       size_t* ends, size_t capacity);

CUPEL_EXPORT size_t cupel_result_column_count(const cupel_result* result);
/* NULL, CUPEL_MISSING past the last column. */
CUPEL_EXPORT const char* cupel_result_column_name(const cupel_result* result, size_t column);
CUPEL_EXPORT cupel_type cupel_result_column_type(const cupel_result* result, size_t column);
/* One sentence about a statement that is no query, or about how rows were found; else "". Of a
 * query it is complete once the first batch is there. Lives until the next batch is asked for. */
CUPEL_EXPORT const char* cupel_result_message(cupel_result* result);
/* What a row is, in the plural: "items", "annotations", "groups", … */
CUPEL_EXPORT const char* cupel_result_noun(const cupel_result* result);
CUPEL_EXPORT size_t cupel_result_warning_count(const cupel_result* result);
/* A warning as shown to people; NULL past the last. */
CUPEL_EXPORT const char* cupel_result_warning(const cupel_result* result, size_t warning);

typedef struct cupel_statistics {
  size_t struct_size;
  double seconds;
  uint64_t columns_read;
  uint64_t chunks_read;
  uint64_t chunks_total;
} cupel_statistics;
CUPEL_EXPORT void cupel_result_statistics(const cupel_result* result, cupel_statistics* statistics);

/* The next rows (1 to 65,536), or NULL in `*batch` at the end. */
CUPEL_EXPORT cupel_status cupel_result_next(cupel_result* result, cupel_batch** batch,
                                            cupel_error** error);

/* One column of a batch: views of arrays that live as long as the batch. By type: `integers` (bool,
 * int64, timestamp), `numbers` (float64), or text i as bytes[offsets[i] .. offsets[i + 1]); for
 * CUPEL_ANY none: ask cupel_batch_value. Missing rows hold 0 or an empty text. */
typedef struct cupel_column {
  int32_t type;
  size_t rows;
  const uint8_t* valid; /* a byte a row, 0: missing; NULL: no row is missing */
  const int64_t* integers;
  const double* numbers;
  const uint64_t* offsets; /* rows + 1 */
  const char* bytes;
} cupel_column;

CUPEL_EXPORT size_t cupel_batch_rows(const cupel_batch* batch);
/* 0 where there is no such column (or row), and nothing is written. */
CUPEL_EXPORT int cupel_batch_column(const cupel_batch* batch, size_t column, cupel_column* view);
CUPEL_EXPORT int cupel_batch_value(const cupel_batch* batch, size_t row, size_t column,
                                   cupel_value* value);
CUPEL_EXPORT void cupel_batch_free(cupel_batch* batch);

/* ---- Arrow ---------------------------------------------------------------------------------- */

/* Makes a stream of batches that were taken from a result (`ahead`, `count` of them), then of what
 * is left of it; a struct array a batch: bool, int64, float64, large_utf8 (text, and CUPEL_ANY as
 * text), timestamp in microseconds of UTC. Numbers and text are not copied. The stream is its own:
 * it and its arrays may outlive the result, the database and all other handles, which are freed as
 * ever. A row that the stream reads is gone for cupel_result_next, and the other way round. Errors
 * of reading come out of its get_next as EIO, ENOMEM or EINTR, with the description in
 * get_last_error. */
CUPEL_EXPORT cupel_status cupel_result_arrow(cupel_result* result, const cupel_batch* const* ahead,
                                             size_t count, struct ArrowArrayStream* stream,
                                             cupel_error** error);

/* ---- Appends: atomic, and synced when they return ------------------------------------------- */

typedef struct cupel_append_counts {
  size_t struct_size;
  uint64_t added;
  uint64_t updated;
  uint64_t ignored; /* known key, no update asked */
  uint64_t failed;
  uint64_t repeated; /* of the ignored and updated: key of an earlier row of the same call */
  uint64_t lost; /* of text: things that no row can carry (relations, drafts), of whatever kind */
} cupel_append_counts;

/* One typed column, as views of the caller's arrays, read during the call. Exactly one array is set
 * (text: offsets and bytes). NaN is missing. */
typedef struct cupel_append_column {
  const char* name; /* a field, zero-ended: reference_id, label, position.x, metadata.speed, … */
  const uint8_t* valid; /* a byte a row, 0: missing; or NULL */
  const int64_t* integers;
  const double* numbers;
  const float* floats;
  const uint8_t* bools;
  const uint64_t* offsets; /* rows + 1 */
  const char* bytes;
} cupel_append_column;

/* `source`: "items", "annotations" or "predictions"; `run` for the last, else NULL (both
 * zero-ended). A known key (reference_id; of objects item and annotation_id) is ignored, with
 * `update` 1 replaced. `counts` may be NULL. */
CUPEL_EXPORT cupel_status cupel_append_columns(cupel_session* session, const char* source,
                                               const char* run, const cupel_append_column* columns,
                                               size_t column_count, size_t rows, int update,
                                               cupel_append_counts* counts, cupel_error** error);
/* The same from text in a format that IMPORT reads; `format` NULL: "jsonl". `skip_errors` 1:
 * records that cannot be taken are counted as failed and left out. */
CUPEL_EXPORT cupel_status cupel_append_text(cupel_session* session, const char* source,
                                            const char* run, const char* format, const char* text,
                                            size_t length, int update, int skip_errors,
                                            cupel_append_counts* counts, cupel_error** error);
/* Vectors (rows × width, row-major) as the embeddings `name`. Row i belongs to the id
 * bytes[offsets[i] .. offsets[i + 1]): an item's reference_id, or an object's annotation_id or
 * reference_id/annotation_id. `offsets` NULL: the rows of the source in their order. */
CUPEL_EXPORT cupel_status cupel_append_embeddings(cupel_session* session, const char* name,
                                                  const char* source, const char* run,
                                                  const uint64_t* offsets, const char* bytes,
                                                  size_t rows, uint32_t width, const float* vectors,
                                                  int update, cupel_append_counts* counts,
                                                  cupel_error** error);

/* Stored vectors, of rows that are there, in row order. */
typedef struct cupel_vectors cupel_vectors;
CUPEL_EXPORT cupel_status cupel_embeddings(cupel_session* session, const char* name,
                                           cupel_vectors** vectors, cupel_error** error);
CUPEL_EXPORT size_t cupel_vectors_rows(const cupel_vectors* vectors);
CUPEL_EXPORT uint32_t cupel_vectors_width(const cupel_vectors* vectors);
/* rows × width numbers, row-major; they live as long as the handle. */
CUPEL_EXPORT const float* cupel_vectors_data(const cupel_vectors* vectors);
/* An item's reference_id, an object's reference_id/annotation_id; NULL past the last row. */
CUPEL_EXPORT const char* cupel_vectors_id(const cupel_vectors* vectors, size_t row);
CUPEL_EXPORT void cupel_vectors_free(cupel_vectors* vectors);

/* ---- Health --------------------------------------------------------------------------------- */

/* Walks a whole database, read-only. `*report` is one finding a line, "" when all is well; freed
 * with cupel_text_free. */
CUPEL_EXPORT cupel_status cupel_check(const char* path, size_t length, char** report,
                                      cupel_error** error);
CUPEL_EXPORT void cupel_text_free(char* text);

#ifdef __cplusplus
}
#endif

#endif /* CUPEL_H */
