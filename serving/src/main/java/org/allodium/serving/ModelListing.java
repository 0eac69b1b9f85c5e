package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.allodium.billing.ModelPrice;
import org.allodium.catalog.Model;
import org.allodium.identity.Caller;
import org.allodium.sovereignty.PoolPlace;

/// The models that a caller may use under permission and policy, with where they run and what they
/// cost.
@ApplicationScoped
public class ModelListing {
    public List<Entry> visibleTo(Caller caller) {
        throw new UnsupportedOperationException();
    }

    /// Everything that is deployed, for the public page.
    public List<Entry> all() {
        throw new UnsupportedOperationException();
    }

    /// `places`: for a caller only the eligible ones. `waiting`: requests queued now.
    public record Entry(
            Model model,
            List<PoolPlace> places,
            Optional<ModelPrice> price,
            Model.State state,
            int waiting) {
        public Entry {
            places = List.copyOf(places);
        }
    }
}
