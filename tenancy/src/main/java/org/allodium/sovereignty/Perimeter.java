package org.allodium.sovereignty;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A named set of countries (ISO 3166-1 alpha-2), such as NATIONAL (NO).
public record Perimeter(String name, SortedSet<String> countries) {
    public Perimeter {
        countries = Collections.unmodifiableSortedSet(new TreeSet<>(countries));
    }

    /// An unknown country is outside.
    public boolean contains(@Nullable String country) {
        return country != null && countries.contains(country);
    }

    public boolean within(Perimeter wider) {
        return wider.countries.containsAll(countries);
    }

    @Override
    public String toString() {
        return countries.size() == 1
                ? name + " (" + countries.first() + ")"
                : name + " (" + String.join(", ", countries) + ")";
    }
}
