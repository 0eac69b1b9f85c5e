package org.allodium.it.arch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.NullMarked;

/// The boundaries of the house, for any base package: the product's own, and the fixture in which
/// each is broken once.
final class Fences {
    /// Order is the rule: each room may use those before it, never those after it.
    static final List<String> ROW =
            List.of(
                    "kernel",
                    "evidence",
                    "tenancy",
                    "sovereignty",
                    "identity",
                    "billing",
                    "catalog",
                    "engine",
                    "models",
                    "corpus",
                    "serving",
                    "jobs",
                    "portal",
                    "demo");

    private static final Set<String> BY_HAND =
            Set.of("begin", "commit", "rollback", "inTransaction", "useTransaction");

    private final String base;

    Fences(String base) {
        this.base = base + ".";
    }

    ArchRule looksOnlyLeft(String left, String right) {
        return noClasses()
                .that()
                .resideInAPackage(base + left + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(base + right + "..")
                .allowEmptyShould(true);
    }

    ArchRule showsOnlyItsRootPackage(String room) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(base + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(base + room + ".*..")
                .allowEmptyShould(true);
    }

    /// The room could be lifted out as it stands: nothing of ours, nothing of Jakarta.
    ArchRule standsAlone(String alone) {
        String[] others =
                ROW.stream()
                        .filter(room -> !room.equals(alone))
                        .map(room -> base + room + "..")
                        .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(base + alone + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(others).or(resideInAPackage("jakarta..")));
    }

    /// The edge of a room speaks to its root package, as any caller from outside would.
    ArchRule edgesStayOutside(String room) {
        return noClasses()
                .that()
                .resideInAPackage(base + room + ".rest..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(base + room + ".internal..");
    }

    /// What lies inside a room has an order of its own, in which nothing leads back.
    ///
    /// @param inside the room, and below it what holds the slices
    ArchRule noCyclesInside(String inside) {
        return slices().matching(base + inside + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true);
    }

    /// What lies inside knows the room's API, which is its vocabulary; from the API only the doors
    /// lead inside.
    ArchRule opensInsideOnlyAt(String room, List<String> doors) {
        String[] names =
                doors.stream().map(door -> base + room + "." + door).toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(base + room)
                .and(not(belongToAnyOf(names)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(base + room + ".internal..");
    }

    private static DescribedPredicate<JavaClass> belongToAnyOf(String... names) {
        return DescribedPredicate.describe(
                "belong to any of " + List.of(names),
                type ->
                        Stream.of(names)
                                .anyMatch(
                                        name ->
                                                type.getName().equals(name)
                                                        || type.getName().startsWith(name + "$")));
    }

    /// But for the one entry to Jdbi.
    ArchRule kernelHasNoFramework() {
        return noClasses()
                .that()
                .resideInAPackage(base + "kernel..")
                .and(not(belongToAnyOf(base + "kernel.Database", base + "kernel.SqlTypes")))
                .should()
                .dependOnClassesThat(
                        not(resideInAnyPackage("java..", "org.jspecify..", base + "kernel..")));
    }

    ArchRule onlyIn(List<String> rooms, String library) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(
                        rooms.stream().map(room -> base + room + "..").toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    ArchRule storesAreInternal() {
        return noClasses()
                .that()
                .resideOutsideOfPackage("..internal..")
                .and(not(assignableTo(jakarta.persistence.AttributeConverter.class)))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("org.hibernate..", "org.infinispan..", "org.jgroups..")
                                .or(
                                        resideInAPackage("jakarta.persistence..")
                                                .and(not(new InjectedEntityManager()))));
    }

    ArchRule restIsAtTheEdge() {
        return noClasses()
                .that()
                .resideOutsideOfPackages("..rest..", "..internal..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jakarta.ws.rs..");
    }

    ArchRule nativeQueriesAreInternal() {
        return noClasses()
                .that()
                .resideOutsideOfPackage("..internal..")
                .should()
                .callMethodWhere(
                        DescribedPredicate.describe(
                                "createNativeQuery is called",
                                call -> call.getTarget().getName().equals("createNativeQuery")));
    }

    /// Parameters have names: statements of one's own go by `kernel.Database`. See decision 0025.
    ArchRule statementsHaveNames(List<String> plain) {
        return noClasses()
                .that(not(belongToAnyOf(named(plain))))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Statement.class);
    }

    /// Columns too. The kernel's readers of single types are handed a number by Jdbi.
    ArchRule columnsHaveNames() {
        return noClasses()
                .that(not(belongToAnyOf(base + "kernel.SqlTypes")))
                .should()
                .callMethodWhere(
                        call(
                                "a column is read by its number",
                                List.of(ResultSet.class, RowView.class),
                                target ->
                                        target.getName().startsWith("get")
                                                && takesNumberFirst(target)));
    }

    /// A handle's transaction ends where it began: in `kernel.Database`, or with whoever holds the
    /// connection.
    ArchRule transactionsHaveOneEntry() {
        return noClasses()
                .that(not(belongToAnyOf(base + "kernel.Database", base + "kernel.SqlTypes")))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Jdbi.class)
                .orShould()
                .callMethodWhere(
                        call(
                                "a handle's transaction is begun or ended by hand",
                                List.of(Handle.class),
                                target -> BY_HAND.contains(target.getName())));
    }

    private String[] named(List<String> classes) {
        return classes.stream().map(name -> base + name).toArray(String[]::new);
    }

    private static DescribedPredicate<JavaMethodCall> call(
            String description,
            List<Class<?>> owners,
            Predicate<AccessTarget.MethodCallTarget> target) {
        return DescribedPredicate.describe(
                description,
                call ->
                        owners.stream().anyMatch(call.getTargetOwner()::isAssignableTo)
                                && target.test(call.getTarget()));
    }

    private static boolean takesNumberFirst(AccessTarget.MethodCallTarget target) {
        var parameters = target.getRawParameterTypes();
        return !parameters.isEmpty() && parameters.getFirst().isEquivalentTo(int.class);
    }

    ArchRule timeComesFromAClock() {
        return noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemDefaultZone");
    }

    /// An application service is an `@ApplicationScoped` class in a room's root package. Evidence
    /// stands left of tenancy, where roles are: the rooms that call it have asked already.
    ArchRule servicesSayWhoMayCall() {
        return methods()
                .that()
                .arePublic()
                .and()
                .areNotStatic()
                .and()
                .areDeclaredInClassesThat(new ApplicationService(base))
                .should(new SayWhoMayCall());
    }

    ArchRule signaturesSayWhatGoesThrough() {
        return classes()
                .that()
                .resideInAnyPackage(ROW.stream().map(room -> base + room).toArray(String[]::new))
                .should(new TypedApi());
    }

    /// Of exceptions, one crosses rooms, and one tells that nobody listens any more. The engine
    /// stands alone and has its own.
    ArchRule oneWordForNo() {
        return classes()
                .that()
                .areAssignableTo(Throwable.class)
                .and()
                .resideInAnyPackage(
                        ROW.stream()
                                .filter(room -> !room.equals("engine"))
                                .map(room -> base + room)
                                .toArray(String[]::new))
                .should()
                .notBePublic()
                .orShould()
                .haveSimpleName("Refused")
                .orShould()
                .haveSimpleName("HungUp");
    }

    ArchRule recordsAreValues() {
        return classes().that().areRecords().should(new ImmutableRecords());
    }

    ArchRule everyPackageIsNullMarked() {
        return classes().should(new LiveInANullMarkedPackage());
    }

    private static final class LiveInANullMarkedPackage extends ArchCondition<JavaClass> {
        LiveInANullMarkedPackage() {
            super("live in a package whose package-info says @NullMarked");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
            events.add(
                    new SimpleConditionEvent(
                            type, marked, type.getPackageName() + " is null-marked: " + marked));
        }
    }

    private static final class InjectedEntityManager extends DescribedPredicate<JavaClass> {
        InjectedEntityManager() {
            super("the injected EntityManager of a service");
        }

        @Override
        public boolean test(JavaClass type) {
            return type.getSimpleName().equals("EntityManager")
                    || type.getSimpleName().equals("PersistenceContext");
        }
    }

    private static final class ApplicationService extends DescribedPredicate<JavaClass> {
        private final String base;

        ApplicationService(String base) {
            super("application services");
            this.base = base;
        }

        @Override
        public boolean test(JavaClass type) {
            return type.isAnnotatedWith("jakarta.enterprise.context.ApplicationScoped")
                    && ROW.stream()
                            .filter(room -> !room.equals("evidence"))
                            .anyMatch(room -> type.getPackageName().equals(base + room));
        }
    }

    private static final class SayWhoMayCall extends ArchCondition<JavaMethod> {
        SayWhoMayCall() {
            super("carry @Requires or @Anyone");
        }

        @Override
        public void check(JavaMethod method, ConditionEvents events) {
            boolean says =
                    List.of("org.allodium.tenancy.Requires", "org.allodium.tenancy.Anyone").stream()
                            .anyMatch(
                                    name ->
                                            method.isAnnotatedWith(name)
                                                    || method.getOwner().isAnnotatedWith(name));
            events.add(
                    new SimpleConditionEvent(
                            method, says, method.getFullName() + " says who may call: " + says));
        }
    }
}
