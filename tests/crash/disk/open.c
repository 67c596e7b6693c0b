// Opening, closing, reading, looking.

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#include "disk.h"

#undef fread_unlocked

static int open_at(int directory, const char* path, int flags, mode_t mode) {
  char whole[PATH_MAX];
  disk_lock();
  const bool here = disk_has(directory, path, whole);
  const enum Class class = (flags & (O_CREAT | O_TRUNC)) != 0 ? kName : kLook;
  int fd = -1;
  if (!here || !disk_fails(class, NULL))
    fd = (int)syscall(SYS_openat, directory, path, flags, mode);
  disk_set_file(fd, here);
  if (here) disk_record(kOpened, class, fd >= 0, fd, flags, whole, strlen(whole), NULL);
  disk_unlock();
  return fd;
}

static mode_t mode_of(int flags, va_list rest) {
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

#define OPEN(name, directory, ...)                \
  int name(__VA_ARGS__, int flags, ...) {         \
    va_list rest;                                 \
    va_start(rest, flags);                        \
    const mode_t mode = mode_of(flags, rest);     \
    va_end(rest);                                 \
    return open_at(directory, path, flags, mode); \
  }
OPEN(open, AT_FDCWD, const char* path)
OPEN(open64, AT_FDCWD, const char* path)
OPEN(openat, directory, int directory, const char* path)
OPEN(openat64, directory, int directory, const char* path)

static FILE* open_file(const char* path, const char* how, FILE* (*real)(const char*, const char*)) {
  char whole[PATH_MAX];
  disk_lock();
  const bool here = disk_has(AT_FDCWD, path, whole);
  const int flags = strchr(how, 'w') ? O_CREAT | O_TRUNC : strchr(how, 'a') ? O_CREAT : 0;
  const enum Class class = flags != 0 ? kName : kLook;
  FILE* const file = here && disk_fails(class, NULL) ? NULL : real(path, how);
  const int fd = file ? fileno(file) : -1;
  disk_set_file(fd, here);
  if (here) disk_record(kOpened, class, fd >= 0, fd, flags, whole, strlen(whole), NULL);
  disk_unlock();
  return file;
}
FILE* fopen(const char* path, const char* how) {
  REAL(fopen);
  return open_file(path, how, real);
}
FILE* fopen64(const char* path, const char* how) {
  REAL(fopen64);
  return open_file(path, how, real);
}

/// Whether closing is to fail. The descriptor is closed all the same, as Linux does.
static bool close_fails(int fd) {
  if (!disk_has_file(fd)) return false;
  const bool fails = disk_fails(kClose, NULL);
  disk_record(kClosed, kClose, !fails, fd, 0, "", 0, NULL);
  disk_set_file(fd, false);
  return fails;
}
int close(int fd) {
  disk_lock();
  const bool fails = close_fails(fd);
  const int error = errno;
  const int result = (int)syscall(SYS_close, fd);
  if (fails) errno = error;
  disk_unlock();
  return fails ? -1 : result;
}
int fclose(FILE* file) {
  REAL(fclose);
  disk_lock();
  const bool fails = close_fails(fileno(file));
  const int error = errno;
  const int result = real(file);
  if (fails) errno = error;
  disk_unlock();
  return fails ? EOF : result;
}

/// What is elsewhere may take long, and is none of our business.
#define LOOK(type, name, here, class, failure, arguments, ...)        \
  type name(__VA_ARGS__) {                                            \
    REAL(name);                                                       \
    char whole[PATH_MAX] = "";                                        \
    disk_lock();                                                      \
    if (whole[0] != 0 || !(here)) {                                   \
      disk_unlock();                                                  \
      return real arguments;                                          \
    }                                                                 \
    const bool fails = disk_fails(class, NULL);                       \
    type result = fails ? failure : real arguments;                   \
    disk_record(kNothing, class, !fails, -1, 0, "", 0, NULL);         \
    disk_unlock();                                                    \
    return result;                                                    \
  }
#define LOOK_AT(type, name, failure, arguments, ...) \
  LOOK(type, name, disk_has(AT_FDCWD, path, whole), kLook, failure, arguments, __VA_ARGS__)
LOOK_AT(int, access, -1, (path, how), const char* path, int how)
LOOK_AT(int, stat, -1, (path, found), const char* path, struct stat* found)
LOOK_AT(int, stat64, -1, (path, found), const char* path, struct stat64* found)
LOOK_AT(int, lstat, -1, (path, found), const char* path, struct stat* found)
LOOK_AT(int, lstat64, -1, (path, found), const char* path, struct stat64* found)
LOOK_AT(DIR*, opendir, NULL, (path), const char* path)
LOOK(int, fstat, disk_has_file(fd), kLook, -1, (fd, found), int fd, struct stat* found)
LOOK(int, fstat64, disk_has_file(fd), kLook, -1, (fd, found), int fd, struct stat64* found)
LOOK(ssize_t, read, disk_has_file(fd), kRead, -1, (fd, bytes, size), int fd, void* bytes,
     size_t size)
LOOK(ssize_t, pread, disk_has_file(fd), kRead, -1, (fd, bytes, size, at), int fd, void* bytes,
     size_t size, off_t at)
LOOK(ssize_t, pread64, disk_has_file(fd), kRead, -1, (fd, bytes, size, at), int fd, void* bytes,
     size_t size, off64_t at)

/// Makes a FILE say that reading failed: for a moment its descriptor cannot be read.
static void spoil(FILE* file) {
  char byte;
  const int fd = fileno(file);
  const int kept = dup(fd);
  const int deaf = (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", O_WRONLY | O_CLOEXEC, 0);
  dup3(deaf, fd, O_CLOEXEC);
  if (fread(&byte, 1, 1, file) != 0) fputs("disk: a failing read came from memory\n", stderr);
  dup3(kept, fd, O_CLOEXEC);
  syscall(SYS_close, kept);
  syscall(SYS_close, deaf);
}
size_t fread_unlocked(void* bytes, size_t size, size_t count, FILE* file) {
  REAL(fread_unlocked);
  disk_lock();
  const bool here = disk_has_file(fileno(file));
  const bool fails = here && disk_fails(kRead, NULL);
  const int error = errno;
  if (fails) spoil(file);
  const size_t result = fails ? 0 : real(bytes, size, count, file);
  if (fails) errno = error;
  if (here) disk_record(kNothing, kRead, !fails, -1, 0, "", 0, NULL);
  disk_unlock();
  return result;
}

int statvfs(const char* path, struct statvfs* found) {
  REAL(statvfs);
  char whole[PATH_MAX];
  disk_lock();
  const int result = real(path, found);
  if (result == 0 && disk_is_bounded() && disk_has(AT_FDCWD, path, whole))
    found->f_bavail = (fsblkcnt_t)disk_free() / found->f_frsize;
  disk_unlock();
  return result;
}
