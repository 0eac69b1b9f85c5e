package org.allodium.portal.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.allodium.billing.SettledRequest;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelCatalog;
import org.allodium.engine.Sampling;
import org.allodium.identity.Callers;
import org.allodium.kernel.Sentence;
import org.allodium.serving.AnswerEnd;
import org.allodium.serving.AnswerListener;
import org.allodium.serving.AnswerStart;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ChatTools;
import org.allodium.serving.Completions;
import org.allodium.serving.FakeChatPool;
import org.allodium.serving.RefusalLog;
import org.allodium.serving.RefusedRequest;
import org.allodium.serving.SamplingOptions;
import org.allodium.serving.internal.pools.Pools;
import org.allodium.sovereignty.FictionalCountry;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;

/// Where requests may run, and what answers them there. Of one kind for all tests: the fictional
/// country's places and policies, and models that a [FakeChatPool] computes.
public final class Country {
    private Country() {}

    /// Places, operators and the policies on offer.
    public static void describe() {
        World.peopled();
        var country = FictionalCountry.read();
        World.asStaff(
                Role.SECURITY_OFFICER,
                () -> {
                    Rooms.the(Residency.class).recordNew(country.facts());
                    Rooms.the(Residency.class).offerPolicies(country.policies());
                    return country;
                });
    }

    /// Answers "Hello you" to everything.
    public static void model(String name, String pool) {
        describe();
        var models = Rooms.the(ModelCatalog.class);
        World.asStaff(
                Role.OPERATOR,
                () -> {
                    models.register(name, directory());
                    models.deploy(name, new PoolId(pool), Model.Precision.AUTO);
                    Rooms.the(Pools.class).add(new FakeChatPool(new PoolId(pool)));
                    models.reportState(name, new PoolId(pool), Model.State.READY);
                    return name;
                });
    }

    private static Path directory() {
        try {
            var directory = Files.createTempDirectory("model");
            Files.writeString(directory.resolve("config.json"), "{}");
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Asked by the owner, answered, paid and settled. Returns the receipt's id.
    public static String request(Tenant tenant, Project project, String model) {
        return World.asOwner(
                tenant,
                () -> {
                    var owner = World.ownerOf(tenant).subject();
                    var caller =
                            Rooms.the(Callers.class).ofPerson(owner, tenant.id(), project.id());
                    var asked = new Asked();
                    Rooms.the(Completions.class)
                            .chat(
                                    new ChatCommand(
                                            caller,
                                            model,
                                            List.of(new ChatCommand.Message("user", "Hello?")),
                                            ChatTools.NONE,
                                            SamplingOptions.of(Optional.of(16), Sampling.GREEDY),
                                            Optional.empty(),
                                            Optional.empty()),
                                    asked);
                    return asked.settled.join().requestId();
                });
    }

    /// A call with the key `laptop`, for want of a grant.
    public static void refused(Tenant tenant) {
        var log = Rooms.the(RefusalLog.class);
        log.note(
                new RefusalLog.Who(tenant.id(), "k1", "laptop"),
                new RefusedRequest.Cause(
                        429, "insufficient_quota", "grants", "/v1/chat/completions", "near"),
                Optional.of(Sentence.of("serving.budget-spent", "0.02 EUR", "0.01 EUR")),
                "req_17");
        log.flush();
    }

    private static final class Asked implements AnswerListener {
        private CompletableFuture<SettledRequest> settled = new CompletableFuture<>();

        @Override
        public void started(AnswerStart start) {}

        @Override
        public void text(int choice, String piece) {}

        @Override
        public void choiceEnded(int choice, String finishReason) {}

        @Override
        public void ended(AnswerEnd end) {
            settled = end.settled().toCompletableFuture();
        }
    }

    public static void choosePolicy(Tenant tenant, String policy) {
        World.asOwner(
                tenant,
                () -> {
                    Rooms.the(Residency.class)
                            .chooseOrganisationPolicy(tenant.id(), policy, Optional.empty());
                    return policy;
                });
    }
}
