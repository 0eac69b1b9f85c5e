package org.allodium.serving.internal.receipts;

import java.time.Instant;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.corpus.Corpus;
import org.allodium.corpus.Find;
import org.allodium.corpus.Passage;
import org.allodium.evidence.Receipt;
import org.allodium.identity.ApiKeyId;
import org.allodium.identity.Caller;
import org.allodium.serving.internal.pools.ModelPool;
import org.allodium.serving.internal.pools.SeatLease;
import org.allodium.sovereignty.Decision;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.sovereignty.PoolVerdict;

/// Says on a receipt what this room knows: the intent's part before the run, the outcome's part
/// after it. No word of a prompt or an answer, and no secret.
public final class ReceiptDraft {
    private ReceiptDraft() {}

    /// @param expected where the answer will be made, unless another pool is free first
    public static Receipt.Draft intent(
            String id,
            Instant at,
            Caller caller,
            Model model,
            Decision decision,
            PoolPlace expected) {
        var request =
                new Receipt.Request(
                        id,
                        at,
                        new Receipt.Caller(
                                caller.tenant().value(),
                                caller.project().value(),
                                caller.key().map(ApiKeyId::value),
                                caller.keyName(),
                                caller.subject()),
                        new Receipt.Model(
                                model.name(), model.digest(), model.passport().openness()));
        return new Receipt.Draft(request, decision(decision), Receipt.Making.at(site(expected)));
    }

    /// Where the pool of this seat computed.
    public static Receipt.Site site(SeatLease lease) {
        return site(lease.place(), lease.pool());
    }

    public static Receipt.Site site(PoolPlace place, ModelPool pool) {
        return pool.computesWith().map(site(place)::with).orElse(site(place));
    }

    /// Where nothing was computed for this request.
    public static Receipt.Site site(PoolPlace place) {
        return new Receipt.Site(
                place.pool().value(),
                new Receipt.Place(
                        place.facility(),
                        place.country(),
                        place.controlledFrom(),
                        place.national()),
                new Receipt.Operator(
                        place.operatorId(), place.operator(), place.operatorCountry()));
    }

    /// Which passages the answer quotes, and who read the request to find them. The tokens of this
    /// embedding have no price of their own: the answer's price covers them.
    public static Receipt.Retrieval retrieval(Corpus corpus, Encoding encoding, Find found) {
        return new Receipt.Retrieval(
                corpus.name(),
                corpus.digest(),
                new Receipt.Encoder(encoding.model(), encoding.digest()),
                encoding.site(),
                encoding.tokens(),
                found.quoted().stream().map(Passage::address).toList());
    }

    /// One call of an encoder.
    public record Encoding(String model, String digest, long tokens, Receipt.Site site) {}

    private static Receipt.Decision decision(Decision decision) {
        return new Receipt.Decision(
                Optional.of(decision.hash()),
                decision.at(),
                decision.policyVersion(),
                decision.policyHash(),
                decision.factSnapshot(),
                decision.epoch(),
                decision.verdicts().stream().map(ReceiptDraft::verdict).toList());
    }

    private static Receipt.Verdict verdict(PoolVerdict verdict) {
        return new Receipt.Verdict(
                verdict.pool().value(),
                verdict.eligible(),
                verdict.spill(),
                Optional.ofNullable(verdict.retrieval()).map(PoolId::value),
                verdict.failures().stream().map(failure -> failure.rule().label()).toList());
    }
}
