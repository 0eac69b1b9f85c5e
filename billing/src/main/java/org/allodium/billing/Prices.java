package org.allodium.billing;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.allodium.billing.internal.BillingConfig;
import org.allodium.billing.internal.FundingRepository;
import org.allodium.billing.internal.PriceList;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.AuditTrail;
import org.allodium.tenancy.News;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.TenantScope;

/// The price list with effective dates.
@ApplicationScoped
public class Prices {
    private static final int START = 3;

    @Inject FundingRepository funding;
    @Inject AuditTrail audit;
    @Inject Clock clock;
    @Inject BillingConfig config;
    @Inject News news;

    @SuppressWarnings("NullAway.Init") // Made at start, before anybody is let in.
    private PriceList list;

    void open(@Observes @Priority(START) @Initialized(ApplicationScoped.class) Object start) {
        list = new PriceList(news, clock);
    }

    @Anyone
    public Optional<ModelPrice> current(String model) {
        return list.current(model);
    }

    /// Latest first, announced future lines included.
    @Anyone
    public List<ModelPrice> history(String model) {
        return list.history(model);
    }

    /// The price of a text model that nobody has priced; from configuration.
    @Anyone
    public ModelPrice defaultPrice(String model) {
        return config.defaultPrice(model, "text");
    }

    /// Of a model that nobody has priced, by its modality (`text`, `embedding`, `ranking`).
    @Anyone
    public ModelPrice defaultPrice(String model, String modality) {
        return config.defaultPrice(model, modality);
    }

    /// From now or later; the past is never repriced.
    @Requires(Permission.ANNOUNCE_PRICES)
    @Transactional
    public void announce(ModelPrice price) {
        String officer = TenantScope.current().subject();
        funding.inTransaction(handle -> list.announce(handle, price, officer));
        audit.note(
                null,
                "billing.price-announced",
                Map.of(
                        "model", price.model(),
                        "input", price.inputPerMillion().toString(),
                        "output", price.outputPerMillion().toString(),
                        "cached", price.cachedAnswer().toString(),
                        "from", price.from().toString()));
    }
}
