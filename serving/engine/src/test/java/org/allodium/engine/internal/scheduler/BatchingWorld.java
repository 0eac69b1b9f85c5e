package org.allodium.engine.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Batching;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationPiece;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationResult;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.StepReport;
import org.allodium.engine.TokenScore;
import org.allodium.engine.internal.cache.CarriedPages;
import org.allodium.engine.internal.cache.KvCache;
import org.allodium.engine.internal.cache.PagePool;
import org.allodium.engine.internal.grammar.Constraint;
import org.allodium.engine.internal.kernel.FakeKernel;
import org.allodium.engine.internal.sampling.Delivery;
import org.allodium.engine.internal.sampling.Detokenizer;
import org.allodium.engine.internal.sampling.Sampler;
import org.allodium.engine.internal.text.DecodeStream;
import org.jspecify.annotations.Nullable;

/// A scheduler over a fake kernel, stepped by hand.
public final class BatchingWorld {
    static final long END_TOKEN = 3;
    static final double WATTS = 100;

    public final FakeKernel kernel;
    public final PagePool pages;
    final KvCache cache;
    public final Scheduler scheduler;
    final List<StepReport> reports = new ArrayList<>();
    private final List<Sequence> sequences = new ArrayList<>();

    BatchingWorld(FakeKernel kernel, Batching batching) {
        this(kernel, batching, true);
    }

    /// @param lookup whether answers are guessed ahead
    BatchingWorld(FakeKernel kernel, Batching batching, boolean lookup) {
        this.kernel = kernel;
        this.pages = new PagePool(kernel.pages());
        this.cache = new KvCache(pages, kernel.pageTokens(), batching.prefixCache());
        var options = DecoderOptions.STANDARD.withBatching(batching).withSteps(WATTS, reports::add);
        var steps = new Steps(kernel, cache, options, kernel::now);
        var speculation = new SpeculativeDecoding(cache, lookup && kernel.rowsStandAlone());
        this.scheduler = new Scheduler(steps, cache, new Pace(batching), speculation, batching);
    }

    public static BatchingWorld of(int pages, int pageTokens, int mostSequences, int chunk) {
        return new BatchingWorld(
                new FakeKernel(pages, pageTokens),
                new Batching(mostSequences, chunk, Duration.ofSeconds(1), true));
    }

    public Heard submit(GenerationRequest request) {
        return submit(request, null);
    }

    public Heard submit(GenerationRequest request, @Nullable CarriedPages carried) {
        return submit(request, carried, null);
    }

    public Heard submit(
            GenerationRequest request,
            @Nullable CarriedPages carried,
            @Nullable Constraint constraint) {
        var prompt = prompt(request);
        var heard = new Heard();
        var text = new DecodeStream(BatchingWorld::letters);
        var detokenizer = new Detokenizer(text, request.ending().stop(), true);
        var delivery = new Delivery(heard, detokenizer, done -> {});
        var answer =
                new Answer(
                        request,
                        Set.of(END_TOKEN),
                        FakeKernel.VOCABULARY,
                        new Sampler(request.sampling(), constraint, prompt),
                        detokenizer,
                        delivery);
        heard.answer = answer;
        var sequence = new Sequence(answer, prompt, carried);
        sequences.add(sequence);
        scheduler.add(sequence);
        delivery.start(answer::cancel);
        return heard;
    }

    public boolean step() {
        boolean more = scheduler.step();
        pagesAddUp();
        return more;
    }

    public void runToTheEnd() {
        for (int steps = 0; step(); steps++) {
            assertThat(steps).describedAs("It ends some time").isLessThan(100_000);
        }
    }

