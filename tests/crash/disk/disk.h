#pragma once

// A disk that can be watched and can fail, under a whole program. Preloaded (LD_PRELOAD), it stands
// between the program with all its libraries and the C library, so that nothing in them is changed.
// disk.py sets it up and reads what it writes. What it does is in the environment:
//
//   CUPEL_DISK_ROOT   only what lies below this directory is on the disk
//   CUPEL_DISK_TRACE  a file that gets one Record for each operation, in the order they are done
//   CUPEL_DISK_FAIL   "CLASSES N ERROR once|sticky": of the operations of these classes (letters
//                     of enum Class) the N-th, or it and all later ones, fail with ERROR, a number
//                     of errno; or are done by half when it is "short"
//   CUPEL_DISK_SPACE  a file that holds a number: how many bytes fit on the disk, read at each need
//
// Operations are done one at a time, so that their order is that of their effects. Nothing is
// really synced: a program that runs on this disk is never really without power, and it is quicker.
// What it says on standard output is recorded too, for it is what it has promised.
//
// Not seen are bytes written through a FILE (RocksDB's log of its own doings, which no reader
// needs) or through mapped memory (nothing here writes so).

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum Class {
  kLook = 'l',   // at names and sizes; opening what is there
  kRead = 'r',
  kWrite = 'w',  // bytes and lengths
  kName = 'n',   // making, renaming, removing
  kSync = 's',
  kClose = 'c',
  kSaid = 'a'    // on standard output; never fails
};

enum Kind {
  kOpened = 'o',
  kWritten = 'w',
  kResized = 't',
  kSynced = 's',
  kRenamed = 'r',
  kLinked = 'l',
  kUnlinked = 'u',
  kDirectoryMade = 'm',
  kClosed = 'c',
  kTold = 'a',
  kNothing = 'x'  // without effect on what is on the disk
};

struct Record {
  uint8_t kind, class;
  uint16_t error;          // 0: done
  int32_t fd;
  int64_t number;          // flags of an opening, offset of a write, length of a file
  uint32_t first, second;  // lengths of what follows: a path or bytes, and another path
};

/// Everything below is called between these two, which keep errno.
void disk_lock(void);
void disk_unlock(void);

/// Whether a path is on the disk; `whole` (PATH_MAX bytes) gets it from the root on.
bool disk_has(int directory, const char* path, char* whole);
/// The descriptors of files on the disk.
bool disk_has_file(int fd);
void disk_set_file(int fd, bool on_disk);

/// Counts an operation and says whether it is to fail, with errno set; by half, if `half` is not
/// NULL and is set.
bool disk_fails(enum Class class, bool* half);
void disk_record(enum Kind kind, enum Class class, bool done, int fd, int64_t number,
                 const void* first, size_t first_size, const char* second);

/// How many of `more` bytes still fit; they are taken.
bool disk_is_bounded(void);
long long disk_room(long long more);
long long disk_free(void);

/// The function of the C library that one of ours stands before.
#define REAL(name)              \
  static __typeof__(name)* real; \
  if (!real) real = (__typeof__(name)*)dlsym(RTLD_NEXT, #name)
