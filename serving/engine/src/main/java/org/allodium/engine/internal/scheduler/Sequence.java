package org.allodium.engine.internal.scheduler;

import org.allodium.engine.ComputeUsage;
import org.allodium.engine.internal.cache.CarriedPages;
import org.allodium.engine.internal.cache.PageTable;
import org.jspecify.annotations.Nullable;

/// Tokens on their way through the model: what for, in which pages, whose turn they wait for, and
/// what they have used. On the compute thread only, once it is submitted.
public final class Sequence {
    private final SequenceGoal goal;
    private final PageTable table;
    private final int promptLength;
    private final AcceptanceRate acceptance = new AcceptanceRate();
    private long arrival;
    private boolean begun;
    private boolean admitted;
    private int cachedTokens;
    private ComputeUsage usage = ComputeUsage.NONE;

    public Sequence(SequenceGoal goal, long[] prompt) {
        this(goal, prompt, null);
    }

    /// @param imported the pages of its beginning, computed elsewhere
    public Sequence(SequenceGoal goal, long[] prompt, @Nullable CarriedPages imported) {
        var salt = goal.needsAllPositions() ? null : goal.turn().cacheSalt();
        this.goal = goal;
        this.table = new PageTable(prompt, salt, imported);
        this.promptLength = prompt.length;
    }

    SequenceGoal goal() {
        return goal;
    }

    PageTable table() {
        return table;
    }

    long arrival() {
        return arrival;
    }

    void arrives(long number) {
        arrival = number;
    }

    int promptLength() {
        return promptLength;
    }

    /// Tokens still to be computed; never 0 while it runs.
    int pending() {
        return table.pending();
    }

    /// What may follow its tokens, judged by themselves.
    long[] guess(int most) {
        int length = table.length();
        return PromptLookup.after(table.slice(0, length), length, most);
    }

    AcceptanceRate acceptance() {
        return acceptance;
    }

    /// It has its pages, and in them perhaps part of what it would compute.
    /// @param carried whether that was computed elsewhere, for it alone
    void begin(boolean carried) {
        begun = true;
        if (!carried) {
            // Who was preempted may find some of what it computed itself: that was not saved.
            int saved = Math.min(table.computed(), promptLength - 1) - usage.prefillTokens();
            cachedTokens = Math.max(cachedTokens, saved);
        }
    }

    /// Whether it has been computed before.
    boolean begun() {
        return begun;
    }

    /// Whether its account was charged for the prompt.
    boolean admitted() {
        return admitted;
    }

    void admit() {
        admitted = true;
    }

    int cachedTokens() {
        return cachedTokens;
    }

    ComputeUsage usage() {
        return usage;
    }

    void used(ComputeUsage more) {
        usage = usage.plus(more);
    }
}