    /// Every page has as many holders as sequences list it, and the rest can be taken. Nobody holds
    /// a page longer than a step for tokens that it does not have.
    void pagesAddUp() {
        var holders = new int[pages.all()];
        for (var sequence : sequences) {
            assertThat(sequence.table().held())
                    .isLessThanOrEqualTo(cache.pagesFor(sequence.table().length()));
            for (int page : sequence.table().pages()) {
                holders[page]++;
            }
            namesAreTrue(sequence);
        }
        int held = 0;
        for (int page = 0; page < pages.all(); page++) {
            assertThat(pages.holders(page)).isEqualTo(holders[page]);
            held += holders[page] > 0 ? 1 : 0;
        }
        assertThat(pages.available() + held).isEqualTo(pages.all());
    }

    /// Whoever finds a page by its name must find in it what the name says, at any time.
    private void namesAreTrue(Sequence sequence) {
        int size = kernel.pageTokens();
        for (int i = 0; i < sequence.table().named(); i++) {
            assertThat(kernel.content(sequence.table().pages()[i]))
                    .containsExactly(sequence.table().slice(i * size, (i + 1) * size));
        }
    }

    /// A letter for each token.
    static String letters(long[] ids) {
        var text = new StringBuilder();
        for (long id : ids) {
            text.append((char) ('0' + id));
        }
        return text.toString();
    }

    /// What a model without habit alone would answer.
    public static List<Long> alone(GenerationRequest request) {
        return alone(request, 0, null);
    }

    /// What a model alone would answer.
    public static List<Long> alone(
            GenerationRequest request, float habit, @Nullable Constraint constraint) {
        var history = prompt(request);
        var sampler = new Sampler(request.sampling(), constraint, history);
        var tokens = new ArrayList<Long>();
        while (tokens.size() < request.maxTokens()) {
            int token = sampler.next(FakeKernel.logits(history, habit));
            sampler.accept(token);
            tokens.add((long) token);
            var said = letters(tokens.stream().mapToLong(Long::longValue).toArray());
            boolean over = token == END_TOKEN && !request.ending().ignoreEos();
            if (over
                    || sampler.complete()
                    || request.ending().stop().stream().anyMatch(said::contains)) {
                break;
            }
            history = Arrays.copyOf(history, history.length + 1);
            history[history.length - 1] = token;
        }
        return tokens;
    }

    private static long[] prompt(GenerationRequest request) {
        return request.promptTokens().stream().mapToLong(Long::longValue).toArray();
    }

    /// What a listener heard.
    public static final class Heard implements GenerationListener {
        private final List<TokenScore> tokens = new ArrayList<>();
        private final List<TokenScore> prompt = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<GenerationResult> end = new CompletableFuture<>();
        private Answer answer;
        private boolean broken;

        @Override
        public void onText(String text, int completionTokensSoFar) {
            broken = true;
        }

        @Override
        public synchronized void onPrompt(List<TokenScore> scores) {
            broken |= !prompt.isEmpty() || !tokens.isEmpty();
            prompt.addAll(scores);
        }

        @Override
        public synchronized void onPiece(GenerationPiece piece) {
            broken |= end.isDone();
            tokens.addAll(piece.tokens());
            text.append(piece.text());
            broken |= piece.completionTokensSoFar() != tokens.size();
        }

        @Override
        public synchronized void onEnd(GenerationResult result) {
            broken |= !end.complete(result);
        }

        Answer answer() {
            return answer;
        }

        public GenerationResult result() {
            try {
                return end.get(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new AssertionError("The generation did not end", e);
            }
        }

        FinishReason reason() {
            return result().reason();
        }

        public List<Long> ids() {
            return scores().stream().map(TokenScore::id).toList();
        }

        List<TokenScore> scores() {
            result();
            synchronized (this) {
                assertThat(broken).describedAs("The contract was broken").isFalse();
                return List.copyOf(tokens);
            }
        }

        String text() {
            result();
            synchronized (this) {
                return text.toString();
            }
        }

        List<TokenScore> promptScores() {
            result();
            synchronized (this) {
                return List.copyOf(prompt);
            }
        }
    }
}
