#include "disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum { kMostFiles = 4096 };

static pthread_mutex_t g_mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static bool g_ready;
static char g_root[PATH_MAX];
static int g_trace = -1;
static bool g_files[kMostFiles];

static struct {
  char classes[16];
  long at, count;
  int error;
  bool sticky, half;
} g_fail;

static const char* g_space;  // the name of the file that says how much fits
static long long g_used = LLONG_MAX / 2;  // bytes on the disk, or more than that

static void set_up_trace(const char* file) {
  // Out of the way of the numbers that the program gets.
  const int fd =
      (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  g_trace = fcntl(fd, F_DUPFD_CLOEXEC, 1000);
  syscall(SYS_close, fd);
  if (g_trace < 0) abort();
}

static void set_up(void) {
  g_ready = true;
  const char* root = getenv("CUPEL_DISK_ROOT");
  if (!root || !realpath(root, g_root)) return;
  const char* trace = getenv("CUPEL_DISK_TRACE");
  if (trace) set_up_trace(trace);
  const char* fail = getenv("CUPEL_DISK_FAIL");
  char error[16], how[16];
  if (fail && sscanf(fail, "%15s %ld %15s %15s", g_fail.classes, &g_fail.at, error, how) == 4) {
    g_fail.half = strcmp(error, "short") == 0;
    g_fail.error = atoi(error);
    g_fail.sticky = strcmp(how, "sticky") == 0;
  }
  g_space = getenv("CUPEL_DISK_SPACE");
}

void disk_lock(void) {
  pthread_mutex_lock(&g_mutex);
  if (!g_ready) set_up();
}

void disk_unlock(void) {
  const int error = errno;
  pthread_mutex_unlock(&g_mutex);
  errno = error;
}

/// What a relative path is relative to.
static bool name_directory(int directory, char* name) {
  if (directory == AT_FDCWD) return getcwd(name, PATH_MAX) != NULL;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
  const ssize_t length = readlink(link, name, PATH_MAX - 1);
  if (length <= 0) return false;
  name[length] = 0;
  return true;
}

bool disk_has(int directory, const char* path, char* whole) {
  if (g_root[0] == 0 || !path) return false;
  const int error = errno;
  whole[0] = 0;
  if (path[0] != '/') {
    const bool named = name_directory(directory, whole);
    errno = error;
    if (!named) return false;
    strncat(whole, "/", PATH_MAX - strlen(whole) - 1);
  }
  strncat(whole, path, PATH_MAX - strlen(whole) - 1);
  const size_t length = strlen(g_root);
  return strncmp(whole, g_root, length) == 0 && (whole[length] == '/' || whole[length] == 0);
}

bool disk_has_file(int fd) { return fd >= 0 && fd < kMostFiles && g_files[fd]; }

void disk_set_file(int fd, bool on_disk) {
  if (fd >= 0 && fd < kMostFiles) g_files[fd] = on_disk;
}

bool disk_fails(enum Class class, bool* half) {
  if (half) *half = false;
  if (!strchr(g_fail.classes, class)) return false;
  ++g_fail.count;
  if (g_fail.count != g_fail.at && !(g_fail.sticky && g_fail.count > g_fail.at)) return false;
  if (g_fail.half) {
    if (half) *half = true;
    return false;
  }
  errno = g_fail.error;
  return true;
}

static void put(const void* bytes, size_t size) {
  for (const char* at = bytes; size > 0;) {
    const ssize_t done = syscall(SYS_write, g_trace, at, size);
    if (done <= 0) abort();  // a trace with a hole would prove nothing
    at += done;
    size -= (size_t)done;
  }
}

void disk_record(enum Kind kind, enum Class class, bool done, int fd, int64_t number,
                 const void* first, size_t first_size, const char* second) {
  if (g_trace < 0) return;
  const int error = errno;
  const struct Record head = {(uint8_t)kind,
                              (uint8_t)class,
                              (uint16_t)(done ? 0 : error),
                              fd,
                              number,
                              (uint32_t)first_size,
                              second ? (uint32_t)strlen(second) : 0};
  put(&head, sizeof head);
  put(first, first_size);
  if (second) put(second, head.second);
  errno = error;
}

bool disk_is_bounded(void) { return g_space != NULL; }

static long long most_bytes(void) {
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, g_space, O_RDONLY | O_CLOEXEC, 0);
  char text[32] = {0};
  const bool read = fd >= 0 && syscall(SYS_read, fd, text, sizeof text - 1) > 0;
  if (fd >= 0) syscall(SYS_close, fd);
  return read ? atoll(text) : LLONG_MAX / 2;
}

static long long bytes_below(const char* directory) {
  long long bytes = 0;
  DIR* open = opendir(directory);
  if (!open) return 0;
  for (struct dirent* entry; (entry = readdir(open)) != NULL;) {
    char path[PATH_MAX];
    struct stat found;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    snprintf(path, sizeof path, "%.3000s/%s", directory, entry->d_name);
    if (lstat(path, &found) != 0) continue;
    bytes += S_ISDIR(found.st_mode) ? bytes_below(path) : (long long)found.st_size;
  }
  closedir(open);
  return bytes;
}

static long long bytes_on_disk(void) {
  char root[PATH_MAX];
  const int error = errno;
  memcpy(root, g_root, sizeof root);
  g_root[0] = 0;  // looking is no operation of the program
  const long long bytes = bytes_below(root);
  memcpy(g_root, root, sizeof root);
  errno = error;
  return bytes;
}

long long disk_room(long long more) {
  if (more <= 0) return more;
  const long long most = most_bytes();
  if (g_used + more > most) g_used = bytes_on_disk();  // what was removed is seen when it matters
  const long long fits = most - g_used < more ? most - g_used : more;
  if (fits <= 0) return 0;
  g_used += fits;
  return fits;
}

long long disk_free(void) {
  const long long left = most_bytes() - bytes_on_disk();
  return left > 0 ? left : 0;
}
