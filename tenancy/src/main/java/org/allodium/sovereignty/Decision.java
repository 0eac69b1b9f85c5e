package org.allodium.sovereignty;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.internal.Canonical;
import org.jspecify.annotations.Nullable;

/// What [Placement] said: per pool every failed rule, and what is needed to replay it years later
/// (R20). `policyVersion` names the effective policy for people; `policyHash` and `factSnapshot`
/// are digests. `places` are those of the pools that it is about, from the same facts: what is said
/// of a place later is what was judged. They follow from the facts, so the digest leaves them out.
public record Decision(
        Instant at,
        String policyVersion,
        String policyHash,
        String factSnapshot,
        long epoch,
        List<PoolVerdict> verdicts,
        Optional<RuleFailure> requestFailure,
        @JsonIgnore List<PoolPlace> places,
        @JsonIgnore Digest digest) {
    public Decision {
        verdicts = List.copyOf(verdicts);
        places = List.copyOf(places);
    }

    public Decision(
            Instant at,
            String policyVersion,
            String policyHash,
            String factSnapshot,
            long epoch,
            List<PoolVerdict> verdicts,
            Optional<RuleFailure> requestFailure,
            List<PoolPlace> places) {
        this(
                at,
                policyVersion,
                policyHash,
                factSnapshot,
                epoch,
                verdicts,
                requestFailure,
                places,
                new Digest());
    }

    /// The pools to choose from: those inside every place that was demanded, and only where there
    /// is none, those that a consent to spill opens.
    public List<PoolId> eligible() {
        var inside = permitted(false);
        return inside.isEmpty() ? permitted(true) : inside;
    }

    /// The gate (R17): no other pool may touch the request: no retry, no fallback, no split.
    public boolean permits(PoolId pool) {
        return permitted(false).contains(pool) || permitted(true).contains(pool);
    }

    /// Whether an answer that `producer` gave earlier may be used again now (R17): it must satisfy
    /// what is demanded at present, whatever was demanded when it was made.
    public boolean permitsReuse(PoolId producer) {
        return permits(producer);
    }

    /// Whether a sink that the request can do without may take from it, wherever it runs: an answer
    /// is not cached, or not kept for a repeat, where this says no.
    public boolean allows(PlacementRequest.Activity sink) {
        return eligible().stream()
                        .noneMatch(
                                pool ->
                                        verdicts.stream()
                                                .filter(verdict -> verdict.pool().equals(pool))
                                                .anyMatch(v -> v.withheld().contains(sink)))
                && !eligible().isEmpty();
    }

    /// Whether it was judged that `encoder` reads the request to look passages up for `pool`.
    public boolean retrievesOn(PoolId pool, PoolId encoder) {
        return verdicts.stream()
                .anyMatch(v -> v.pool().equals(pool) && encoder.equals(v.retrieval()));
    }

    /// Where a pool stood when this was decided; empty where that was unknown.
    public Optional<PoolPlace> place(PoolId pool) {
        return places.stream().filter(place -> place.pool().equals(pool)).findFirst();
    }

    /// The same of a pool that this permits, of which something is known therefore.
    public PoolPlace requirePlace(PoolId pool) {
        return place(pool)
                .orElseThrow(() -> Refused.of(ErrorCode.SERVER_ERROR, "sovereignty.facts-missing"));
    }

    /// The digest that a receipt carries. Equal decisions have equal digests.
    public String hash() {
        return digest.of(this);
    }

    /// Reckoned when somebody asks for it, once.
    static final class Digest {
        private volatile @Nullable String value;

        private String of(Decision decision) {
            var known = value;
            if (known == null) {
                known = Canonical.digest(decision);
                value = known;
            }
            return known;
        }

        /// It follows from the rest, so it makes no difference.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Digest;
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    private List<PoolId> permitted(boolean spill) {
        return requestFailure.isPresent()
                ? List.of()
                : verdicts.stream()
                        .filter(verdict -> verdict.eligible() && verdict.spill() == spill)
                        .map(PoolVerdict::pool)
                        .toList();
    }
}
