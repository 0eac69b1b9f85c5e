package org.allodium.tenancy.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.OrganisationKind;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Which identifiers an organisation of a kind and country may bear, by the rules of
/// `register-ids.json`: forms as regular expressions, and how check digits are reckoned. It tells
/// typing errors and nonsense; whether the number is theirs, a person has to find out.
public final class RegisterIds {
    private static final String ANY_COUNTRY = "*";
    private static final BigInteger NINETY_SEVEN = BigInteger.valueOf(97);
    // Crockford's, as ROR writes them.
    private static final String BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz";

    /// How the last digits follow from those before.
    enum Check {
        NONE,
        /// ISO 7064 MOD 97-10 over digits and letters (A is 10).
        MOD_97_10,
        /// ISO 7064 MOD 11-2, with X for ten.
        MOD_11_2,
        /// MOD 97-10 over a number in base 32.
        ROR,
        LUHN
    }

    /// @param forms by country; `*` is any. The group, where there is one, is what is checked
    /// @param otherwise the form for countries of which no own form is known
    record Rule(
            String scheme,
            Set<OrganisationKind> kinds,
            Check check,
            Map<String, String> forms,
            @Nullable String otherwise) {
        Rule {
            kinds = Set.copyOf(kinds);
            forms = Map.copyOf(forms);
        }

        Optional<String> body(String country, String text) {
            var form = forms.getOrDefault(country, forms.getOrDefault(ANY_COUNTRY, otherwise));
            if (form == null) {
                return Optional.empty();
            }
            var found = Pattern.compile(form).matcher(text);
            if (!found.matches()) {
                return Optional.empty();
            }
            return Optional.of(
                    check == Check.NONE || found.groupCount() == 0 ? text : found.group(1));
        }

        boolean knows(String country) {
            return otherwise != null
                    || forms.containsKey(country)
                    || forms.containsKey(ANY_COUNTRY);
        }
    }

    private static final List<Rule> RULES = read();

    private RegisterIds() {}

    /// Why this is no identifier of such an organisation; empty if it is one.
    public static Optional<Sentence> objection(OrganisationKind kind, String country, String text) {
        var open =
                RULES.stream()
                        .filter(rule -> rule.kinds().contains(kind) && rule.knows(country))
                        .toList();
        var wrong = new ArrayList<String>();
        boolean fits = false;
        for (var rule : open) {
            var body = rule.body(country, text);
            if (body.isPresent()) {
                if (right(rule.check(), body.get())) {
                    fits = true;
                } else {
                    wrong.add(rule.scheme());
                }
            }
        }
        // The form of one with check digits is no accident: a wrong one is a typing error.
        if (!wrong.isEmpty()) {
            return Optional.of(Sentence.of("tenancy.check-digits-wrong", wrong.getFirst()));
        }
        return fits
                ? Optional.empty()
                : Optional.of(
                        Sentence.of(
                                "tenancy.identifier-form",
                                open.stream().map(Rule::scheme).collect(Collectors.joining(", "))));
    }

    private static boolean right(Check check, String text) {
        return switch (check) {
            case NONE -> true;
            case MOD_97_10 -> number(text).mod(NINETY_SEVEN).intValue() == 1;
            case MOD_11_2 -> mod11(text.replace("-", ""));
            case ROR -> ror(text);
            case LUHN -> luhn(text);
        };
    }

    private static BigInteger number(String text) {
        return new BigInteger(
                text.chars()
                        .mapToObj(c -> Integer.toString(Character.digit(c, 36)))
                        .collect(Collectors.joining()));
    }

    private static boolean mod11(String digits) {
        int total = 0;
        for (int i = 0; i < digits.length() - 1; i++) {
            total = (total + Character.digit(digits.charAt(i), 10)) * 2;
        }
        int expected = (12 - total % 11) % 11;
        char last = digits.charAt(digits.length() - 1);
        return (last == 'X' ? 10 : Character.digit(last, 10)) == expected;
    }

    private static boolean ror(String text) {
        long number = 0;
        for (char digit : text.substring(0, text.length() - 2).toCharArray()) {
            number = number * BASE_32.length() + BASE_32.indexOf(digit);
        }
        return 98 - number * 100 % 97 == Integer.parseInt(text.substring(text.length() - 2));
    }

    private static boolean luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(digits.length() - 1 - i), 10);
            int weighed = i % 2 == 0 ? digit : digit * 2;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }

    private static List<Rule> read() {
        try (var file =
                Objects.requireNonNull(
                        RegisterIds.class.getResourceAsStream(
                                "/org/allodium/tenancy/register-ids.json"))) {
            return JsonMapper.shared().readValue(file, new TypeReference<List<Rule>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
