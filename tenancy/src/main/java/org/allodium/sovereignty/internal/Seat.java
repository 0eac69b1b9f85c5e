package org.allodium.sovereignty.internal;

import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.Perimeter;

/// The seats of a legal entity, in the order of [org.allodium.sovereignty.LegalEntity#seats].
enum Seat {
    REGISTERED_OFFICE,
    HEADQUARTERS,
    MAIN_ESTABLISHMENT;

    Sentence unknown(String entity) {
        return switch (this) {
            case REGISTERED_OFFICE -> Sentence.of("sovereignty.office-unknown", entity);
            case HEADQUARTERS -> Sentence.of("sovereignty.headquarters-unknown", entity);
            case MAIN_ESTABLISHMENT -> Sentence.of("sovereignty.establishment-unknown", entity);
        };
    }

    Sentence outside(String entity, String country, Perimeter perimeter) {
        return switch (this) {
            case REGISTERED_OFFICE ->
                    Sentence.of("sovereignty.office-outside", entity, country, perimeter);
            case HEADQUARTERS ->
                    Sentence.of("sovereignty.headquarters-outside", entity, country, perimeter);
            case MAIN_ESTABLISHMENT ->
                    Sentence.of("sovereignty.establishment-outside", entity, country, perimeter);
        };
    }
}
