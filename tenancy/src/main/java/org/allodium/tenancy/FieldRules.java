package org.allodium.tenancy;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.internal.RegisterIds;

/// What a field of a form must be. A refusal names its field, so that the form can show it there.
final class FieldRules {
    private static final Set<String> COUNTRIES =
            Arrays.stream(Locale.getISOCountries()).collect(Collectors.toUnmodifiableSet());

    private FieldRules() {}

    static FoundOrganisation checked(FoundOrganisation command) {
        return new FoundOrganisation(
                name(command.name()),
                command.kind(),
                country(command.country()),
                identifier(command),
                person(command.founder()));
    }

    static String name(String text) {
        String name = text.strip();
        demand(
                name.length() >= 2 && name.length() <= 120,
                "name",
                Sentence.of("tenancy.name-length"));
        demand(
                name.codePoints().noneMatch(Character::isISOControl),
                "name",
                Sentence.of("tenancy.name-control-characters"));
        return name;
    }

    /// ISO 3166-1 alpha-2, and those of X and a letter, which it leaves to its users.
    static String country(String code) {
        demand(
                COUNTRIES.contains(code) || code.matches("X[A-Z]"),
                "country",
                Sentence.of("tenancy.country-code"));
        return code;
    }

    static Person person(Person person) {
        demand(
                !person.subject().isBlank(),
                "subject",
                Sentence.of("tenancy.person-without-subject"));
        demand(
                !person.name().isBlank() && person.name().length() <= 200,
                "person",
                Sentence.of("tenancy.person-name-length"));
        demand(
                person.email().matches("[^@\\s]+@[^@\\s]+") && person.email().length() <= 254,
                "email",
                Sentence.of("tenancy.no-email-address"));
        return person;
    }

    /// Letters and digits of the name in lower case; `organisation` where none is left.
    static String slug(String name) {
        String plain =
                Normalizer.normalize(name, Normalizer.Form.NFD)
                        .replaceAll("\\p{M}", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]+", "-")
                        .replaceAll("^-|-$", "");
        return plain.isEmpty() ? "organisation" : plain;
    }

    static void demand(boolean met, String field, Sentence sentence) {
        if (!met) {
            throw new Refused(ErrorCode.INVALID_REQUEST, sentence).at(field);
        }
    }

    private static String identifier(FoundOrganisation command) {
        String identifier = command.identifier().strip();
        demand(
                !identifier.isEmpty() && identifier.length() <= 64,
                "identifier",
                Sentence.of("tenancy.identifier-length"));
        RegisterIds.objection(command.kind(), command.country(), identifier)
                .ifPresent(sentence -> demand(false, "identifier", sentence));
        return identifier;
    }
}
