package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/// The price list with effective dates.
@ApplicationScoped
public class Prices {
    public Optional<ModelPrice> current(String model) {
        throw new UnsupportedOperationException();
    }

    public List<ModelPrice> history(String model) {
        throw new UnsupportedOperationException();
    }

    /// The price of a model that nobody has priced; from configuration.
    public ModelPrice defaultPrice(String model) {
        throw new UnsupportedOperationException();
    }

    /// From now or later; the past is never repriced.
    public void announce(ModelPrice price) {
        throw new UnsupportedOperationException();
    }
}
