package org.allodium.it.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModuleBoundariesTest {
    private static final Fences FENCES = new Fences("org.allodium");

    /// Vectors and digests that are made once and read, what the engine takes without copying, and
    /// one that holds something alive.
    private static final List<String> OPEN_RECORDS =
            List.of(
                    "corpus Unit.vector",
                    "engine TokenPair.ids",
                    "engine TokenPair.types",
                    "identity ClientAddress$Network.address",
                    "serving AnswerFlow$QueueingSink.heard",
                    "serving IdempotentRequests$Key.bodyHash",
                    "serving IdempotentRequests$Key.keyHash",
                    "serving OnceOnly$Kept.body");

    // It only becomes smaller.
    private static final int MOST_OPEN_IN_ENGINE = 71;

    /// Makes schemas, whose names are no parameters; and what Hibernate takes its connections from.
    private static final List<String> PLAIN_JDBC =
            List.of("tenancy.Schema", "tenancy.internal.TenantConnections");

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importLocations(everyRoom());

    /// The portal and the demo go into the WAR and onto no class path: they are read where the
    /// build
    /// left them.
    private static List<Location> everyRoom() {
        var locations = new ArrayList<Location>();
        for (var room : Fences.ROW) {
            locations.addAll(Locations.ofPackage("org.allodium." + room));
        }
        for (var module : List.of("portal-ui", "deploy/demo")) {
            var classes = Path.of("..", module, "target/classes/org");
            if (!Files.isDirectory(classes)) {
                throw new IllegalStateException("Build " + module + " first: its fences are here.");
            }
            locations.add(Location.of(classes));
        }
        return locations;
    }

    static Stream<Arguments> pairsLeftToRight() {
        return IntStream.range(0, Fences.ROW.size())
                .boxed()
                .flatMap(
                        left ->
                                IntStream.range(left + 1, Fences.ROW.size())
                                        .mapToObj(
                                                right ->
                                                        Arguments.of(
                                                                Fences.ROW.get(left),
                                                                Fences.ROW.get(right))));
    }

    /// A fence around what nobody read would hold for ever; of jobs there is nothing yet.
    @ParameterizedTest
    @MethodSource("rooms")
    void everyRoomIsRead(String room) {
        assertThat(
                        CLASSES.stream()
                                .anyMatch(
                                        type ->
                                                type.getPackageName()
                                                        .startsWith("org.allodium." + room)))
                .isEqualTo(!room.equals("jobs"));
    }

    static Stream<String> rooms() {
        return Fences.ROW.stream();
    }

    @ParameterizedTest
    @MethodSource("pairsLeftToRight")
    void looksOnlyLeft(String left, String right) {
        FENCES.looksOnlyLeft(left, right).check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void showsOnlyItsRootPackage(String room) {
        FENCES.showsOnlyItsRootPackage(room).check(CLASSES);
    }

    @Test
    void theEdgeStaysOutside() {
        FENCES.edgesStayOutside("serving").check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"engine.internal", "serving.internal", "portal", "models"})
    void noCyclesInside(String inside) {
        FENCES.noCyclesInside(inside).check(CLASSES);
    }

    @Test
    void engineStandsAlone() {
        FENCES.standsAlone("engine").check(CLASSES);
    }

    @Test
    void onlyDoorsLeadInsideTheEngine() {
        var doors = List.of("Engine", "ModelDirectories", "ModelProbe");
        FENCES.opensInsideOnlyAt("engine", doors).check(CLASSES);
    }

    @Test
    void corpusStandsAlone() {
        FENCES.standsAlone("corpus").check(CLASSES);
    }

    @Test
    void kernelHasNoFramework() {
        FENCES.kernelHasNoFramework().check(CLASSES);
    }

    @Test
    void onlyTheEngineAndTrainingKnowDjl() {
        FENCES.onlyIn(List.of("engine", "models.training"), "ai.djl..").check(CLASSES);
    }

    @Test
    void onlyThePortalKnowsVaadin() {
        FENCES.onlyIn(List.of("portal"), "com.vaadin..").check(CLASSES);
    }

    @Test
    void onlyIdentitySpeaksToKeycloak() {
        FENCES.onlyIn(List.of("identity.internal"), "java.net.http..").check(CLASSES);
    }

    @Test
    void storesAreInternal() {
        FENCES.storesAreInternal().check(CLASSES);
    }

    @Test
    void restIsAtTheEdge() {
        FENCES.restIsAtTheEdge().check(CLASSES);
    }

    @Test
    void nativeQueriesAreInternal() {
        FENCES.nativeQueriesAreInternal().check(CLASSES);
    }

    @Test
    void statementsHaveNames() {
        FENCES.statementsHaveNames(PLAIN_JDBC).check(CLASSES);
    }

    @Test
    void columnsHaveNames() {
        FENCES.columnsHaveNames().check(CLASSES);
    }

    @Test
    void transactionsHaveOneEntry() {
        FENCES.transactionsHaveOneEntry().check(CLASSES);
    }

    @Test
    void timeComesFromAClock() {
        FENCES.timeComesFromAClock().check(CLASSES);
    }

    @Test
    void servicesSayWhoMayCall() {
        FENCES.servicesSayWhoMayCall().check(CLASSES);
    }

    @Test
    void oneExceptionCrossesRooms() {
        FENCES.oneWordForNo().check(CLASSES);
    }

    @Test
    void signaturesSayWhatGoesThrough() {
        FENCES.signaturesSayWhatGoesThrough().check(CLASSES);
    }

    @Test
    void recordsAreValues() {
        var open = FENCES.recordsAreValues().evaluate(CLASSES).getFailureReport().getDetails();
        assertThat(
                        open.stream()
                                .filter(text -> !inEngine(text))
                                .map(ModuleBoundariesTest::withoutFolders))
                .as("exceptions, which only become fewer")
                .containsExactlyInAnyOrderElementsOf(OPEN_RECORDS);
        assertThat(open.stream().filter(ModuleBoundariesTest::inEngine).toList())
                .as("arrays and trees of the engine and of training")
                .hasSizeLessThanOrEqualTo(MOST_OPEN_IN_ENGINE);
    }

    /// The room and what follows the packages, which may move.
    private static String withoutFolders(String violation) {
        return violation
                .replaceFirst("org\\.allodium\\.(\\w+)\\.(?:[a-z]+\\.)*", "$1 ")
                .replace(" can be changed", "");
    }

    private static boolean inEngine(String violation) {
        return violation.startsWith("org.allodium.engine.internal.")
                || violation.startsWith("org.allodium.models.");
    }

    @Test
    void everyPackageIsNullMarked() {
        FENCES.everyPackageIsNullMarked().check(CLASSES);
    }
}
