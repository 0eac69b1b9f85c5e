package org.allodium.demo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.allodium.billing.Budgets;
import org.allodium.catalog.Model;
import org.allodium.engine.Sampling;
import org.allodium.identity.Caller;
import org.allodium.identity.Callers;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.AnswerEnd;
import org.allodium.serving.AnswerListener;
import org.allodium.serving.AnswerStart;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ChatTools;
import org.allodium.serving.Completions;
import org.allodium.serving.EmbedCommand;
import org.allodium.serving.Embeddings;
import org.allodium.serving.ModelListing;
import org.allodium.serving.SamplingOptions;
import org.allodium.serving.TextInput;
import org.allodium.tenancy.Projects;

/// Uses up one organisation's grant by asking the models until no request can be paid any more.
@ApplicationScoped
class DemoSpending {
    private static final String TEXT_MODEL = "allodium-guide";
    private static final String EMBEDDING_MODEL = "all-minilm-l6-v2";
    private static final int FIRST_ANSWER = 64;
    private static final int FIRST_WORDS = 64;
    private static final Duration SETTLING = Duration.ofSeconds(10);

    @Inject Completions completions;
    @Inject Embeddings embeddings;
    @Inject ModelListing listing;
    @Inject Callers callers;
    @Inject Projects projects;
    @Inject Budgets budgets;
    @Inject DemoCast cast;

    /// False as long as the models are not ready: to be tried again.
    boolean spend(DemoFile demo) {
        if (!ready(TEXT_MODEL) || !ready(EMBEDDING_MODEL)) {
            return false;
        }
        var owner = cast.owner(DemoOrganisation.SPENT, demo);
        owner.run(
                () -> {
                    var tenant = owner.requireTenant();
                    var project = projects.all(tenant).getFirst();
                    var caller = callers.ofPerson(owner.subject(), tenant, project.id());
                    // Who cannot pay one word can pay nothing: so at every start but the first.
                    if (!paid(() -> embeddings.embed(words(caller, 1)))) {
                        return;
                    }
                    for (var tokens = FIRST_ANSWER; tokens >= 1; tokens /= 2) {
                        askUntilRefused(caller, tokens);
                    }
                    for (var words = FIRST_WORDS; words >= 1; words /= 2) {
                        embedUntilRefused(caller, words);
                    }
                });
        return true;
    }

    /// Whether this build and this start have the models at all.
    boolean possible() {
        return listed(TEXT_MODEL) && listed(EMBEDDING_MODEL);
    }

    private boolean listed(String name) {
        return listing.all().stream().anyMatch(entry -> entry.model().name().equals(name));
    }

    private boolean ready(String name) {
        return listing.all().stream()
                .anyMatch(
                        entry ->
                                entry.model().name().equals(name)
                                        && entry.state() == Model.State.READY);
    }

    private void askUntilRefused(Caller caller, int tokens) {
        while (paid(() -> completions.chat(question(caller, tokens), new Silence()))) {
            budgets.awaitQuiescence(caller.tenant(), SETTLING);
        }
    }

    private void embedUntilRefused(Caller caller, int words) {
        while (paid(() -> embeddings.embed(words(caller, words)))) {
            budgets.awaitQuiescence(caller.tenant(), SETTLING);
        }
    }

    private static boolean paid(Runnable request) {
        try {
            request.run();
            return true;
        } catch (Refused refused) {
            if (refused.code() == ErrorCode.INSUFFICIENT_QUOTA) {
                return false;
            }
            throw refused;
        }
    }

    private static ChatCommand question(Caller caller, int tokens) {
        return new ChatCommand(
                caller,
                TEXT_MODEL,
                List.of(new ChatCommand.Message("user", "What is Allodium?")),
                ChatTools.NONE,
                SamplingOptions.of(Optional.of(tokens), Sampling.GREEDY),
                Optional.empty(),
                Optional.empty());
    }

    private static EmbedCommand words(Caller caller, int words) {
        return new EmbedCommand(
                caller,
                EMBEDDING_MODEL,
                List.of(new TextInput.Text("loom ".repeat(words).strip())),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /// Nobody reads these answers.
    private static final class Silence implements AnswerListener {
        @Override
        public void started(AnswerStart start) {}

        @Override
        public void text(int choice, String piece) {}

        @Override
        public void choiceEnded(int choice, String finishReason) {}

        @Override
        public void ended(AnswerEnd end) {}
    }
}
