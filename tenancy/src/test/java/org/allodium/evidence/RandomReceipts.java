package org.allodium.evidence;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.allodium.evidence.Receipt.Bill;
import org.allodium.evidence.Receipt.Caller;
import org.allodium.evidence.Receipt.Computing;
import org.allodium.evidence.Receipt.Decision;
import org.allodium.evidence.Receipt.Making;
import org.allodium.evidence.Receipt.Model;
import org.allodium.evidence.Receipt.Operator;
import org.allodium.evidence.Receipt.Payment;
import org.allodium.evidence.Receipt.Place;
import org.allodium.evidence.Receipt.Price;
import org.allodium.evidence.Receipt.Request;
import org.allodium.evidence.Receipt.Site;
import org.allodium.evidence.Receipt.Usage;
import org.allodium.evidence.Receipt.Verdict;
import org.allodium.kernel.Money;

/// Receipts as a running installation makes them: a few models and organisations, and ids, times,
/// digests and amounts of each request's own.
public final class RandomReceipts {
    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    private final Random random;
    private final List<Caller> callers;
    private final List<UUID> grants;
    private final Instant start;
    private long millis;

    public RandomReceipts(long seed) {
        this(seed, START);
    }

    /// @param start when the first is asked for
    public RandomReceipts(long seed, Instant start) {
        this.start = start.truncatedTo(ChronoUnit.MILLIS);
        random = new Random(seed);
        callers = IntStream.range(0, 20).mapToObj(_ -> caller()).toList();
        grants = callers.stream().map(_ -> timeOrdered()).toList();
    }

    private Caller caller() {
        var key = timeOrdered();
        return new Caller(timeOrdered(), timeOrdered(), Optional.of(key), "laptop", "key:" + key);
    }

    private UUID timeOrdered() {
        long at = start.toEpochMilli() + millis++;
        return new UUID(
                at << 16 | 0x7000 | random.nextInt(0x1000),
                random.nextLong() & -1L >>> 2 | 1L << 63);
    }

    public Receipt next() {
        int who = random.nextInt(callers.size());
        var id = "chatcmpl-" + timeOrdered().toString().replace("-", "");
        var time = start.plusMillis(millis).plusNanos(random.nextInt(1_000) * 1_000L);
        int which = random.nextInt(3);
        var digest = "c0c99a4e5a8bfe7a9bec5f68fdc2ff6175d8332bbf7cb315519a59a4ce0f01a" + which;
        var site =
                new Site(
                                "norrhamn-cpu",
                                new Place("Norrhamn", "XA", "XA", true),
                                new Operator(
                                        "state-computing-centre", "State Computing Centre", "XA"))
                        .with(new Computing("own machine code", Optional.of("amx"), "int8"));
        return new Receipt.Draft(
                        new Request(
                                id,
                                time,
                                callers.get(who),
                                new Model("model-" + which, "sha256:" + digest, "MOF I")),
                        decision(time.minusNanos(random.nextInt(2_000) * 1_000L)),
                        Making.at(site))
                .completed(
                        Making.UNKNOWN.ended(List.of(random.nextInt(5) == 0 ? "length" : "stop")),
                        bill(time.plusNanos(random.nextInt(900_000) * 1_000L), grants.get(who)));
    }

    private Decision decision(Instant at) {
        var hash = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            hash.append("%016x".formatted(random.nextLong()));
        }
        return new Decision(
                Optional.of(hash.toString()),
                at,
                "open-allied@1+open-allied@3",
                "1de69fd172f5479d51a77c98d33327623192ccab7cbff401279e221170b2b52f",
                "1ce999fa04db82e0464acc016fb0a4d9659649785626061d0b59dedb68c980ce",
                5,
                List.of(
                        new Verdict("norrhamn-cpu", true, false, Optional.empty(), List.of()),
                        new Verdict("sydal-cpu", true, false, Optional.empty(), List.of())));
    }

    private Bill bill(Instant at, UUID grant) {
        int read = random.nextInt(4_000);
        int made = random.nextInt(1_000);
        var cost =
                Money.euro(
                        new BigDecimal("0.00000018")
                                .multiply(BigDecimal.valueOf(read + 3L * made))
                                .toPlainString());
        return new Bill(
                "completed",
                at,
                new Usage(read, made, false),
                new Price(
                        Money.euro("0.18"),
                        Money.euro("0.54"),
                        Money.euro("0.000002"),
                        Instant.parse("2026-11-20T13:09:48.517198Z")),
                cost,
                List.of(
                        new Payment(
                                grant,
                                "Ministry of Science",
                                "National AI Research Allowance",
                                cost)));
    }
}
