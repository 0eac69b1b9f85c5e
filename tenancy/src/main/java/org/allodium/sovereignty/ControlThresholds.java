package org.allodium.sovereignty;

import java.math.BigDecimal;

/// Above which share of capital or votes, in percent, holders from outside control an entity: one
/// of them alone, or all of them together. Frameworks set them; 24 and 39 are usual.
public record ControlThresholds(BigDecimal alone, BigDecimal together) {
    public static final ControlThresholds USUAL =
            new ControlThresholds(BigDecimal.valueOf(24), BigDecimal.valueOf(39));

    boolean within(ControlThresholds wider) {
        return alone.compareTo(wider.alone) <= 0 && together.compareTo(wider.together) <= 0;
    }
}
