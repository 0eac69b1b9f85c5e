package org.allodium.sovereignty;

import java.util.Locale;
import org.allodium.kernel.Grounds;

/// The decision rules of the residency model, in order; the first that fails gives the reason.
public enum Rule implements Grounds {
    POLICY_MISSING("R0"),
    POLICY_WIDENING("R1"),
    FACT_UNKNOWN("R2"),
    PLACE_PROCESS("R3"),
    PLACE_STORE("R3"),
    OPERATOR_SEAT("R6"),
    OPERATOR_CONTROL("R7"),
    SPILL("R16"),
    FALLBACK_CLOSURE("R17"),
    EPOCH("R18");

    private final String id;

    Rule(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String label() {
        return id + " " + code();
    }
}
