package org.allodium.serving.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.allodium.serving.AnswerListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// Carries what a pool says to the client, on the client's thread, and counts what has left the
/// house. When the client goes away the pool is told at once.
public final class AnswerFlow {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerFlow.class);

    /// How many pieces leave between two looks at the present facts and policies (R18).
    private static final int PIECES_BETWEEN_LOOKS = 16;

    private final RequestRun run;
    private final AnswerListener listener;
    private final Duration keepAlive;
    private final Runnable firstToken;
    private final BooleanSupplier stillPermitted;

    private long tokensBefore;
    private long tokensNow;
    private boolean clientGone;
    private boolean failed;
    private boolean withdrawn;
    private int pieces;

    public AnswerFlow(
            RequestRun run,
            AnswerListener listener,
            Duration keepAlive,
            Runnable firstToken,
            BooleanSupplier stillPermitted) {
        this.run = run;
        this.listener = listener;
        this.keepAlive = keepAlive;
        this.firstToken = firstToken;
        this.stillPermitted = stillPermitted;
    }

    /// One call to the listener; false when it threw, which means that the client is gone.
    /// An edge: a listener may throw whatever its transport throws.
    public static boolean toClient(ClientCall call) {
        try {
            call.run();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            LOG.debug("The client is gone", e);
            return false;
        }
    }

    /// A whole answer in the grammar of a fresh one.
    public static void say(List<AnswerCache.Spoken> choices, AnswerListener listener)
            throws Exception {
        for (int n = 0; n < choices.size(); n++) {
            for (String piece : choices.get(n).pieces()) {
                listener.text(n, piece);
            }
            listener.choiceEnded(n, choices.get(n).finishReason());
        }
    }

    public static ArrayNode reasons(List<AnswerCache.Spoken> choices) {
        var reasons = JsonMapper.shared().createArrayNode();
        choices.forEach(choice -> reasons.add(choice.finishReason()));
        return reasons;
    }

    /// Runs one choice to its end; empty when it did not come whole.
    public Optional<AnswerCache.Spoken> speak(
            int choice, ChatPool pool, ChatPool.Continuation what) {
        var heard = new LinkedBlockingQueue<Heard>();
        var running = pool.generate(what, new QueueingEar(heard));
        var pieces = new ArrayList<String>();
        while (true) {
            switch (next(heard)) {
                case null -> say(running, listener::waiting);
                case Heard.Piece(var text, var tokens) -> {
                    if (goesOn()
                            && permitted(running)
                            && say(running, () -> listener.text(choice, text))) {
                        pieces.add(text);
                        released(tokens);
                    }
                }
                case Heard.Ended(var why, var tokens) -> {
                    return end(choice, running, why, tokens, pieces);
                }
            }
        }
    }

    private Optional<AnswerCache.Spoken> end(
            int choice, ChatPool.Running running, ChatPool.End why, int tokens, List<String> said) {
        if (clientGone || withdrawn) {
            return Optional.empty();
        }
        if (why == ChatPool.End.FAILED || why == ChatPool.End.CANCELLED) {
            failed = true;
            return Optional.empty();
        }
        var reason = why.name().toLowerCase(Locale.ROOT);
        tokensBefore += tokens;
        tokensNow = 0;
        say(running, () -> listener.choiceEnded(choice, reason));
        return clientGone ? Optional.empty() : Optional.of(new AnswerCache.Spoken(said, reason));
    }

    private void released(int tokensOfThisChoice) {
        if (tokens() == 0) {
            firstToken.run();
        }
        tokensNow = tokensOfThisChoice;
        if (listener.streams()) {
            run.released(tokens());
        }
    }

    /// A running answer is cut when the place where it is made is no longer permitted.
    private boolean permitted(ChatPool.Running running) {
        if (pieces++ % PIECES_BETWEEN_LOOKS == 0 && !stillPermitted.getAsBoolean()) {
            withdrawn = true;
            failed = true;
            running.cancel();
        }
        return !withdrawn;
    }

    private boolean say(ChatPool.Running running, ClientCall call) {
        if (clientGone || toClient(call)) {
            return !clientGone;
        }
        clientGone = true;
        running.cancel();
        return false;
    }

    private @Nullable Heard next(LinkedBlockingQueue<Heard> heard) {
        try {
            return heard.poll(keepAlive.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Heard.Ended(ChatPool.End.FAILED, 0);
        }
    }

    /// Output tokens that have been released, over all choices.
    public long tokens() {
        return tokensBefore + tokensNow;
    }

    public boolean clientGone() {
        return clientGone;
    }

    public boolean failed() {
        return failed;
    }

    /// A fact or a policy changed, and the place is no longer permitted.
    public boolean withdrawn() {
        return withdrawn;
    }

    public boolean goesOn() {
        return !clientGone && !failed;
    }

    /// A call that may find the client gone.
    public interface ClientCall {
        void run() throws Exception;
    }

    private sealed interface Heard {
        record Piece(String text, int tokens) implements Heard {}

        record Ended(ChatPool.End why, int tokens) implements Heard {}
    }

    private record QueueingEar(LinkedBlockingQueue<Heard> heard) implements ChatPool.Ear {
        @Override
        public void piece(String text, int tokensSoFar) {
            heard.add(new Heard.Piece(text, tokensSoFar));
        }

        @Override
        public void end(ChatPool.End why, int completionTokens) {
            heard.add(new Heard.Ended(why, completionTokens));
        }
    }
}
