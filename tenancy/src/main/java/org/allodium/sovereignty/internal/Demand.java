package org.allodium.sovereignty.internal;

import org.allodium.sovereignty.ResidencyPolicy;
import org.jspecify.annotations.Nullable;

/// What one layer demands, with who is controlled from outside its perimeter; absent where it
/// demands nothing of control.
public record Demand(ResidencyPolicy policy, @Nullable ControlTable control) {
    public static Demand of(ResidencyPolicy policy, FactsAt facts) {
        var perimeter = policy.operatorControl();
        return new Demand(
                policy, perimeter == null ? null : facts.control(perimeter, policy.thresholds()));
    }
}
