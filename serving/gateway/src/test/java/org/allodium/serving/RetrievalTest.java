package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.corpus.Corpus;
import org.allodium.corpus.Passage;
import org.allodium.engine.OutputFormat;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.answers.WiredSteps;
import org.allodium.serving.internal.retrieval.WiredRetrievals;
import org.allodium.sovereignty.PoolId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A deployment that looks up what it answers.
class RetrievalTest {
    private static final Passage PORT =
            new Passage(
                    "/handbook/running#port",
                    "Which port does the portal listen on?",
                    "The portal listens on port 9080.",
                    List.of());

    private final ServingWorld world = new ServingWorld();
    private final PoolId encoder = world.encoder.pool();

    @BeforeEach
    void lookUp() {
        hold(PORT);
        for (var pool : List.of(ServingWorld.HOME, ServingWorld.HOME_TOO)) {
            world.catalog.retrieve(
                    "guide", pool, new Model.Retrieval("book", "org/encoder", encoder));
        }
        world.homeToo.state = Model.State.OFFLINE;
    }

    private void hold(Passage... passages) {
        var corpus = new Corpus("book", List.of(passages), List.of());
        WiredRetrievals.corpora(
                WiredSteps.retrievals(world.steps),
                name -> name.equals("book") ? Optional.of(corpus) : Optional.empty());
    }

    private Hearing ask(ChatCommand command) {
        var client = new Hearing();
        world.completions.chat(command, client);
        return client;
    }

    private static ServingWorld.Ask question() {
        return ServingWorld.ask("guide").saying(PORT.heading()).greedily();
    }

    private String said() {
        return world.home.asked.getLast().request().format() instanceof OutputFormat.Quote(var text)
                ? text
                : "";
    }

    @Test
    void theModelSaysThePassageAndTheReceiptSaysWhoFoundIt() {
        ask(question().command());

        assertThat(said()).contains(PORT.text()).contains("https://cloud.example" + PORT.address());
        var retrieval = world.budgets.settled.getFirst().making().retrieval().orElseThrow();
        assertThat(retrieval.corpus()).isEqualTo("book");
        assertThat(retrieval.corpusDigest()).startsWith("sha256:");
        assertThat(retrieval.encoder().name()).isEqualTo("org/encoder");
        assertThat(retrieval.site().pool()).isEqualTo(encoder.value());
        assertThat(retrieval.site().place().country()).isEqualTo("XA");
        assertThat(retrieval.tokens()).isPositive();
        assertThat(retrieval.passages()).contains(PORT.address());
    }

    @Test
    void whatTheCorpusDoesNotHoldIsNotKnown() {
        hold();
        ask(question().command());
        assertThat(said()).startsWith("I do not know");
        var making = world.budgets.settled.getFirst().making();
        assertThat(making.retrieval().orElseThrow().passages()).isEmpty();
    }

    @Test
    void nothingIsLookedUpWhereTheEncoderMayNotReadTheRequest() {
        world.facts.barred.add(encoder);
        var refusal = catchThrowableOfType(Refused.class, () -> ask(question().command()));
        assertThat(refusal.code()).isEqualTo(ErrorCode.DATA_RESIDENCY_MISMATCH);
        assertThat(world.encoder.embedded).isEmpty();
        assertThat(world.home.asked).isEmpty();
    }

    @Test
    void aListingSaysWhatEachPlaceLooksUpAndWhereTheEncoderReads() {
        var caller = question().command().caller();
        var guide = world.listing.visibleTo(caller, "guide").orElseThrow();
        assertThat(guide.lookups())
                .extracting(ModelListing.Lookup::corpus, ModelListing.Lookup::encoder)
                .containsOnly(tuple("book", "org/encoder"));
        assertThat(guide.lookups())
                .extracting(lookup -> lookup.place().pool(), lookup -> lookup.encoderPlace().pool())
                .containsExactly(
                        tuple(ServingWorld.HOME, encoder), tuple(ServingWorld.HOME_TOO, encoder));
        var encoders = world.listing.visibleTo(caller, "org/encoder").orElseThrow();
        assertThat(encoders.lookups()).isEmpty();
    }

    @Test
    void aFormOfTheCallersOwnIsTheModelsAlone() {
        world.facts.barred.add(encoder);
        var plain = question().command();
        var options = plain.options();
        var json = new OutputFormat.JsonObject();
        ask(
                new ChatCommand(
                        plain.caller(),
                        plain.model(),
                        plain.messages(),
                        ChatTools.NONE,
                        new SamplingOptions(
                                options.maxTokens(),
                                options.sampling(),
                                options.ending(),
                                1,
                                options.logprobs(),
                                json,
                                false),
                        Optional.empty(),
                        Optional.empty()));
        assertThat(world.home.asked.getFirst().request().format()).isEqualTo(json);
        assertThat(world.encoder.embedded).isEmpty();
        assertThat(world.budgets.settled.getFirst().making().retrieval()).isEmpty();
    }

    @Test
    void whatIsKeptIsSaidAgainWithoutLookingUpUntilThePassagesChange() {
        world.projects.answerCache = true;
        ask(question().command());
        int embedded = world.encoder.embedded.size();
        ask(question().command());
        assertThat(world.encoder.embedded).hasSize(embedded);
        assertThat(world.home.asked).hasSize(1);

        hold(new Passage(PORT.address(), PORT.heading(), "It is port 9081.", List.of()));
        ask(question().command());
        assertThat(world.home.asked).hasSize(2);
        assertThat(said()).contains("9081");
    }

    @Test
    void anEncoderThatFailsCostsNothing() {
        ask(question().command());
        world.encoder.broken = true;
        var failure = catchThrowableOfType(Refused.class, () -> ask(question().command()));
        assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
        assertThat(world.budgets.released).hasSize(1);
        assertThat(world.home.inside).hasValue(0);
    }
}
