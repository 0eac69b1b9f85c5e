package org.allodium.engine.internal.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The sequences that wait for their turn: the highest priority first; of equal ones those that
/// were preempted, then those of the account that used least for its weight, then the oldest.
final class WaitingQueue {
    private final List<Sequence> waiting = new ArrayList<>();
    private final Comparator<Sequence> order;
    // Asked from other threads.
    private volatile int size;

    WaitingQueue(FairShares shares) {
        order =
                Comparator.comparingInt((Sequence s) -> -s.goal().turn().priority())
                        .thenComparing(s -> !s.begun())
                        .thenComparingDouble(s -> shares.used(s.goal().turn()))
                        .thenComparingLong(Sequence::arrival);
    }

    int size() {
        return size;
    }

    void add(Sequence sequence) {
        waiting.add(sequence);
        size = waiting.size();
    }

    /// The first of those that may go.
    Optional<Sequence> first(Predicate<Sequence> mayGo) {
        return waiting.stream().filter(mayGo).min(order);
    }

    void remove(Sequence sequence) {
        waiting.remove(sequence);
        size = waiting.size();
    }

    List<Sequence> all() {
        return List.copyOf(waiting);
    }
}
