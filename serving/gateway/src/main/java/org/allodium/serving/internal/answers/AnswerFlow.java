package org.allodium.serving.internal.answers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.allodium.serving.AnswerListener;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.ScoredToken;
import org.allodium.serving.internal.admission.StillPermitted;
import org.allodium.serving.internal.pools.ChatPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries what a pool says to the client, on the client's thread, and counts what has left the
/// house. When the client goes away the pool is told at once.
public final class AnswerFlow {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerFlow.class);

    /// How many pieces leave between two looks at the present facts and policies (R18).
    private static final int PIECES_BETWEEN_LOOKS = 16;

    /// How many choices of one request are made at the same time.
    private static final int MOST_AT_ONCE = 32;

    private final RequestRun run;
    private final AnswerListener listener;
    private final ClientCall start;
    private final Duration keepAlive;
    private final Runnable firstToken;
    private final Supplier<StillPermitted> stillPermitted;

    // By choice.
    private long[] tokens = {};
    private int[] cached = {};
    private boolean started;
    private boolean interrupted;
    private boolean clientGone;
    private boolean failed;
    private @Nullable StillPermitted stopped;
    private @Nullable ClientCall lastWord;
    private int pieces;

    public AnswerFlow(
            RequestRun run,
            AnswerListener listener,
            ClientCall start,
            Duration keepAlive,
            Runnable firstToken,
            Supplier<StillPermitted> stillPermitted) {
        this.run = run;
        this.listener = listener;
        this.start = start;
        this.keepAlive = keepAlive;
        this.firstToken = firstToken;
        this.stillPermitted = stillPermitted;
    }

    /// An edge: false when the listener threw, whatever its transport throws: the client is gone.
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

    public static List<String> reasons(List<AnswerCache.Spoken> choices) {
        return choices.stream().map(AnswerCache.Spoken::finishReason).toList();
    }

    /// Runs all choices to their ends, many at once; gives those that came whole, in order.
    public List<AnswerCache.Spoken> speak(ChatPool pool, List<ChatPool.Continuation> all) {
        tokens = new long[all.size()];
        cached = new int[all.size()];
        var choices = new ArrayList<Choice>();
        boolean whole = false;
        var heard = new LinkedBlockingQueue<Heard>();
        try (var _ = listener.watchClient(() -> heard.add(new Heard.Gone()));
                var silence = new Silence(keepAlive, () -> heard.add(new Heard.Nothing()))) {
            speak(pool, all, choices, heard, silence);
            whole = goesOn() && !interrupted;
        } finally {
            if (!whole) {
                choices.forEach(v -> v.running.cancel());
            }
        }
        return choices.stream().filter(v -> v.spoken != null).map(Choice::whole).toList();
    }

    private void speak(
            ChatPool pool,
            List<ChatPool.Continuation> all,
            List<Choice> choices,
            BlockingQueue<Heard> heard,
            Silence silence) {
        int speaking = 0;
        while (speaking > 0 || (goesOn() && choices.size() < all.size())) {
            while (goesOn() && speaking < MOST_AT_ONCE && choices.size() < all.size()) {
                choices.add(begin(pool, all.get(choices.size()), choices, heard));
                speaking++;
            }
            start(choices);
            var next = next(heard);
            silence.broken();
            speaking -= next instanceof Heard.Ended ? 1 : 0;
            hear(next, choices);
            if (interrupted) {
                break;
            }
        }
        lookAgain(choices);
    }

    /// Once, before anything else. A stream begins when its intent is durable; what leaves as a
    /// whole waits for its closing row.
    private void start(List<Choice> choices) {
        if (!started) {
            if (listener.streams()) {
                run.awaitOpen();
            }
            started = say(choices, start);
        }
    }

    /// An answer that leaves as a whole leaves only from a place that is permitted then.
    private void lookAgain(List<Choice> choices) {
        if (!listener.streams() && goesOn() && !interrupted) {
            look(choices);
        }
    }

    private Choice begin(
            ChatPool pool,
            ChatPool.Continuation what,
            List<Choice> before,
            BlockingQueue<Heard> heard) {
        int choice = before.size();
        if (what.echo().isPresent() && !what.request().logprobs().ofPrompt()) {
            var prompt = new AnswerPiece(what.echo().get(), List.of(), 0);
            start(before);
            say(before, () -> listener.prompt(choice, prompt));
        }
        var running = pool.generate(what, new QueueingSink(choice, heard));
        return new Choice(running, what.echo().orElse(""));
    }

    private void hear(Heard heard, List<Choice> choices) {
        switch (heard) {
            case Heard.Nothing _ -> say(choices, listener::waiting);
            case Heard.Prompt(var choice, var scored) -> {
                var prompt = new AnswerPiece(choices.get(choice).prompt, scored, 0);
                if (goesOn()) {
                    say(choices, () -> listener.prompt(choice, prompt));
                }
            }
            case Heard.Piece(var choice, var piece) -> {
                if (goesOn()
                        && permitted(choices)
                        && say(choices, () -> listener.piece(choice, piece))) {
                    if (!piece.text().isEmpty()) {
                        choices.get(choice).pieces.add(piece.text());
                    }
                    released(choice, piece.tokensSoFar());
                }
            }
            case Heard.Ended ended -> end(ended, choices);
            case Heard.Gone _ -> leave(choices);
        }
    }

    private void end(Heard.Ended ended, List<Choice> choices) {
        if (clientGone || stopped != null) {
            return;
        }
        if (ended.why() == ChatPool.End.FAILED || ended.why() == ChatPool.End.CANCELLED) {
            failed = true;
            choices.forEach(v -> v.running.cancel());
            return;
        }
        int choice = ended.choice();
        var reason = ended.why().name().toLowerCase(Locale.ROOT);
        tokens[choice] = ended.tokens();
        cached[choice] = ended.cached();
        if (sayEnd(choices, () -> listener.choiceEnded(choice, reason))) {
            var made = choices.get(choice);
            made.spoken = new AnswerCache.Spoken(made.pieces, reason);
        }
    }

    /// With its last choice's end a client has all: that waits until the closing row is durable.
    private boolean sayEnd(List<Choice> choices, ClientCall end) {
        boolean last =
                choices.size() == tokens.length
                        && choices.stream().filter(v -> v.spoken == null).count() == 1;
        if (last) {
            lastWord = end;
            return true;
        }
        return say(choices, end);
    }

    /// What was held back until the closing row was durable.
    public ClientCall lastWord() {
        return Objects.requireNonNull(lastWord);
    }

    private void released(int choice, int tokensOfThisChoice) {
        if (tokens() == 0) {
            firstToken.run();
        }
        tokens[choice] = tokensOfThisChoice;
        if (listener.streams()) {
            run.released(tokens());
        }
    }

    /// False cuts the answer: its place is permitted no longer, or what left is not durable in
    /// time.
    private boolean permitted(List<Choice> choices) {
        if (pieces++ % PIECES_BETWEEN_LOOKS == 0) {
            look(choices);
        }
        if (stopped == null && listener.streams() && !run.mayRelease()) {
            stop(choices, StillPermitted.UNKNOWN);
        }
        return stopped == null;
    }

    private void look(List<Choice> choices) {
        var permission = stillPermitted.get();
        if (permission != StillPermitted.PERMITTED) {
            stop(choices, permission);
        }
    }

    private void stop(List<Choice> choices, StillPermitted why) {
        stopped = why;
        failed = true;
        choices.forEach(v -> v.running.cancel());
    }

    private boolean say(List<Choice> choices, ClientCall call) {
        if (clientGone || toClient(call)) {
            return !clientGone;
        }
        leave(choices);
        return false;
    }

    private void leave(List<Choice> choices) {
        clientGone = true;
        choices.forEach(v -> v.running.cancel());
    }

    private Heard next(BlockingQueue<Heard> heard) {
        try {
            return heard.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            interrupted = true;
            return new Heard.Ended(0, ChatPool.End.FAILED, 0, 0);
        }
    }

    /// Output tokens that have been released, over all choices.
    public long tokens() {
        long all = 0;
        for (long each : tokens) {
            all += each;
        }
        return all;
    }

    /// Tokens of the prompts that were not computed; each prompt has so many choices.
    public long cachedTokens(int choices) {
        return IntStream.range(0, cached.length)
                .filter(i -> i % choices == 0)
                .mapToLong(i -> cached[i])
                .sum();
    }

    public boolean clientGone() {
        return clientGone;
    }

    /// Whether the client heard that an answer comes.
    public boolean started() {
        return started;
    }

    public boolean failed() {
        return failed;
    }

    /// Why it was cut, if not by the model: its place is not permitted, or nobody could be asked.
    public Optional<StillPermitted> stopped() {
        return Optional.ofNullable(stopped);
    }

    public boolean goesOn() {
        return !clientGone && !failed;
    }

    /// A call that may find the client gone.
    public interface ClientCall {
        void run() throws Exception;
    }

    private sealed interface Heard {
        record Prompt(int choice, List<ScoredToken> tokens) implements Heard {
            public Prompt {
                tokens = List.copyOf(tokens);
            }
        }

        record Piece(int choice, AnswerPiece piece) implements Heard {}

        /// For a while.
        record Nothing() implements Heard {}

        /// The client hung up.
        record Gone() implements Heard {}

        record Ended(int choice, ChatPool.End why, int tokens, int cached) implements Heard {}
    }

    private static final class Choice {
        private final ChatPool.Running running;
        private final String prompt;
        private final List<String> pieces = new ArrayList<>();
        private AnswerCache.@Nullable Spoken spoken;

        Choice(ChatPool.Running running, String prompt) {
            this.running = running;
            this.prompt = prompt;
        }

        AnswerCache.Spoken whole() {
            return Objects.requireNonNull(spoken);
        }
    }

    private record QueueingSink(int choice, BlockingQueue<Heard> heard)
            implements ChatPool.GenerationSink {
        @Override
        public void prompt(List<ScoredToken> tokens) {
            heard.add(new Heard.Prompt(choice, tokens));
        }

        @Override
        public void piece(AnswerPiece piece) {
            heard.add(new Heard.Piece(choice, piece));
        }

        @Override
        public void end(ChatPool.End why, int completionTokens, int cachedTokens) {
            heard.add(new Heard.Ended(choice, why, completionTokens, cachedTokens));
        }
    }
}
