package org.allodium.engine.internal.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.allodium.engine.ComputeUsage;
import org.allodium.engine.Generation;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationResult;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.TokenScore;
import org.allodium.engine.Turn;
import org.allodium.engine.internal.kernel.StepKernel.Row;
import org.allodium.engine.internal.kernel.StepKernel.Wanted;
import org.allodium.engine.internal.sampling.Delivery;
import org.allodium.engine.internal.sampling.Detokenizer;
import org.allodium.engine.internal.sampling.Sampler;
import org.allodium.engine.internal.sampling.Scores;

/// One generation on its way: the prompt, then token by token.
public final class Answer implements SequenceGoal, Generation {
    private static final AtomicLong IDS = new AtomicLong();
    /// Logits of many positions are large; so many numbers of them may exist at once.
    private static final int MOST_LOGITS = 1 << 24;

    private final long id = IDS.incrementAndGet();
    private final GenerationRequest request;
    private final int promptLength;
    private final Set<Long> endTokens;
    private final int longestPiece;
    private final Sampler sampler;
    private final Detokenizer detokenizer;
    private final Delivery delivery;
    private final List<TokenScore> promptScores = new ArrayList<>();
    private boolean promptTold;
    private volatile boolean cancelled;
    // Written by the compute thread alone.
    private volatile int sampled;

    /// @param endTokens those after which the model's answer is over
    /// @param vocabulary tokens that the model knows
    public Answer(
            GenerationRequest request,
            Set<Long> endTokens,
            int vocabulary,
            Sampler sampler,
            Detokenizer detokenizer,
            Delivery delivery) {
        this.request = request;
        this.promptLength = request.promptTokens().size();
        this.endTokens = request.ending().ignoreEos() ? Set.of() : Set.copyOf(endTokens);
        this.longestPiece =
                request.logprobs().ofPrompt()
                        ? Math.max(1, MOST_LOGITS / vocabulary)
                        : Integer.MAX_VALUE;
        this.sampler = sampler;
        this.detokenizer = detokenizer;
        this.delivery = delivery;
        if (request.logprobs().ofPrompt()) {
            promptScores.add(Scores.unscored(request.promptTokens().getFirst()));
        }
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Turn turn() {
        return request.turn();
    }

    int sampled() {
        return sampled;
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public boolean needsAllPositions() {
        return request.logprobs().ofPrompt();
    }

    @Override
    public int longestPiece() {
        return scoresPrompt() ? longestPiece : Integer.MAX_VALUE;
    }

    private boolean scoresPrompt() {
        return request.logprobs().ofPrompt() && !promptTold;
    }

    @Override
    public Wanted wanted(Piece piece) {
        if (scoresPrompt()) {
            return Wanted.ALL_LOGITS;
        }
        if (!piece.last()) {
            return Wanted.NOTHING;
        }
        boolean plain = sampler.likeliestOnly() && !request.logprobs().ofAnswer();
        return plain ? Wanted.LIKELIEST : Wanted.LOGITS;
    }

    @Override
    public long[] certain(int most) {
        return sampler.certain(Math.min(most, request.maxTokens() - sampled - 1));
    }

    /// Never more than may be drawn, and nothing with an end in it: behind that nothing follows.
    @Override
    public long[] guess(Sequence sequence, int most) {
        var guess = sequence.guess(Math.min(most, request.maxTokens() - sampled - 1));
        for (int i = 0; i < guess.length; i++) {
            if (endTokens.contains(guess[i])) {
                return Arrays.copyOf(guess, i);
            }
        }
        return guess;
    }

    @Override
    public Next take(Sequence sequence, Piece piece, Row row) {
        if (scoresPrompt()) {
            scorePrompt(piece, row.logits());
        }
        if (!piece.last()) {
            return Next.MORE;
        }
        if (request.maxTokens() == 0) {
            return new Next.End(FinishReason.LENGTH);
        }
        return take(row);
    }

    private void scorePrompt(Piece piece, float[][] rows) {
        for (int i = 0; i < piece.count(); i++) {
            int token = piece.from() + i + 1;
            if (token == promptScores.size() && token < promptLength) {
                promptScores.add(
                        Scores.of(
                                rows[i],
                                request.promptTokens().get(token),
                                request.logprobs().promptTop()));
            }
        }
        if (promptScores.size() == promptLength) {
            promptTold = true;
            delivery.prompt(promptScores);
        }
    }

    private Next take(Row row) {
        int token;
        TokenScore score;
        if (row.logits().length == 0) {
            token = row.likeliest()[0];
            score = Scores.unscored(token);
        } else {
            var logits = row.logits()[row.logits().length - 1];
            token = sampler.next(logits);
            score =
                    request.logprobs().ofAnswer()
                            ? Scores.of(logits, token, request.logprobs().answerTop())
                            : Scores.unscored(token);
        }
        sampler.accept(token);
        int count = sampled + 1;
        sampled = count;
        boolean over = endTokens.contains((long) token);
        say(score, !over);
        if (over || sampler.complete() || (watchesText() && detokenizer.stopped())) {
            return new Next.End(FinishReason.STOP);
        }
        return count == request.maxTokens()
                ? new Next.End(FinishReason.LENGTH)
                : new Next.Token(token);
    }

    /// Stop texts must be seen before the next token; without any, text is the listener's time.
    private boolean watchesText() {
        return !request.ending().stop().isEmpty();
    }

    private void say(TokenScore score, boolean shown) {
        if (watchesText()) {
            detokenizer.push(score, shown).ifPresent(delivery::piece);
        } else {
            delivery.token(score, shown);
        }
    }

    @Override
    public void end(FinishReason reason, int cachedTokens, ComputeUsage usage) {
        var shown = reason;
        if (reason == FinishReason.STOP || reason == FinishReason.LENGTH) {
            if (watchesText()) {
                detokenizer.finish().ifPresent(delivery::piece);
                shown = detokenizer.stopped() ? FinishReason.STOP : reason;
            } else {
                delivery.rest();
            }
        }
        delivery.end(new GenerationResult(shown, promptLength, sampled, cachedTokens, usage));
    }
}
