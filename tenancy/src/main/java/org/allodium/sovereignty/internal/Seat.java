package org.allodium.sovereignty.internal;

import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.LegalEntity;
import org.allodium.sovereignty.Perimeter;
import org.jspecify.annotations.Nullable;

/// The seats of a legal entity.
enum Seat {
    REGISTERED_OFFICE,
    HEADQUARTERS,
    MAIN_ESTABLISHMENT;

    @Nullable String country(LegalEntity entity) {
        return switch (this) {
            case REGISTERED_OFFICE -> entity.registeredOffice();
            case HEADQUARTERS -> entity.headquarters();
            case MAIN_ESTABLISHMENT -> entity.mainEstablishment();
        };
    }

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
