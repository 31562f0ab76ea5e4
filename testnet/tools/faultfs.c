/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Disk faults for an unmodified process, by LD_PRELOAD.
 *
 * build: cc -O2 -shared -fPIC -o faultfs.so faultfs.c -ldl
 * run:   FAULT_PATH=cs.wal FAULT=torn:5 LD_PRELOAD=$PWD/faultfs.so node ...
 *
 * FAULT_PATH is a substring of the path of the files concerned; all others are
 * left alone. FAULT is one of (N counts the matching calls, default 1):
 *
 *   enospc:N             from the Nth write on, every write fails with ENOSPC
 *   short:N              the Nth write writes half of its bytes and says so; libuv
 *                        then writes the rest, so JavaScript never notices
 *   torn:N               the Nth write writes half of its bytes, then SIGKILL
 *   eio_fsync:N          the Nth fsync or fdatasync fails with EIO
 *   lie_fsync            every fsync or fdatasync returns 0 without syncing
 *   kill_before_fsync:N  SIGKILL instead of the Nth fsync or fdatasync
 *   kill_after_fsync:N   SIGKILL right after the Nth fsync or fdatasync
 *
 * Intercepted: write, pwrite, pwrite64, writev, fsync, fdatasync, of the process
 * and of its native add-ons. Not intercepted: pwritev, ftruncate, rename, mmap,
 * io_uring, O_SYNC. Under enospc, short and torn a writev on a matching file is
 * cut to its first buffer, which is a legal partial write.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static _Atomic long writes, syncs;

static int path_matches(int fd) {
  const char *wanted = getenv("FAULT_PATH");
  char link[64], path[4096];
  if (!wanted) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, wanted) != 0;
}

/* Is `name` the chosen fault? Then *nth is its argument, or 1. */
static int chosen(const char *name, long *nth) {
  const char *fault = getenv("FAULT");
  size_t length = strlen(name);
  if (!fault || strncmp(fault, name, length)) return 0;
  *nth = fault[length] == ':' ? atol(fault + length + 1) : 1;
  return fault[length] == ':' || fault[length] == 0;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static ssize_t faulty_write(int fd, const void *bytes, size_t size, off_t offset, int positional) {
  static ssize_t (*real_write)(int, const void *, size_t);
  static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
  if (!real_write) real_write = dlsym(RTLD_NEXT, "write");
  if (!real_pwrite) real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  if (path_matches(fd)) {
    long nth, count = ++writes;
    if (chosen("enospc", &nth) && count >= nth) {
      errno = ENOSPC;
      return -1;
    }
    if (chosen("short", &nth) && count == nth && size > 1) size = size / 2;
    if (chosen("torn", &nth) && count == nth) {
      ssize_t ignored = positional ? real_pwrite(fd, bytes, size / 2, offset)
                                   : real_write(fd, bytes, size / 2);
      (void)ignored;
      die();
    }
  }
  return positional ? real_pwrite(fd, bytes, size, offset) : real_write(fd, bytes, size);
}

ssize_t write(int fd, const void *bytes, size_t size) {
  return faulty_write(fd, bytes, size, 0, 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
  return faulty_write(fd, bytes, size, offset, 1);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) {
  return faulty_write(fd, bytes, size, offset, 1);
}

ssize_t writev(int fd, const struct iovec *vectors, int count) {
  static ssize_t (*real_writev)(int, const struct iovec *, int);
  long nth;
  if (!real_writev) real_writev = dlsym(RTLD_NEXT, "writev");
  if (count > 0 && path_matches(fd) &&
      (chosen("enospc", &nth) || chosen("torn", &nth) || chosen("short", &nth)))
    return faulty_write(fd, vectors[0].iov_base, vectors[0].iov_len, 0, 0);
  return real_writev(fd, vectors, count);
}

static int faulty_sync(int fd, const char *name) {
  int (*real_sync)(int) = dlsym(RTLD_NEXT, name);
  long nth;
  if (!path_matches(fd)) return real_sync(fd);
  long count = ++syncs;
  if (chosen("lie_fsync", &nth)) return 0;
  if (chosen("eio_fsync", &nth) && count == nth) {
    errno = EIO;
    return -1;
  }
  if (chosen("kill_before_fsync", &nth) && count == nth) die();
  int result = real_sync(fd);
  if (chosen("kill_after_fsync", &nth) && count == nth) die();
  return result;
}

int fsync(int fd) { return faulty_sync(fd, "fsync"); }

int fdatasync(int fd) { return faulty_sync(fd, "fdatasync"); }
