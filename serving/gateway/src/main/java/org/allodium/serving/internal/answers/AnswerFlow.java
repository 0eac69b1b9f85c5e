package org.allodium.serving.internal.answers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.allodium.serving.AnswerListener;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.ScoredToken;
import org.allodium.serving.internal.admission.StillPermitted;
import org.allodium.serving.internal.pools.ChatPool;
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

    /// How many choices of one request are made at the same time.
    private static final int MOST_AT_ONCE = 32;

    private final RequestRun run;
    private final AnswerListener listener;
    private final Duration keepAlive;
    private final Runnable firstToken;
    private final Supplier<StillPermitted> stillPermitted;

    // By choice.
    private long[] tokens = {};
    private int[] cached = {};
    private boolean interrupted;
    private boolean clientGone;
    private boolean failed;
    private @Nullable StillPermitted stopped;
    private @Nullable ClientCall lastWord;
    private int pieces;

    public AnswerFlow(
            RequestRun run,
            AnswerListener listener,
            Duration keepAlive,
            Runnable firstToken,
            Supplier<StillPermitted> stillPermitted) {
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

    /// Runs all choices to their ends, many at once; gives those that came whole, in order.
    public List<AnswerCache.Spoken> speak(ChatPool pool, List<ChatPool.Continuation> all) {
        tokens = new long[all.size()];
        cached = new int[all.size()];
        var voices = new ArrayList<Voice>();
        boolean whole = false;
        var heard = new LinkedBlockingQueue<Heard>();
        try (var _ = listener.watchClient(() -> heard.add(new Heard.Gone()))) {
            speak(pool, all, voices, heard);
            whole = goesOn() && !interrupted;
        } finally {
            if (!whole) {
                voices.forEach(v -> v.running.cancel());
            }
        }
        return voices.stream().filter(v -> v.spoken != null).map(Voice::whole).toList();
    }

    private void speak(
            ChatPool pool,
            List<ChatPool.Continuation> all,
            List<Voice> voices,
            BlockingQueue<Heard> heard) {
        int speaking = 0;
        while (speaking > 0 || (goesOn() && voices.size() < all.size())) {
            while (goesOn() && speaking < MOST_AT_ONCE && voices.size() < all.size()) {
                voices.add(begin(pool, all.get(voices.size()), voices, heard));
                speaking++;
            }
            var next = next(heard);
            speaking -= next instanceof Heard.Ended ? 1 : 0;
            hear(next, voices);
            if (interrupted) {
                break;
            }
        }
        lookAgain(voices);
    }

    /// An answer that leaves as a whole leaves only from a place that is permitted then.
    private void lookAgain(List<Voice> voices) {
        if (!listener.streams() && goesOn() && !interrupted) {
            look(voices);
        }
    }

    private Voice begin(
            ChatPool pool,
            ChatPool.Continuation what,
            List<Voice> before,
            BlockingQueue<Heard> heard) {
        int choice = before.size();
        if (what.echo().isPresent() && !what.request().logprobs().ofPrompt()) {
            var prompt = new AnswerPiece(what.echo().get(), List.of(), 0);
            say(before, () -> listener.prompt(choice, prompt));
        }
        var running = pool.generate(what, new QueueingEar(choice, heard));
        return new Voice(running, what.echo().orElse(""));
    }

    private void hear(@Nullable Heard heard, List<Voice> voices) {
        switch (heard) {
            case null -> say(voices, listener::waiting);
            case Heard.Prompt(var choice, var scored) -> {
                var prompt = new AnswerPiece(voices.get(choice).prompt, scored, 0);
                if (goesOn()) {
                    say(voices, () -> listener.prompt(choice, prompt));
                }
            }
            case Heard.Piece(var choice, var piece) -> {
                if (goesOn()
                        && permitted(voices)
                        && say(voices, () -> listener.piece(choice, piece))) {
                    if (!piece.text().isEmpty()) {
                        voices.get(choice).pieces.add(piece.text());
                    }
                    released(choice, piece.tokensSoFar());
                }
            }
            case Heard.Ended ended -> end(ended, voices);
            case Heard.Gone _ -> leave(voices);
        }
    }

    private void end(Heard.Ended ended, List<Voice> voices) {
        if (clientGone || stopped != null) {
            return;
        }
        if (ended.why() == ChatPool.End.FAILED || ended.why() == ChatPool.End.CANCELLED) {
            failed = true;
            voices.forEach(v -> v.running.cancel());
            return;
        }
        int choice = ended.choice();
        var reason = ended.why().name().toLowerCase(Locale.ROOT);
        tokens[choice] = ended.tokens();
        cached[choice] = ended.cached();
        if (sayEnd(voices, () -> listener.choiceEnded(choice, reason))) {
            var voice = voices.get(choice);
            voice.spoken = new AnswerCache.Spoken(voice.pieces, reason);
        }
    }

    /// With the end of its last choice a client has the answer whole, so that waits until the
    /// answer's closing row is durable.
    private boolean sayEnd(List<Voice> voices, ClientCall end) {
        boolean last =
                voices.size() == tokens.length
                        && voices.stream().filter(v -> v.spoken == null).count() == 1;
        if (last) {
            lastWord = end;
            return true;
        }
        return say(voices, end);
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

    /// A running answer is cut when the place where it is made is no longer permitted, or when
    /// what has left of it does not become durable.
    private boolean permitted(List<Voice> voices) {
        if (pieces++ % PIECES_BETWEEN_LOOKS == 0) {
            look(voices);
        }
        if (stopped == null && listener.streams() && !run.mayRelease()) {
            stop(voices, StillPermitted.UNKNOWN);
        }
        return stopped == null;
    }

    private void look(List<Voice> voices) {
        var permission = stillPermitted.get();
        if (permission != StillPermitted.PERMITTED) {
            stop(voices, permission);
        }
    }

    private void stop(List<Voice> voices, StillPermitted why) {
        stopped = why;
        failed = true;
        voices.forEach(v -> v.running.cancel());
    }

    private boolean say(List<Voice> voices, ClientCall call) {
        if (clientGone || toClient(call)) {
            return !clientGone;
        }
        leave(voices);
        return false;
    }

    private void leave(List<Voice> voices) {
        clientGone = true;
        voices.forEach(v -> v.running.cancel());
    }

    private @Nullable Heard next(BlockingQueue<Heard> heard) {
        try {
            return heard.poll(keepAlive.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            interrupted = true;
            return new Heard.Ended(0, ChatPool.End.FAILED, 0, 0);
        }
    }

    /// Output tokens that have been released, over all choices.
    public long tokens() {
        return LongStream.of(tokens).sum();
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

    public boolean failed() {
        return failed;
    }

    /// Why the answer was cut, if it was not the model that failed: its place is no longer
    /// permitted, or nobody could be asked.
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
        record Prompt(int choice, List<ScoredToken> tokens) implements Heard {}

        record Piece(int choice, AnswerPiece piece) implements Heard {}

        /// The client hung up.
        record Gone() implements Heard {}

        record Ended(int choice, ChatPool.End why, int tokens, int cached) implements Heard {}
    }

    /// One choice while it is made.
    private static final class Voice {
        private final ChatPool.Running running;
        private final String prompt;
        private final List<String> pieces = new ArrayList<>();
        private AnswerCache.@Nullable Spoken spoken;

        Voice(ChatPool.Running running, String prompt) {
            this.running = running;
            this.prompt = prompt;
        }

        AnswerCache.Spoken whole() {
            return Objects.requireNonNull(spoken);
        }
    }

    private record QueueingEar(int choice, BlockingQueue<Heard> heard) implements ChatPool.Ear {
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
