package org.allodium.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.News;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCatalogTest {
    private static final PoolId HOME = new PoolId("norrhamn-cpu");

    @TempDir Path home;
    @TempDir Path given;

    private final TestDatabase database = TestDatabase.fresh();
    private ModelCatalog catalog;

    @BeforeEach
    void write() throws IOException {
        catalog = restarted();
        Files.writeString(given.resolve("config.json"), "{\"architecture\":\"Llama\"}");
        Files.writeString(given.resolve("model.safetensors"), "weights");
        Files.createDirectory(given.resolve(".git"));
        Files.writeString(given.resolve(".git").resolve("HEAD"), "secret");
        Files.writeString(
                given.resolve("passport.yaml"),
                """
                title: Guide
                licence: Apache-2.0
                openness: class-1
                supplier: The lab
                languages: [en, sv]
                """);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void registersACopyUnderItsDigest() throws IOException {
        var model = catalog.register("org/guide", given);

        assertThat(model.directory()).isEqualTo(home.resolve("models/sha256-7"));
        assertThat(model.directory().resolve("config.json")).exists();
        assertThat(model.directory().resolve(".git")).doesNotExist();
        assertThat(model.passport().languages()).containsExactlyInAnyOrder("en", "sv");
        assertThat(model.passport().openness()).isEqualTo("class-1");
        assertThat(stored()).hasSize(1);
    }

    @Test
    void survivesARestart() {
        catalog.register("guide", given);
        catalog.deploy("guide", HOME, Model.Precision.AUTO);
        var found = restarted().find("guide").orElseThrow();

        assertThat(found.digest()).isEqualTo("sha256:7");
        assertThat(found.deployments())
                .containsExactly(
                        new Model.Deployment(HOME, Model.State.STARTING, Model.Precision.AUTO));
    }

    @Test
    void noticesFilesThatWereChangedBehindItsBack() throws IOException {
        var model = catalog.register("guide", given);
        assertThat(restarted().isUnchanged(model)).isTrue();
        var weights = model.directory().resolve("model.safetensors");
        Files.delete(weights);
        Files.writeString(weights, "changed weights");
        assertThat(restarted().isUnchanged(model)).isFalse();
    }

    @Test
    void keepsThePrecisionOfADeploymentAndRefusesAnother() {
        catalog.register("guide", given);
        catalog.deploy("guide", HOME, Model.Precision.INT8);
        catalog.deploy("guide", HOME, Model.Precision.INT8);
        assertThat(catalog.find("guide").orElseThrow().deployments())
                .containsExactly(
                        new Model.Deployment(HOME, Model.State.STARTING, Model.Precision.INT8));
        var refusal =
                catchThrowableOfType(
                        Refused.class, () -> catalog.deploy("guide", HOME, Model.Precision.FP32));
        assertThat(refusal.field()).contains("precision");
    }

    @Test
    void keepsWhatADeploymentLooksUp() throws IOException {
        var found = new Model.Retrieval("handbook", "encoder", HOME);
        guideAndEncoder();
        catalog.retrieveAtFirst("guide", HOME, found);
        assertThat(restarted().find("guide").orElseThrow().retrieval(HOME)).contains(found);

        catalog.retrieve("guide", HOME, Optional.empty());
        catalog.retrieveAtFirst("guide", HOME, found);
        assertThat(restarted().find("guide").orElseThrow().retrieval(HOME)).isEmpty();
    }

    @Test
    void looksUpOnlyWithAnEncoderThatRunsThere() throws IOException {
        guideAndEncoder();
        var nowhere = new PoolId("nowhere");
        assertThat(refused("guide", HOME, "guide", HOME)).isEqualTo("retrieval.encoder");
        assertThat(refused("guide", HOME, "encoder", nowhere)).isEqualTo("retrieval.pool");
        assertThat(refused("guide", nowhere, "encoder", HOME)).isEqualTo("pool");
        assertThat(refused("encoder", HOME, "encoder", HOME)).isEqualTo("retrieval");
        assertThat(catalog.find("guide").orElseThrow().retrieval(HOME)).isEmpty();
    }

    private void guideAndEncoder() throws IOException {
        catalog.register("guide", given);
        catalog.deploy("guide", HOME, Model.Precision.AUTO);
        Files.writeString(given.resolve("config.json"), "{\"architecture\":\"Bert\"}");
        Files.writeString(given.resolve("model.safetensors"), "other");
        catalog.register("encoder", given);
        catalog.deploy("encoder", HOME, Model.Precision.AUTO);
    }

    /// The field that was at fault.
    private String refused(String model, PoolId pool, String encoder, PoolId encoderPool) {
        var retrieval = Optional.of(new Model.Retrieval("handbook", encoder, encoderPool));
        var failure =
                catchThrowableOfType(Refused.class, () -> catalog.retrieve(model, pool, retrieval));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        return failure.field().orElseThrow();
    }

    @Test
    void theSameFilesAgainChangeNothingAndOtherFilesAreRefused() throws IOException {
        var first = catalog.register("guide", given);
        assertThat(catalog.register("guide", given)).isEqualTo(first);
        Files.writeString(given.resolve("model.safetensors"), "other weights");
        var failure = refused("guide");

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(catalog.find("guide").orElseThrow().digest()).isEqualTo(first.digest());
        assertThat(stored()).hasSize(1);
    }

    /// A node may be a second behind another one; what is written is compared with what is there.
    @Test
    void whoIsBehindOverwritesNothingAndIsNotIgnored() throws IOException {
        guideAndEncoder();
        Files.writeString(given.resolve("config.json"), "{\"architecture\":\"Llama\"}");
        catalog.register("late", given);
        var behind = started(new Standing());
        var found = new Model.Retrieval("handbook", "encoder", HOME);
        catalog.retrieve("guide", HOME, Optional.of(found));
        behind.retrieve("guide", HOME, Optional.empty());
        database.news().bindNext();
        assertThat(catalog.find("guide").orElseThrow().retrieval(HOME)).isEmpty();

        catalog.deploy("late", HOME, Model.Precision.INT8);
        var precision =
                catchThrowableOfType(
                        Refused.class, () -> behind.deploy("late", HOME, Model.Precision.FP32));
        assertThat(precision.field()).contains("precision");

        catalog.register("latest", given);
        Files.writeString(given.resolve("model.safetensors"), "other weights");
        var files = catchThrowableOfType(Refused.class, () -> behind.register("latest", given));
        assertThat(files.code()).isEqualTo(ErrorCode.CONFLICT);
    }

    /// Reads once, and hears of nothing.
    private final class Standing extends News {
        @Override
        public void keep(String topic, Picture picture) {
            Database.over(database.platform()).useHandle(picture::readAll);
        }

        @Override
        public void demandFresh() {}

        @Override
        public void bindNext() {}
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "a b", "ä", "a\nb", "x?", "../x", "a/../b", "/x", "x/", "a//b", ".", ".x", "-x"
            })
    void refusesNamesThatWouldNotSurviveAUrl(String name) {
        assertThat(refused(name).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void refusesWhatTheEngineCannotRunAndLeavesNothingBehind() throws IOException {
        Files.writeString(given.resolve("config.json"), "{\"architecture\":\"Other\"}");

        assertThat(refused("guide").english()).isEqualTo("No such architecture.");
        assertThat(catalog.all()).isEmpty();
        assertThat(home.resolve("models")).isEmptyDirectory();
    }

    @Test
    void refusesAPassportThatIsNoYaml() throws IOException {
        Files.writeString(given.resolve("passport.yaml"), "title: [");

        assertThat(refused("guide").english()).contains("passport.yaml");
        assertThat(stored()).isEmpty();
    }

    @Test
    void deploysOnlyOnPoolsOfWhichFactsAreKnown() {
        catalog.register("guide", given);
        var failure =
                catchThrowableOfType(
                        Refused.class,
                        () -> catalog.deploy("guide", new PoolId("nowhere"), Model.Precision.AUTO));

        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(catalog.find("guide").orElseThrow().deployments()).isEmpty();
    }

    @Test
    void showsTheStateThatWasReported() {
        catalog.register("guide", given);
        catalog.deploy("guide", HOME, Model.Precision.AUTO);
        catalog.reportState("guide", HOME, Model.State.READY);

        assertThat(catalog.find("guide").orElseThrow().deployments())
                .containsExactly(
                        new Model.Deployment(HOME, Model.State.READY, Model.Precision.AUTO));
    }

    @Test
    void deletesWhatAKilledStartLeftBehind() throws IOException {
        var left = Files.createDirectories(home.resolve("models/.incoming-1/deep"));
        Files.writeString(left.resolve("half"), "x");
        catalog.clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(7));
        catalog.tidy(this);

        assertThat(stored()).isEmpty();
    }

    @Test
    void leavesWhatAnotherNodeImportsRightNow() throws IOException {
        Files.writeString(
                Files.createDirectories(home.resolve("models/.incoming-1")).resolve("half"), "x");
        catalog.clock = Clock.systemUTC();
        catalog.tidy(this);

        assertThat(stored()).hasSize(1);
    }

    private List<Path> stored() throws IOException {
        try (var found = Files.list(home.resolve("models"))) {
            return found.toList();
        }
    }

    private Refused refused(String name) {
        return catchThrowableOfType(Refused.class, () -> catalog.register(name, given));
    }

    private ModelCatalog restarted() {
        return started(database.news());
    }

    private ModelCatalog started(News news) {
        var started = new ModelCatalog();
        started.platform = database.platform();
        started.home = home.toString();
        started.inspection = new ByTheirSize();
        started.residency = new OneKnownPool();
        started.clock = Clock.fixed(Instant.parse("2026-11-01T00:00:00Z"), ZoneOffset.UTC);
        started.news = news;
        started.open(database);
        return started;
    }

    /// Stands for the engine: the digest is the size of the weights.
    private static final class ByTheirSize implements ModelInspection {
        @Override
        public Finding inspect(Path directory) {
            if (read(directory, "config.json").contains("Bert")) {
                return new Finding(Model.Modality.EMBEDDING, "Bert", 1_000, 128, 64);
            }
            if (!read(directory, "config.json").contains("Llama")) {
                throw new Refused(
                        ErrorCode.INVALID_REQUEST, Sentence.asSaid("No such architecture."));
            }
            return new Finding(Model.Modality.TEXT, "Llama", 1_000, 128, 64);
        }

        @Override
        public String digest(Path directory) {
            return "sha256:" + read(directory, "model.safetensors").length();
        }

        private static String read(Path directory, String file) {
            try {
                return Files.readString(directory.resolve(file));
            } catch (IOException e) {
                throw new Refused(ErrorCode.INVALID_REQUEST, Sentence.asSaid("No files."))
                        .because(e);
            }
        }
    }

    private static final class OneKnownPool extends Residency {
        @Override
        public Optional<PoolPlace> place(PoolId pool) {
            return pool.equals(HOME)
                    ? Optional.of(
                            new PoolPlace(pool, "Norrhamn", "XA", "op", "Op", "XA", "XA", true))
                    : Optional.empty();
        }
    }
}
