#define _GNU_SOURCE
#include "decoder.h"

#include <omp.h>
#include <sched.h>

/* The cores that the calling thread had when it first asked, which are those of its workers. */
typedef struct {
    cpu_set_t all;
    int count, known;
} Cores;

static _Thread_local Cores own;
static _Thread_local int pinned = -1;

static int core_at(const Cores *cores, int index) {
    for (int core = 0; core < CPU_SETSIZE; core++) {
        if (CPU_ISSET(core, &cores->all) && index-- == 0) {
            return core;
        }
    }
    return -1;
}

const void *cores(void) {
    if (!own.known) {
        own.known = 1;
        own.count = sched_getaffinity(0, sizeof own.all, &own.all) ? 0 : CPU_COUNT(&own.all);
    }
    return &own;
}

void pin(const void *of) {
    const Cores *cores = of;
    int core = core_at(cores, omp_get_thread_num());
    if (omp_get_num_threads() != cores->count || core == pinned || core < 0) {
        return;
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    pinned = sched_setaffinity(0, sizeof one, &one) ? -1 : core;
}

void unpin(void) {
    if (pinned >= 0) {
        sched_setaffinity(0, sizeof own.all, &own.all);
        pinned = -1;
    }
}
