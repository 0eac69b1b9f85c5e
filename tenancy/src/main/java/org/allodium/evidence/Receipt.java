package org.allodium.evidence;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.internal.ReceiptReader;
import org.allodium.evidence.internal.ReceiptWriter;
import org.allodium.kernel.Money;

/// What is signed about one request: who asked for what, what was decided, how the answer was made,
/// and who paid. It has one writer and one reader. A field may come, with a new version and its
/// [ReceiptSchema]; none is ever removed, renamed or given another meaning. What is not known is
/// absent. See decision 0150.
/// @param version of its schema
public record Receipt(int version, Request request, Decision decision, Making making, Bill bill) {

    /// The same content under another version, where that version has all its fields.
    Receipt as(int version) {
        return new Receipt(version, request, decision, making, bill);
    }

    /// The payload that is proven, byte by byte.
    public String toJson() {
        return ReceiptWriter.receipt(this);
    }

    /// Reads the payload of any version. The bytes stay the evidence: none is written anew.
    public static Receipt fromJson(String payload) {
        return ReceiptReader.receipt(payload);
    }

    /// A receipt before its request has run: whoever finds it after a crash can complete it.
    /// @param making what was expected
    public record Draft(Request request, Decision decision, Making making) {
        /// What became of the request takes the place of what was expected.
        public Receipt completed(Making made, Bill bill) {
            return new Receipt(ReceiptSchema.LATEST, request, decision, making.then(made), bill);
        }

        public String toJson() {
            return ReceiptWriter.draft(this);
        }

        public static Draft fromJson(String json) {
            return ReceiptReader.draft(json);
        }
    }

    /// @param id the request's, and with it the receipt's
    /// @param time when it was let in
    public record Request(String id, Instant time, Caller caller, Model model) {}

    /// @param key absent where a person asked in the portal
    /// @param subject the person, or `key:` and the key's id
    public record Caller(
            UUID tenant, UUID project, Optional<UUID> key, String keyName, String subject) {}

    /// @param openness as its makers declare it
    public record Model(String name, String digest, String openness) {}

    /// What the policies said of every pool that has the model, and what is needed to say it again.
    /// @param hash absent from the very first receipts
    /// @param policy the names of all policies in force, for people
    public record Decision(
            Optional<String> hash,
            Instant at,
            String policy,
            String policyHash,
            String factSnapshot,
            long epoch,
            List<Verdict> verdicts) {
        public Decision {
            verdicts = List.copyOf(verdicts);
        }
    }

    /// @param spill whether only a consent to go elsewhere permits it
    /// @param retrieval the pool that looks passages up for this one, where one does
    /// @param failed the rules that bar the pool
    public record Verdict(
            String pool,
            boolean eligible,
            boolean spill,
            Optional<String> retrieval,
            List<String> failed) {
        public Verdict {
            failed = List.copyOf(failed);
        }
    }

    /// Where something was computed, by whom and with what.
    public record Site(
            String pool,
            Place place,
            Operator operator,
            Optional<Computing> computing,
            Optional<Attestation> attestation) {
        /// Where nothing has been computed yet.
        public Site(String pool, Place place, Operator operator) {
            this(pool, place, operator, Optional.empty(), Optional.empty());
        }

        public Site with(Computing computing) {
            return new Site(pool, place, operator, Optional.of(computing), attestation);
        }
    }

    /// @param country ISO 3166-1, as are all countries here
    /// @param controlledFrom whose entities control the operator; `ZZ` where nobody knows
    /// @param national inside the platform's strictest perimeter
    public record Place(String facility, String country, String controlledFrom, boolean national) {}

    public record Operator(String id, String name, String country) {}

    /// @param kernel the operators that computed the model's layers
    /// @param instructionSet the most that they may use of the processor; absent where another
    ///     device computed
    /// @param precision how the weights were kept
    public record Computing(String kernel, Optional<String> instructionSet, String precision) {}

    /// What a trusted execution environment said of itself.
    /// @param evidence digest of what was checked
    /// @param verified when
    public record Attestation(String kind, String evidence, Instant verified) {}

    /// @param method how the figure was come by, such as `measured` or `power model`
    public record Energy(BigDecimal joules, String method) {}

    /// Who read the request to look passages up, and which passages the answer quotes.
    public record Retrieval(
            String corpus,
            String corpusDigest,
            Encoder encoder,
            Site site,
            long tokens,
            List<String> passages) {
        public Retrieval {
            passages = List.copyOf(passages);
        }
    }

    public record Encoder(String name, String digest) {}

    /// @param sourceReceipt of the request whose answer was given again
    public record Cache(boolean hit, String sourceReceipt) {}

    /// How the answer was made. Each part is absent until it is known.
    /// @param secondSite another place that computed a part of the answer
    /// @param finishReasons by choice
    /// @param delivery `unknown` where nobody lives who knows whether the last byte left
    public record Making(
            Optional<Site> site,
            Optional<Site> secondSite,
            Optional<Energy> energy,
            Optional<Retrieval> retrieval,
            Optional<Cache> cache,
            Optional<List<String>> finishReasons,
            Optional<String> delivery) {
        public static final Making UNKNOWN =
                new Making(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());

        public Making {
            finishReasons = finishReasons.map(List::copyOf);
        }

        public static Making at(Site site) {
            return UNKNOWN.site(site);
        }

        private Making site(Site known) {
            return new Making(
                    Optional.of(known),
                    secondSite,
                    energy,
                    retrieval,
                    cache,
                    finishReasons,
                    delivery);
        }

        public Making quoting(Retrieval found) {
            return new Making(
                    site, secondSite, energy, Optional.of(found), cache, finishReasons, delivery);
        }

        public Making repeating(String sourceReceipt) {
            return new Making(
                    site,
                    secondSite,
                    energy,
                    retrieval,
                    Optional.of(new Cache(true, sourceReceipt)),
                    finishReasons,
                    delivery);
        }

        public Making ended(List<String> reasons) {
            return new Making(
                    site, secondSite, energy, retrieval, cache, Optional.of(reasons), delivery);
        }

        /// The last byte may have left or not.
        public Making ofUnknownDelivery() {
            return new Making(
                    site,
                    secondSite,
                    energy,
                    retrieval,
                    cache,
                    finishReasons,
                    Optional.of("unknown"));
        }

        /// Each part as `later` knows it, or else as it is known here.
        Making then(Making later) {
            return new Making(
                    later.site.or(() -> site),
                    later.secondSite.or(() -> secondSite),
                    later.energy.or(() -> energy),
                    later.retrieval.or(() -> retrieval),
                    later.cache.or(() -> cache),
                    later.finishReasons.or(() -> finishReasons),
                    later.delivery.or(() -> delivery));
        }

        public String toJson() {
            return ReceiptWriter.making(this);
        }

        public static Making fromJson(String json) {
            return ReceiptReader.making(json);
        }
    }

    /// What was used and who paid. All amounts are in one currency.
    /// @param outcome how the request ended
    public record Bill(
            String outcome,
            Instant settledAt,
            Usage usage,
            Price price,
            Money cost,
            List<Payment> payments) {
        public Bill {
            payments = List.copyOf(payments);
        }
    }

    public record Usage(long inputTokens, long outputTokens, boolean fromCache) {}

    /// @param from since when it is in force
    public record Price(
            Money inputPerMillion, Money outputPerMillion, Money cachedAnswer, Instant from) {}

    public record Payment(UUID grant, String funder, String programme, Money amount) {}
}
