/* fsync and fdatasync that take SYNC_US microseconds longer, for whatever program this library is loaded into. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int longer(const char *name, int file) {
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int done = sync(file);
    const char *extra = getenv("SYNC_US");
    if (extra) usleep(atoi(extra));
    return done;
}

int fsync(int file) { return longer("fsync", file); }
int fdatasync(int file) { return longer("fdatasync", file); }
