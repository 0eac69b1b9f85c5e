package org.allodium.portal.text;

import static org.allodium.portal.text.Messages.say;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.allodium.billing.Application;
import org.allodium.billing.FieldOfScience;
import org.allodium.billing.Settlement;
import org.allodium.catalog.Model;
import org.allodium.sovereignty.PolicyChoice;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Role;

/// Names of things in the reader's language: no page shows the name of a constant.
public final class Names {
    private static final Pattern JOINED = Pattern.compile("(@\\d+)\\+");
    private static final Pattern VERSIONED = Pattern.compile("([a-z][a-z0-9-]*)@(\\d+)");

    /// What stands for a country that is not known.
    private static final String UNKNOWN_COUNTRY = "ZZ";

    private Names() {}

    public static String of(Role role) {
        return say("role." + role.label());
    }

    public static String of(OrganisationKind kind) {
        return say("kind." + kind.name().toLowerCase(Locale.ROOT));
    }

    public static String of(Limits.Priority priority) {
        return say("quota.priority." + priority.name().toLowerCase(Locale.ROOT));
    }

    public static String of(Model.State state) {
        return say("model.state." + state.name().toLowerCase(Locale.ROOT));
    }

    public static String of(Model.Modality modality) {
        return say("model.modality." + modality.name().toLowerCase(Locale.ROOT));
    }

    public static String of(Application.State state) {
        return say("application.state." + state.name().toLowerCase(Locale.ROOT));
    }

    public static String of(Settlement.Outcome outcome) {
        return say("outcome." + outcome.name().toLowerCase(Locale.ROOT));
    }

    public static String country(String code) {
        return CountryWords.find("country." + code)
                .orElseGet(() -> Locale.of("", code).getDisplayCountry(Messages.locale()));
    }

    /// Codes of all countries, those with words of their own first.
    public static List<String> countries() {
        var known =
                Stream.of(Locale.getISOCountries()).sorted(Comparator.comparing(Names::country));
        return Stream.concat(CountryWords.countries().stream(), known).distinct().toList();
    }

    /// How the small flag is painted; empty for a country that came without one.
    public static Optional<String> flag(String code) {
        return CountryWords.find("flag." + code);
    }

    public static String field(String key) {
        return FieldOfScience.ofKey(key).map(field -> say(field.messageKey())).orElse(key);
    }

    /// A policy by its stable name; one that came without words keeps its name.
    public static String policy(String name) {
        return CountryWords.find("policy." + name + ".title").orElse(name);
    }

    /// What a policy means; empty for one that came without words.
    public static String policyMeaning(PolicyChoice choice) {
        return CountryWords.find("policy." + choice.name() + ".meaning").orElse("");
    }

    public static String operation(PoolPlace place) {
        return say("policy.place", operator(place));
    }

    /// Who operates a place, and from where that operator is controlled, if not from its own seat.
    public static String operator(PoolPlace place) {
        return operator(place.operator(), place.operatorCountry(), place.controlledFrom());
    }

    /// The countries are ISO 3166-1 codes; `seat` and `controlledFrom` may be empty where a record
    /// does not say.
    public static String operator(String operator, String seat, String controlledFrom) {
        if (controlledFrom.isEmpty() || controlledFrom.equals(seat)) {
            return operator;
        }
        return UNKNOWN_COUNTRY.equals(controlledFrom)
                ? say("place.control.unknown", operator)
                : say("place.controlled", operator, country(controlledFrom));
    }

    /// A decision names policies with their versions, such as `national@1`, several in a row.
    public static String policyVersion(String text) {
        return VERSIONED
                .matcher(JOINED.matcher(text).replaceAll("$1 + "))
                .replaceAll(
                        match ->
                                Matcher.quoteReplacement(
                                        policy(match.group(1)) + " (" + match.group(2) + ")"));
    }

    /// Class of the Model Openness Framework.
    public static String openness(String declared) {
        return declared.isBlank() || "undeclared".equals(declared)
                ? say("model.openness.undeclared")
                : declared;
    }
}
