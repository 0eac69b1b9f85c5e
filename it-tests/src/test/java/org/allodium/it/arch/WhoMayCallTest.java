package org.allodium.it.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.interceptor.InvocationContext;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantScope;
import org.junit.jupiter.api.Test;

/// Pins which role passes which method of every application service: each method is asked in the
/// name of each role alone, by the interceptor that asks in the product. A line of the golden file
/// changes, comes or goes only where somebody decides that a role may do more or less. Methods for
/// anyone are not in it: one that was asked for a role until now is missed.
class WhoMayCallTest {
    private static final Path SEEN = Path.of("target", "who-may-call.txt");
    private static final List<String> ROOMS =
            Fences.ROW.stream().map(room -> "org.allodium." + room).toList();
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages(ROOMS);

    @Test
    void everyRoleMayCallWhatItMightBefore() throws Exception {
        var seen = services().flatMap(WhoMayCallTest::lines).sorted().toList();
        Files.write(SEEN, seen);
        assertThat(seen).hasSizeGreaterThan(50);
        assertThat(seen)
                .as("If a role shall do more or less, copy %s over the golden", SEEN)
                .isEqualTo(golden());
    }

    @Test
    void refusesWhoHoldsNoRoleAtAll() throws Exception {
        var asked =
                services()
                        .flatMap(service -> Arrays.stream(service.getDeclaredMethods()))
                        .filter(method -> method.isAnnotationPresent(Requires.class))
                        .toList();
        assertThat(asked).hasSizeGreaterThan(50);
        assertThat(asked).noneMatch(method -> passes(method, Set.of()));
    }

    @Test
    void noPermissionIsNeverAskedFor() {
        var asked =
                Stream.concat(
                                services()
                                        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                                        .map(method -> method.getAnnotation(Requires.class))
                                        .filter(Objects::nonNull)
                                        .map(requires -> requires.value().name()),
                                CLASSES.get(Permission.class).getFieldAccessesToSelf().stream()
                                        .filter(use -> !isOwn(use))
                                        .map(use -> use.getTarget().getName()))
                        .collect(Collectors.toSet());
        assertThat(Permission.values()).extracting(Permission::name).allMatch(asked::contains);
    }

    private static boolean isOwn(JavaFieldAccess use) {
        return use.getOriginOwner().isEquivalentTo(Permission.class);
    }

    // Only those that ask are loaded: others need more of the platform than these tests have.
    private static Stream<Class<?>> services() {
        return CLASSES.stream()
                .filter(type -> ROOMS.contains(type.getPackageName()))
                .filter(type -> type.isAnnotatedWith(ApplicationScoped.class))
                .filter(
                        type ->
                                type.isAnnotatedWith(Requires.class)
                                        || type.getMethods().stream()
                                                .anyMatch(m -> m.isAnnotatedWith(Requires.class)))
                .map(type -> type.reflect());
    }

    private static Stream<String> lines(Class<?> service) {
        return Arrays.stream(service.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !method.isSynthetic())
                .filter(
                        method ->
                                method.isAnnotationPresent(Requires.class)
                                        || service.isAnnotationPresent(Requires.class))
                .map(method -> name(method) + ": " + who(method));
    }

    /// Not the types of its parameters: they may change, and who may call does not.
    private static String name(Method method) {
        var service = method.getDeclaringClass();
        var room = service.getPackageName().replaceFirst(".*\\.", "");
        return "%s.%s.%s/%d"
                .formatted(
                        room,
                        service.getSimpleName(),
                        method.getName(),
                        method.getParameterCount());
    }

    private static String who(Method method) {
        return Arrays.stream(Role.values())
                .filter(role -> passes(method, Set.of(role)))
                .map(Role::label)
                .collect(Collectors.joining(" "));
    }

    private static boolean passes(Method method, Set<Role> roles) {
        try {
            TenantScope.platform("test", roles).call(() -> ask(method));
            return true;
        } catch (Refused refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            return false;
        } catch (Exception broken) {
            throw new AssertionError(method.toString(), broken);
        }
    }

    // The interceptor is its room's own; the container makes it by reflection too.
    private static Object ask(Method method) throws Exception {
        var type = Class.forName("org.allodium.tenancy.RequiresInterceptor");
        var made = type.getDeclaredConstructor();
        made.setAccessible(true);
        var check = type.getDeclaredMethod("check", InvocationContext.class);
        check.setAccessible(true);
        try {
            return check.invoke(made.newInstance(), calling(method));
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Object calling(Method method) {
        return Proxy.newProxyInstance(
                WhoMayCallTest.class.getClassLoader(),
                new Class<?>[] {InvocationContext.class},
                (_, asked, _) -> asked.getName().equals("getMethod") ? method : "went on");
    }

    private static List<String> golden() throws IOException {
        try (var lines = WhoMayCallTest.class.getResourceAsStream("who-may-call.txt")) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
