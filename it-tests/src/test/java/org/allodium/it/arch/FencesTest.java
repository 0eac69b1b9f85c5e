package org.allodium.it.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A rule that matches nothing would pass for ever: each is broken once, on purpose, in the
/// fixture.
class FencesTest {
    private static final String FIXTURE = "org.allodium.it.arch.fixture";
    private static final Fences FENCES = new Fences(FIXTURE);
    private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(FIXTURE);

    static Stream<Named<ArchRule>> rules() {
        return Stream.of(
                Named.of("looks only left", FENCES.looksOnlyLeft("kernel", "billing")),
                Named.of("shows only its root package", FENCES.showsOnlyItsRootPackage("tenancy")),
                Named.of("engine stands alone", FENCES.standsAlone("engine")),
                Named.of(
                        "only doors lead inside the engine",
                        FENCES.opensInsideOnlyAt("engine", List.of("EngineThatKnowsMoney"))),
                Named.of("corpus stands alone", FENCES.standsAlone("corpus")),
                Named.of("the edge stays outside", FENCES.edgesStayOutside("serving")),
                Named.of("no cycles inside serving", FENCES.noCyclesInside("serving.internal")),
                Named.of("no cycles inside the portal", FENCES.noCyclesInside("portal")),
                Named.of("no cycles inside models", FENCES.noCyclesInside("models")),
                Named.of("kernel has no framework", FENCES.kernelHasNoFramework()),
                Named.of(
                        "only the engine and training know DJL",
                        FENCES.onlyIn(List.of("engine", "models.training"), "ai.djl..")),
                Named.of(
                        "only the portal knows Vaadin",
                        FENCES.onlyIn(List.of("portal"), "com.vaadin..")),
                Named.of(
                        "only identity speaks to Keycloak",
                        FENCES.onlyIn(List.of("identity.internal"), "java.net.http..")),
                Named.of("stores are internal", FENCES.storesAreInternal()),
                Named.of("REST is at the edge", FENCES.restIsAtTheEdge()),
                Named.of("native queries are internal", FENCES.nativeQueriesAreInternal()),
                Named.of("statements have names", FENCES.statementsHaveNames(List.of())),
                Named.of("columns have names", FENCES.columnsHaveNames()),
                Named.of("transactions have one entry", FENCES.transactionsHaveOneEntry()),
                Named.of("time comes from a clock", FENCES.timeComesFromAClock()),
                Named.of("services say who may call", FENCES.servicesSayWhoMayCall()),
                Named.of("signatures say", FENCES.signaturesSayWhatGoesThrough()),
                Named.of("one word for no", FENCES.oneWordForNo()),
                Named.of("records are values", FENCES.recordsAreValues()),
                Named.of("every package is null-marked", FENCES.everyPackageIsNullMarked()));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void noticesTheDeliberateViolation(ArchRule rule) {
        assertThat(rule.evaluate(BROKEN).hasViolation()).isTrue();
    }

    @Test
    void noticesEachPartOfARecordThatOthersCanChange() {
        assertThat(violations(FENCES.recordsAreValues()))
                .containsExactlyInAnyOrder(
                        "LooseBill.lines can be changed",
                        "LooseBill.someLines can be changed",
                        "LooseBill.seal can be changed",
                        "LooseBill.tags can be changed",
                        "LooseBill.more can be changed");
    }

    @Test
    void noticesEachSignatureThatLetsAnythingThrough() {
        assertThat(violations(FENCES.signaturesSayWhatGoesThrough()))
                .map(text -> text.replaceFirst("\\(.*", ""))
                .containsExactlyInAnyOrder(
                        "LooseBill.<init>",
                        "LooseBill.more",
                        "LooseBill.fields",
                        "LooseBill.add",
                        "LooseBill.trees",
                        "LooseBill.all",
                        "LooseBill.named",
                        "LooseBill.count");
    }

    private static List<String> violations(ArchRule rule) {
        return rule.evaluate(BROKEN).getFailureReport().getDetails().stream()
                .map(text -> text.replace(FIXTURE + ".billing.", ""))
                .toList();
    }
}
