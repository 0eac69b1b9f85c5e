package org.allodium.engine.bench;

import org.allodium.engine.StepReport;

/// Counts what steps without prompts took and brought.
final class Steps implements StepReport.Listener {
    private boolean begun;
    private long last;
    private long nanos;
    private int answers;
    private int tokens;
    private int guessed;
    private int right;

    /// Forgets what was counted.
    synchronized void begin() {
        nanos = 0;
        answers = 0;
        tokens = 0;
        guessed = 0;
        right = 0;
        begun = true;
    }

    @Override
    public synchronized void onStep(StepReport report) {
        long now = Stopwatch.nanos();
        boolean prompts = report.shares().stream().anyMatch(s -> s.usage().prefillTokens() > 0);
        // A step's own time, draws included, runs from the end of the one before. Without prompts
        // there is no pause between.
        if (begun && !prompts) {
            nanos += now - last;
            answers += report.shares().size();
            tokens += report.shares().stream().mapToInt(s -> s.usage().decodeTokens()).sum();
            guessed += report.guesses().proposed();
            right += report.guesses().accepted();
        }
        last = now;
    }

    synchronized double rate() {
        return tokens / (nanos / 1e9);
    }

    /// Tokens of one answer in a step.
    synchronized double perStep() {
        return (double) tokens / answers;
    }

    /// Guesses for each token of an answer.
    synchronized double guessedPerToken() {
        return (double) guessed / tokens;
    }

    /// Percent of the guesses.
    synchronized double right() {
        return guessed == 0 ? 0 : 100.0 * right / guessed;
    }
}
