package org.allodium.billing;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The top level of the OECD's Fields of Research and Development (Frascati Manual 2015).
public enum FieldOfScience {
    NATURAL_SCIENCES,
    ENGINEERING_AND_TECHNOLOGY,
    MEDICAL_AND_HEALTH_SCIENCES,
    AGRICULTURAL_AND_VETERINARY_SCIENCES,
    SOCIAL_SCIENCES,
    HUMANITIES_AND_THE_ARTS;

    /// As stored and sent: `natural-sciences`.
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Of the portal's resource bundles: `field-of-science.natural-sciences`.
    public String messageKey() {
        return "field-of-science." + key();
    }

    public static Optional<FieldOfScience> ofKey(String key) {
        return Arrays.stream(values()).filter(field -> field.key().equals(key)).findFirst();
    }
}
