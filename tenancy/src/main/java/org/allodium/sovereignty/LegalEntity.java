package org.allodium.sovereignty;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Somebody who can own, operate or control. The three seats are ISO 3166-1 codes; one that is
/// absent is unknown, and unknown is never inside a perimeter.
public record LegalEntity(
        String id,
        String name,
        Form form,
        @Nullable String registration,
        @Nullable String registeredOffice,
        @Nullable String headquarters,
        @Nullable String mainEstablishment)
        implements Fact {
    public enum Form {
        /// Has holders; whatever part of it nobody is known to hold counts as held from outside.
        COMPANY,
        /// Has no holders: a state, an authority, a public university.
        PUBLIC_BODY,
        /// Natural persons of one country, as a group of holders.
        PERSONS
    }

    @Override
    public String key() {
        return id;
    }

    /// Registered office, headquarters, main establishment.
    public List<@Nullable String> seats() {
        return Arrays.asList(registeredOffice, headquarters, mainEstablishment);
    }
}
