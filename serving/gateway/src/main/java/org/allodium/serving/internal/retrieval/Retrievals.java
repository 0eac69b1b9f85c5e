package org.allodium.serving.internal.retrieval;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelCatalog;
import org.allodium.corpus.Corpora;
import org.allodium.corpus.Corpus;
import org.allodium.corpus.CorpusIndex;
import org.allodium.corpus.Query;
import org.allodium.engine.OutputFormat;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.AnswerCommand;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.Refusals;
import org.allodium.serving.internal.pools.EmbeddingPool;
import org.allodium.serving.internal.pools.ModelPool;
import org.allodium.serving.internal.pools.Pools;
import org.allodium.serving.internal.receipts.ReceiptDraft;
import org.allodium.sovereignty.Decision;
import org.allodium.sovereignty.PoolId;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Looks up what a deployment answers from: the encoder that the deployment names reads the
/// conversation, and the passage that fits it best is what the model says. See decision 0142.
@ApplicationScoped
public class Retrievals {
    @Inject ModelCatalog catalog;
    @Inject Pools pools;

    @Inject
    @ConfigProperty(name = "allodium.portal.url", defaultValue = "http://localhost:9080")
    String portal;

    @Inject
    @ConfigProperty(name = "allodium.home", defaultValue = ".allodium")
    String home;

    Function<String, Optional<Corpus>> corpora = Corpora::find;
    private final Map<Key, CorpusIndex> indexes = new ConcurrentHashMap<>();

    /// Whether passages may answer the request: a chat in words of its own. One that prescribes a
    /// form, offers tools, or measures the model, is the model's alone.
    public static boolean answers(AnswerCommand command) {
        return command instanceof ChatCommand chat
                && chat.options().format() instanceof OutputFormat.Text
                && chat.tools().offered().isEmpty()
                && !chat.options().ending().ignoreEos();
    }

    /// Whether all that the deployment looks up with is there.
    public boolean ready(Model model, PoolId pool) {
        return model.retrieval(pool)
                .map(r -> corpora.apply(r.corpus()).isPresent() && encoder(r).isPresent())
                .orElse(true);
    }

    /// Changes when another answer might be found; empty where nothing is looked up.
    public String fingerprint(Model model, PoolId pool) {
        return model.retrieval(pool)
                .map(r -> corpus(r).digest() + " " + require(encoder(r)).digest())
                .orElse("");
    }

    /// Embeds the passages before anybody asks.
    public void prepare(Model model, PoolId pool) {
        if (model.retrieval(pool).isPresent() && ready(model, pool)) {
            var retrieval = model.retrieval(pool).orElseThrow();
            index(corpus(retrieval), require(encoder(retrieval)));
        }
    }

    /// What to say, and how it was found; empty where the deployment looks nothing up. Throws a
    /// [Refused] where the encoder has no place free.
    public Optional<Looked> look(ChatCommand chat, Model model, Decision decision, PoolId pool) {
        var retrieval = model.retrieval(pool);
        if (retrieval.isEmpty()) {
            return Optional.empty();
        }
        // INVARIANT: nothing reads a request outside the decision, for any reason.
        if (!decision.permits(pool) || !decision.retrievesOn(pool, retrieval.get().pool())) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "serving.read-in-wrong-place");
        }
        return Optional.of(look(chat, decision, retrieval.get()));
    }

    private Looked look(ChatCommand chat, Decision decision, Model.Retrieval retrieval) {
        var corpus = corpus(retrieval);
        var encoder = require(encoder(retrieval));
        try (var _ =
                encoder.enter().orElseThrow(() -> Refusals.overloaded(encoder.expectedWait()))) {
            var query = query(chat);
            var inputs = tokens(query.texts(), encoder);
            var found = index(corpus, encoder).find(query, embed(inputs, encoder));
            long tokens = inputs.stream().mapToLong(List::size).sum();
            return new Looked(
                    found.answer(portal),
                    ReceiptDraft.retrieval(
                            corpus,
                            new ReceiptDraft.Encoding(
                                    retrieval.encoder(),
                                    encoder.digest(),
                                    tokens,
                                    ReceiptDraft.site(
                                            decision.requirePlace(encoder.pool()), encoder)),
                            found));
        }
    }

    private static Query query(ChatCommand chat) {
        return Query.of(
                chat.messages().stream()
                        .map(message -> new Query.Message(message.role(), message.content()))
                        .toList());
    }

    private CorpusIndex index(Corpus corpus, EmbeddingPool encoder) {
        return indexes.computeIfAbsent(
                new Key(corpus.digest(), encoder.digest(), encoder.precision()),
                key ->
                        CorpusIndex.of(
                                corpus,
                                texts ->
                                        new KeptVectors(Path.of(home, "vectors"))
                                                .of(
                                                        corpus.name(),
                                                        key.fileName(),
                                                        texts.size(),
                                                        () ->
                                                                embed(
                                                                        tokens(texts, encoder),
                                                                        encoder))));
    }

    private List<List<Long>> tokens(List<String> texts, EmbeddingPool encoder) {
        int most = model(encoder).contextLength();
        var inputs = new ArrayList<List<Long>>(texts.size());
        for (var text : texts) {
            var ids = encoder.tokens(text);
            inputs.add(ids.subList(0, Math.min(ids.size(), most)));
        }
        return inputs;
    }

    private List<float[]> embed(List<List<Long>> inputs, EmbeddingPool encoder) {
        try {
            return encoder.embed(inputs, model(encoder).dimensions(), computed -> {});
        } catch (ModelPool.Broken e) {
            throw Refused.of(ErrorCode.UPSTREAM_FAILED, "serving.encoder-failed").because(e);
        }
    }

    private Model model(EmbeddingPool encoder) {
        return catalog.all().stream()
                .filter(model -> model.digest().equals(encoder.digest()))
                .findFirst()
                .orElseThrow();
    }

    private Optional<EmbeddingPool> encoder(Model.Retrieval retrieval) {
        return catalog.find(retrieval.encoder())
                .flatMap(model -> pools.find(model, retrieval.pool()))
                .filter(pool -> pool.state() == Model.State.READY)
                .map(EmbeddingPool.class::cast);
    }

    private Corpus corpus(Model.Retrieval retrieval) {
        return require(corpora.apply(retrieval.corpus()));
    }

    /// What was there when the request was decided may have gone since.
    private static <T> T require(Optional<T> part) {
        return part.orElseThrow(
                () -> Refused.of(ErrorCode.OVERLOADED, "serving.retrieval-not-ready"));
    }

    public record Looked(String answer, Receipt.Retrieval receipt) {}

    private record Key(String corpus, String encoder, Model.Precision precision) {
        String fileName() {
            return "%s-%s-%s"
                    .formatted(plain(corpus), plain(encoder), precision)
                    .toLowerCase(Locale.ROOT);
        }

        private static String plain(String digest) {
            return digest.substring(digest.indexOf(':') + 1);
        }
    }
}
