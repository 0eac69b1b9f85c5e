package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;
import org.allodium.catalog.ModelCatalog;
import org.allodium.identity.Caller;
import org.allodium.kernel.Ids;
import org.allodium.serving.AnswerStart.RateState;
import org.allodium.serving.internal.admission.AdmissionDesk;
import org.allodium.serving.internal.answers.InferenceSteps;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.Roster;

/// Lets requests in, before anything of them is read: what is dear comes after what is cheap.
@ApplicationScoped
public class Arrivals {
    @Inject Roster roster;
    @Inject Residency residency;
    @Inject ModelCatalog catalog;
    @Inject InferenceSteps steps;
    @Inject AdmissionDesk desk;
    @Inject Drain drain;
    @Inject Clock clock;

    /// One request of the tenant's quota, and a place among the requests at once. The limits of
    /// this moment bind it to its end.
    @Anyone
    public Arrival arrive(Caller caller, String idPrefix) {
        if (drain.ending()) {
            throw Refusals.ending();
        }
        var limits = limits(caller);
        var refused = desk.count(caller.tenant(), limits);
        if (refused.isPresent()) {
            throw refused.get();
        }
        return switch (desk.enter(caller.tenant(), limits)) {
            case AdmissionDesk.Admission.Admitted(var permit) ->
                    new Arrival(
                            caller,
                            limits,
                            permit,
                            Ids.prefixed(idPrefix, clock),
                            Optional.empty());
            case AdmissionDesk.Admission.Denied(var why) -> throw why;
        };
    }

    @Anyone
    public RateState rate(Caller caller) {
        return desk.state(caller.tenant(), limits(caller));
    }

    @Anyone
    public RateState rate(Arrival arrival) {
        return desk.state(arrival.caller().tenant(), arrival.limits());
    }

    /// Whether a sink may take from this caller where no decision about a model was reached.
    @Anyone
    public boolean mayTouch(Caller caller, Activity sink) {
        return caller.scope().get(() -> residency.mayTouch(caller.tenant(), sink));
    }

    /// Whether the platform may keep an answer of this pool for a while and give it again.
    @Anyone
    public boolean mayKeep(Arrival arrival, String model, PoolId producer, Demands demands) {
        return catalog.find(model)
                .map(found -> steps.decide(arrival.caller(), found, demands))
                .filter(decision -> decision.permitsReuse(producer))
                .filter(decision -> decision.allows(Activity.KEPT_ANSWER))
                .isPresent();
    }

    private Limits limits(Caller caller) {
        return roster.limits(caller.tenant());
    }
}
