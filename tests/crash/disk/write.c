// Writing, syncing, and changes of names.

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "disk.h"

static long long size_of(int fd) {
  struct stat found;
  const bool known = syscall(SYS_newfstatat, fd, "", &found, AT_EMPTY_PATH) == 0;
  return known ? (long long)found.st_size : 0;
}

/// How many bytes of a write at `at` (-1: where the descriptor stands) fit on the disk.
static size_t fitting(int fd, size_t size, off_t at) {
  const long long old = size_of(fd);
  if (at < 0) at = fcntl(fd, F_GETFL) & O_APPEND ? old : syscall(SYS_lseek, fd, 0, SEEK_CUR);
  const long long grows = at + (long long)size - old;
  return size - (size_t)(grows > 0 ? grows - disk_room(grows) : 0);
}

static ssize_t put(int fd, const void* bytes, size_t size, off_t at) {
  return at >= 0 ? syscall(SYS_pwrite64, fd, bytes, size, at)
                 : syscall(SYS_write, fd, bytes, size);
}

static ssize_t write_here(int fd, const void* bytes, size_t size, off_t at) {
  bool half;
  if (disk_fails(kWrite, &half)) return -1;
  if (half && size > 1) size /= 2;
  const size_t fits = disk_is_bounded() ? fitting(fd, size, at) : size;
  if (fits > 0 || size == 0) return put(fd, bytes, fits, at);
  errno = ENOSPC;
  return -1;
}

static ssize_t write_at(int fd, const void* bytes, size_t size, off_t at) {
  disk_lock();
  ssize_t done = 0;
  if (disk_has_file(fd)) {
    done = write_here(fd, bytes, size, at);
    const off_t end = at >= 0 ? at + done : (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR);
    disk_record(kWritten, kWrite, done >= 0, fd, done >= 0 ? end - done : 0, bytes,
                done > 0 ? (size_t)done : 0, NULL);
  } else {
    done = put(fd, bytes, size, at);
    if (fd == STDOUT_FILENO && done > 0)
      disk_record(kTold, kSaid, true, fd, 0, bytes, (size_t)done, NULL);
  }
  disk_unlock();
  return done;
}
ssize_t write(int fd, const void* bytes, size_t size) { return write_at(fd, bytes, size, -1); }
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return write_at(fd, bytes, size, at);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  return write_at(fd, bytes, size, at);
}
ssize_t writev(int fd, const struct iovec* parts, int count) {
  size_t size = 0;
  for (int i = 0; i < count; ++i) size += parts[i].iov_len;
  char* const whole = malloc(size + 1);
  size = 0;
  for (int i = 0; i < count; ++i) {
    memcpy(whole + size, parts[i].iov_base, parts[i].iov_len);
    size += parts[i].iov_len;
  }
  const ssize_t done = write_at(fd, whole, size, -1);
  free(whole);
  return done;
}

size_t fwrite(const void* bytes, size_t size, size_t count, FILE* file) {
  REAL(fwrite);
  disk_lock();
  if (file == stdout)
    disk_record(kTold, kSaid, true, STDOUT_FILENO, 0, bytes, size * count, NULL);
  const size_t result = real(bytes, size, count, file);
  disk_unlock();
  return result;
}

#define CHANGE(name, kind, class, number, effect, ...)                           \
  int name(__VA_ARGS__) {                                                        \
    REAL(name);                                                                  \
    disk_lock();                                                                 \
    const bool here = disk_has_file(fd);                                         \
    const int result = here && disk_fails(class, NULL) ? -1 : effect;            \
    if (here) disk_record(kind, class, result == 0, fd, number, "", 0, NULL);    \
    disk_unlock();                                                               \
    return result;                                                               \
  }
CHANGE(ftruncate, kResized, kWrite, size, real(fd, size), int fd, off_t size)
CHANGE(ftruncate64, kResized, kWrite, size, real(fd, size), int fd, off64_t size)
CHANGE(fsync, kSynced, kSync, 0, (here ? 0 : real(fd)), int fd)
CHANGE(fdatasync, kSynced, kSync, 0, (here ? 0 : real(fd)), int fd)

/// Begins to write out, and promises nothing. Without flags it only asks whether that is possible
/// (and RocksDB takes any answer but one for impossible).
int sync_file_range(int fd, off64_t from, off64_t size, unsigned how) {
  REAL(sync_file_range);
  disk_lock();
  const bool here = disk_has_file(fd) && how != 0;
  const int result =
      !here ? real(fd, from, size, how) : disk_fails(kSync, NULL) ? -1 : 0;
  if (here) disk_record(kNothing, kSync, result == 0, fd, 0, "", 0, NULL);
  disk_unlock();
  return result;
}

/// Allowed only where it leaves the length as it is.
static int allocate(int fd, int mode, off_t from, off_t size,
                    int (*real)(int, int, off_t, off_t)) {
  if (!disk_has_file(fd)) return real(fd, mode, from, size);
  if (disk_is_bounded() || (mode & FALLOC_FL_KEEP_SIZE) == 0) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return disk_fails(kWrite, NULL) ? -1 : real(fd, mode, from, size);
}
CHANGE(fallocate, kNothing, kWrite, 0, allocate(fd, mode, from, size, real), int fd, int mode,
       off_t from, off_t size)

/// One name changes, or two when there is `to`.
static int change_names(enum Kind kind, int directory, const char* from, const char* to, int flags) {
  char whole[PATH_MAX], whole_to[PATH_MAX];
  disk_lock();
  const bool from_here = disk_has(directory, from, whole);
  const bool to_here = to && disk_has(AT_FDCWD, to, whole_to);
  const bool here = from_here || to_here;
  int result = -1;
  if (!here || !disk_fails(kName, NULL)) {
    switch (kind) {
      case kRenamed: result = (int)syscall(SYS_renameat2, directory, from, AT_FDCWD, to, 0); break;
      case kLinked: result = (int)syscall(SYS_linkat, directory, from, AT_FDCWD, to, 0); break;
      case kUnlinked: result = (int)syscall(SYS_unlinkat, directory, from, flags); break;
      default: result = (int)syscall(SYS_mkdirat, directory, from, (mode_t)flags); break;
    }
  }
  if (here)
    disk_record(kind, kName, result == 0, -1, 0, whole, strlen(whole), to ? whole_to : NULL);
  disk_unlock();
  return result;
}
int rename(const char* from, const char* to) {
  return change_names(kRenamed, AT_FDCWD, from, to, 0);
}
int link(const char* from, const char* to) { return change_names(kLinked, AT_FDCWD, from, to, 0); }
int unlink(const char* path) { return change_names(kUnlinked, AT_FDCWD, path, NULL, 0); }
int unlinkat(int directory, const char* path, int flags) {
  return change_names(kUnlinked, directory, path, NULL, flags);
}
int rmdir(const char* path) { return change_names(kUnlinked, AT_FDCWD, path, NULL, AT_REMOVEDIR); }
int remove(const char* path) {
  const int result = unlink(path);
  return result != 0 && (errno == EISDIR || errno == EPERM) ? rmdir(path) : result;
}
int mkdir(const char* path, mode_t mode) {
  return change_names(kDirectoryMade, AT_FDCWD, path, NULL, (int)mode);
}
