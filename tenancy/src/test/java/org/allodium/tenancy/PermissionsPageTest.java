package org.allodium.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/permissions.md` is written from [Permission]: an administrator reads there what the
/// services ask.
class PermissionsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "permissions.md");
    private static final Path SEEN = Path.of("target", "permissions.md");

    private static final String BEGINNING =
            """
            # Who may do what

            Written from the table by which the services decide (`Permission`); a test fails where this page \
            says otherwise. A role of an organisation reaches that organisation alone; a role of the \
            platform's own people reaches all of them. What stands in neither table asks for no role: to \
            read prices, programmes and places, to found an organisation, or to check a receipt. What else \
            holds for a deed, such as that nobody decides for their own organisation, stands in the \
            [handbook](handbook/README.md): [members](handbook/organisations.md), [staff](handbook/staff.md).
            """;

    @Test
    void saysWhatTheTableSays() throws Exception {
        Files.writeString(SEEN, page());
        assertThat(Files.readString(PAGE)).as("Copy %s over it", SEEN).isEqualTo(page());
    }

    @Test
    void eachPermissionIsSomebodysAndSaysWhatItBrings() {
        assertThat(Permission.values())
                .allSatisfy(
                        permission -> {
                            assertThat(Role.values()).anyMatch(permission::isHeldBy);
                            assertThat(permission.words()).matches("[A-Z][^|]+[^.|]");
                        });
        assertThat(Permission.values()).extracting(Permission::words).doesNotHaveDuplicates();
    }

    private static String page() {
        return BEGINNING
                + "\n## In an organisation\n\n"
                + matrix(role -> role.function() == Role.Function.TENANT)
                + "\n## The platform's own people\n\n"
                + matrix(role -> role.function() != Role.Function.TENANT);
    }

    private static String matrix(Predicate<Role> shown) {
        var roles = Arrays.stream(Role.values()).filter(shown).toList();
        var head =
                Stream.of(
                        row("may", roles.stream().map(PermissionsPageTest::name)),
                        row("---", roles.stream().map(_ -> ":-:")));
        var body =
                Arrays.stream(Permission.values())
                        .filter(permission -> roles.stream().anyMatch(permission::isHeldBy))
                        .map(permission -> row(permission.words(), marks(permission, roles)));
        return Stream.concat(head, body).collect(Collectors.joining());
    }

    private static Stream<String> marks(Permission permission, List<Role> roles) {
        return roles.stream().map(role -> permission.isHeldBy(role) ? "yes" : "");
    }

    private static String row(String first, Stream<String> cells) {
        return Stream.concat(Stream.of(first), cells)
                .map(cell -> cell.isEmpty() ? " " : " " + cell + " ")
                .collect(Collectors.joining("|", "|", "|\n"));
    }

    // As the portal calls it, in English.
    private static String name(Role role) {
        var words = role.label().replace('-', ' ');
        return role == Role.ADMIN
                ? "Organisation admin"
                : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
