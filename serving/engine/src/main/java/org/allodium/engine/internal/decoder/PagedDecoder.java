package org.allodium.engine.internal.decoder;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.ChatPrompt;
import org.allodium.engine.Computing;
import org.allodium.engine.Decoder;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.Generation;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.ModelDescription;
import org.allodium.engine.ModelDirectories;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.SamplingDefaults;
import org.allodium.engine.ToolCallReader;
import org.allodium.engine.Turn;
import org.allodium.engine.WrittenChat;
import org.allodium.engine.internal.cache.CarriedPages;
import org.allodium.engine.internal.cache.PageStream;
import org.allodium.engine.internal.chat.ModelText;
import org.allodium.engine.internal.kernel.Kernels;
import org.allodium.engine.internal.kernel.StepKernel;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.GenerationDefaults;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.sampling.Delivery;
import org.allodium.engine.internal.sampling.Detokenizer;
import org.allodium.engine.internal.sampling.Sampler;
import org.allodium.engine.internal.scheduler.Answer;
import org.allodium.engine.internal.scheduler.Prefill;
import org.allodium.engine.internal.scheduler.Probe;
import org.allodium.engine.internal.scheduler.Sequence;
import org.allodium.engine.internal.scheduler.StepLoop;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.ComputeDevice;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A decoder whose sequences share a cache in pages and are computed together.
public final class PagedDecoder implements Decoder {
    private static final Logger LOG = LoggerFactory.getLogger(PagedDecoder.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int WHOLE = Integer.MAX_VALUE;
    private static final int MOST_LOGITS = 1 << 24;

    private final ModelDescription description;
    private final DecoderSpec spec;
    private final Compute compute;
    private final StepKernel kernel;
    private final Computing computing;
    private final StepLoop loop;
    private final ModelText text;
    private final Set<Delivery> deliveries = ConcurrentHashMap.newKeySet();
    private final Path dir;
    private final SamplingDefaults samplingDefaults;
    private @Nullable String digest;
    private boolean closed;

    private PagedDecoder(
            ModelFolder folder,
            DecoderSpec spec,
            Compute compute,
            Kernels.Loaded loaded,
            ModelText text,
            DecoderOptions options) {
        this.description = folder.description();
        this.spec = spec;
        this.compute = compute;
        this.kernel = loaded.kernel();
        this.computing = loaded.computing();
        this.loop = StepLoop.over(kernel, compute::execute, options, System::nanoTime);
        this.text = text;
        this.dir = folder.dir();
        this.samplingDefaults = GenerationDefaults.read(dir);
    }

    public static PagedDecoder load(ModelFolder folder, DecoderSpec spec, DecoderOptions options) {
        var compute = Compute.share(ComputeDevice.of(options.device()));
        ModelText text = null;
        Kernels.Loaded kernel = null;
        boolean loaded = false;
        try {
            text = ModelText.load(folder, spec.endTokens());
            kernel = Kernels.load(folder, spec, compute, options);
            loaded = true;
            return new PagedDecoder(folder, spec, compute, kernel, text, options);
        } finally {
            if (!loaded) {
                release(compute, kernel == null ? null : kernel.kernel(), text);
            }
        }
    }

    private static void release(
            Compute compute, @Nullable StepKernel kernel, @Nullable ModelText text) {
        if (kernel != null) {
            compute.run(kernel::close);
        }
        compute.close();
        if (text != null) {
            text.close();
        }
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public int mostBytesPerToken() {
        return text.mostBytesPerToken();
    }

    @Override
    public SamplingDefaults samplingDefaults() {
        return samplingDefaults;
    }

    @Override
    public Computing computing() {
        return computing;
    }

    @Override
    public long[] encode(String given) {
        return text.encode(given);
    }

    @Override
    public long[] encodePrompt(String given) {
        return text.encodePrompt(given);
    }

    @Override
    public String decode(long[] ids) {
        return text.decode(ids);
    }

    @Override
    public byte[] bytes(long id) {
        checkId(id);
        return text.bytes(id);
    }

    @Override
    public String renderChat(List<ChatMessage> messages) {
        return text.renderChat(messages);
    }

    @Override
    public long[] encodeChat(List<ChatMessage> messages) {
        return encodeChat(new ChatPrompt(messages));
    }

    @Override
    public WrittenChat write(ChatPrompt conversation) {
        return text.write(conversation);
    }

    @Override
    public long[] encode(WrittenChat conversation) {
        return text.encode(conversation);
    }

    @Override
    public ToolCallReader toolCalls(OutputFormat.ToolCalls format) {
        return text.toolCalls(format);
    }

    @Override
    public void check(OutputFormat format) {
        var unused = text.constraint(format);
    }

    @Override
    public Generation submit(GenerationRequest request, GenerationListener listener) {
        check(request);
        return begin(request, listener, null);
    }

    @Override
    public Generation submit(
            GenerationRequest request, InputStream prefilled, GenerationListener listener)
            throws IOException {
        check(request);
        return begin(request, listener, pageStream().read(prompt(request), prefilled));
    }

    @Override
    public void prefill(List<Long> promptTokens, Turn turn, OutputStream to) throws IOException {
        checkFit(promptTokens.size());
        checkMemory(promptTokens.size());
        promptTokens.forEach(this::checkId);
        var prompt = promptTokens.stream().mapToLong(Long::longValue).toArray();
        var handover = new Prefill(turn, kernel);
        loop.add(new Sequence(handover, prompt));
        pageStream().write(prompt, handover.await(), to);
    }

    private PageStream pageStream() {
        return new PageStream(digest(), kernel);
    }

    /// Reads the whole directory, the first time it is wanted.
    private synchronized String digest() {
        var known = digest;
        if (known == null) {
            known = ModelDirectories.digest(dir);
            digest = known;
        }
        return known;
    }

    private static long[] prompt(GenerationRequest request) {
        return request.promptTokens().stream().mapToLong(Long::longValue).toArray();
    }

    private void check(GenerationRequest request) {
        long positions = (long) request.promptTokens().size() + request.maxTokens();
        checkFit(positions);
        // The last token is not computed any further.
        checkMemory(positions - 1);
        request.promptTokens().forEach(this::checkId);
    }

    private Generation begin(
            GenerationRequest request,
            GenerationListener listener,
            @Nullable CarriedPages prefilled) {
        var constraint = text.constraint(request.format());
        var prompt = prompt(request);
        var delivery = new Delivery(listener, detokenizer(request), deliveries::remove);
        var answer =
                new Answer(
                        request,
                        spec.endTokens(),
                        spec.vocabulary(),
                        new Sampler(request.sampling(), constraint, prompt),
                        detokenizer(request),
                        delivery);
        loop.add(new Sequence(answer, prompt, prefilled));
        deliveries.add(delivery);
        delivery.start(answer::cancel);
        return answer;
    }

    private Detokenizer detokenizer(GenerationRequest request) {
        return new Detokenizer(
                text.answer(request.format()),
                request.ending().stop(),
                !description.hasTokenizer());
    }

    private void checkFit(long positions) {
        if (positions > spec.context()) {
            throw new IllegalArgumentException(
                    "Prompt and answer need %d tokens, the context has %d"
                            .formatted(positions, spec.context()));
        }
    }

    private void checkMemory(long positions) {
        if (positions > loop.mostPositions()) {
            throw new IllegalArgumentException(
                    "Prompt and answer need the memory of %d tokens, this copy of the model has %d"
                            .formatted(positions, loop.mostPositions()));
        }
    }

    private void checkId(long id) {
        if (id < 0 || id >= spec.vocabulary()) {
            throw new IllegalArgumentException("The model has no token " + id);
        }
    }

    @Override
    public int waiting() {
        return loop.waiting();
    }

    @Override
    public float[][] logits(long[] ids) {
        return logits(ids, WHOLE);
    }

    /// Logits computed in chunks of at most so many tokens.
    float[][] logits(long[] ids, int chunk) {
        checkFit(ids.length);
        Arrays.stream(ids).forEach(this::checkId);
        if (ids.length == 0) {
            return new float[0][];
        }
        checkMemory(ids.length);
        var probe = new Probe(ids.length, Math.min(chunk, MOST_LOGITS / spec.vocabulary() + 1));
        loop.add(new Sequence(probe, ids));
        return probe.await();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        loop.close();
        for (var delivery : deliveries) {
            join(delivery.thread());
        }
        release(compute, kernel, text);
    }

    /// Waits for a listener to hear its end, but not for ever, and not for itself.
    private static void join(Thread listener) {
        if (listener == Thread.currentThread()) {
            return;
        }
        try {
            if (!listener.join(PATIENCE)) {
                LOG.warn("A listener has not returned {} after its model was closed", PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
