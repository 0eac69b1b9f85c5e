package org.allodium.billing.internal;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/// Where a running request is written, in place of the one that was there before.
/// @param run of the node that wrote it
record Slot(long run, int number) {

    /// The slots of one run. As many as there ever were requests at once.
    static final class Rack {
        private final long run;
        private final Deque<Slot> free = new ConcurrentLinkedDeque<>();
        private final AtomicInteger made = new AtomicInteger();

        Rack(long run) {
            this.run = run;
        }

        Slot take() {
            var used = free.pollFirst();
            return used != null ? used : new Slot(run, made.getAndIncrement());
        }

        /// INVARIANT: only when nothing that names it is on its way to the database.
        void giveBack(Slot slot) {
            if (slot.run() == run) {
                free.addFirst(slot);
            }
        }
    }
}
