package org.allodium.engine.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.allodium.engine.Decoder;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.Engine;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.Golden;
import org.allodium.engine.PagesRefused;
import org.allodium.engine.Sampling;
import org.allodium.engine.Turn;
import org.allodium.engine.internal.kernel.TorchKernel;
import org.allodium.engine.internal.scheduler.BatchingWorld;
import org.allodium.engine.internal.scheduler.BatchingWorld.Heard;
import org.allodium.engine.internal.scheduler.Prefill;
import org.allodium.engine.internal.scheduler.Sequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageStreamTest {
    private static final DecoderOptions EXACT =
            DecoderOptions.STANDARD.withPrecision(Precision.FP32);
    private static final List<Long> PROMPT =
            LongStream.range(0, 75).map(i -> 5 + i * 31 % 600).boxed().toList();

    private static GenerationRequest ask(List<Long> prompt, int tokens) {
        return new GenerationRequest(prompt, tokens, Sampling.GREEDY, List.of())
                .withEnding(new Ending(List.of(), true));
    }

    private static byte[] prefilled(Decoder decoder, List<Long> prompt) throws IOException {
        var bytes = new ByteArrayOutputStream();
        decoder.prefill(prompt, Turn.ANY, bytes);
        return bytes.toByteArray();
    }

    private static Heard goOn(Decoder decoder, GenerationRequest request, byte[] pages)
            throws IOException {
        var heard = new Heard();
        decoder.submit(request, new ByteArrayInputStream(pages), heard);
        return heard;
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "llama3-rope", "qwen2"})
    void oneCopyComputesThePromptAndAnotherGoesOnAsTheReference(String model) throws IOException {
        try (var one = Engine.loadDecoder(Golden.dir(model), EXACT);
                var other = Engine.loadDecoder(Golden.dir(model), EXACT)) {
            for (var reference : Golden.cases(model)) {
                var prompt = Arrays.stream(reference.prompt()).boxed().toList();
                var pages = prefilled(one, prompt);
                var heard = goOn(other, ask(prompt, reference.greedy().length), pages);
                assertThat(heard.ids())
                        .isEqualTo(Arrays.stream(reference.greedy()).boxed().toList());
                int full = prompt.size() / TorchKernel.PAGE_TOKENS * TorchKernel.PAGE_TOKENS;
                assertThat(heard.result().usage().prefillTokens())
                        .isEqualTo(Math.max(1, prompt.size() - full));
                assertThat(heard.result().cachedTokens()).isZero();
            }
        }
    }

    @Test
    void anAnswerGoesOnInAnotherCopyInTheMiddle() throws IOException {
        try (var one = Engine.loadDecoder(Golden.dir("qwen2"), EXACT);
                var other = Engine.loadDecoder(Golden.dir("qwen2"), EXACT)) {
            var whole = new Heard();
            one.submit(ask(PROMPT, 40), whole);
            var begun = new ArrayList<>(PROMPT);
            begun.addAll(whole.ids().subList(0, 21));
            var rest = goOn(other, ask(begun, 19), prefilled(one, begun));
            assertThat(rest.ids()).isEqualTo(whole.ids().subList(21, 40));
        }
    }

    @Test
    void refusesWhatIsNotItsOwnOrDamaged() throws IOException {
        try (var one = Engine.loadDecoder(Golden.dir("qwen2"), EXACT);
                var stranger = Engine.loadDecoder(Golden.dir("llama-tied"), EXACT);
                var coarse =
                        Engine.loadDecoder(
                                Golden.dir("qwen2"), EXACT.withPrecision(Precision.BF16))) {
            var pages = prefilled(one, PROMPT);
            var request = ask(PROMPT, 5);
            refused(stranger, request, pages, "computed by another model");
            if (coarse.computing().precision() == Precision.BF16) {
                refused(coarse, request, pages, "this copy of the model needs");
            } else {
                // A processor without bf16 computes the same in both.
                assertThat(goOn(coarse, request, pages).ids())
                        .isEqualTo(goOn(one, request, pages).ids());
            }
            refused(one, ask(PROMPT.subList(0, 20), 5), pages, "more than the prompt");
            var others = new ArrayList<>(PROMPT);
            others.set(40, 7L);
            refused(one, ask(others, 5), pages, "another beginning");
            refused(one, request, Arrays.copyOf(pages, pages.length - 40), "too early");
            refused(one, request, Arrays.copyOf(pages, pages.length - 5), "damaged");
            refused(one, request, Arrays.copyOf(pages, 11), "too early");
            refused(one, request, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, "no pages");
            refused(one, request, changed(pages, 7, 9), "version 9");
            for (int at : new int[] {pages.length - 1, pages.length - 50, pages.length / 2}) {
                refused(one, request, changed(pages, at, pages[at] ^ 1), "damaged");
            }
            assertThat(goOn(one, request, pages).ids()).hasSize(5);
        }
    }

    private static byte[] changed(byte[] pages, int at, int to) {
        var changed = pages.clone();
        changed[at] = (byte) to;
        return changed;
    }

    private static void refused(
            Decoder decoder, GenerationRequest request, byte[] pages, String sentence) {
        assertThatThrownBy(() -> goOn(decoder, request, pages))
                .isInstanceOf(PagesRefused.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void whoWentOnAndWasPreemptedIsComputedAgain() {
        var maker = BatchingWorld.of(40, 4, 8, 16);
        var request = ask(LongStream.range(0, 30).map(i -> 4 + i * 7 % 40).boxed().toList(), 20);
        var prompt = request.promptTokens().stream().mapToLong(Long::longValue).toArray();
        var handover = new Prefill(Turn.ANY, maker.kernel);
        maker.scheduler.add(new Sequence(handover, prompt));
        assertThat(maker.scheduler.step()).isTrue();
        assertThat(maker.scheduler.step()).isFalse();
        var carried = handover.await();
        assertThat(carried.positions()).isEqualTo(28);

        var world = BatchingWorld.of(14, 4, 8, 64);
        var first = world.submit(ask(request.promptTokens().subList(0, 9), 40));
        world.step();
        var second = world.submit(request, carried);
        world.runToTheEnd();
        assertThat(second.ids()).isEqualTo(BatchingWorld.alone(request));
        assertThat(second.result().usage().prefillTokens()).isGreaterThan(30);
        assertThat(first.result().usage().prefillTokens()).isEqualTo(9);
        assertThat(world.pages.available()).isEqualTo(14);
    }
}
