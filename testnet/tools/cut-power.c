/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cuts a mounted ext4 or XFS off from its disk without writing anything back, as a power cut would.
 *
 * build: cc -O2 -o cut-power cut-power.c
 * run:   cut-power MOUNT_POINT      (as root; stop whoever writes there first, with SIGSTOP)
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>

/* The same number on both file systems: EXT4_IOC_SHUTDOWN, XFS_IOC_GOINGDOWN. */
#define SHUTDOWN _IOR('X', 125, uint32_t)
#define NO_LOG_FLUSH 2u

int main(int count, char **arguments) {
  uint32_t flags = NO_LOG_FLUSH;
  int directory = count == 2 ? open(arguments[1], O_RDONLY | O_DIRECTORY) : -1;
  if (directory < 0 || ioctl(directory, SHUTDOWN, &flags) < 0) {
    perror("cut-power");
    return 1;
  }
  return 0;
}
