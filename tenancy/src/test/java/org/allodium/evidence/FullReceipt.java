package org.allodium.evidence;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.Receipt.Attestation;
import org.allodium.evidence.Receipt.Bill;
import org.allodium.evidence.Receipt.Cache;
import org.allodium.evidence.Receipt.Caller;
import org.allodium.evidence.Receipt.Computing;
import org.allodium.evidence.Receipt.Encoder;
import org.allodium.evidence.Receipt.Energy;
import org.allodium.evidence.Receipt.Making;
import org.allodium.evidence.Receipt.Payment;
import org.allodium.evidence.Receipt.Price;
import org.allodium.evidence.Receipt.Retrieval;
import org.allodium.evidence.Receipt.Site;
import org.allodium.evidence.Receipt.Usage;
import org.allodium.kernel.Money;

/// A receipt with every field that there is.
final class FullReceipt {
    static final Caller CALLER =
            new Caller(
                    UUID.fromString("0190f3e2-a1b2-7c3d-8e4f-000000000001"),
                    UUID.fromString("0190f3e2-a1b2-7c3d-8e4f-000000000002"),
                    Optional.of(UUID.fromString("0190f3e2-a1b2-7c3d-8e4f-000000000003")),
                    "läptop",
                    "key:0190f3e2-a1b2-7c3d-8e4f-000000000003");
    private static final Instant LATER = Instant.parse("2026-11-23T12:00:01Z");

    private FullReceipt() {}

    static Receipt receipt() {
        return SampleReceipts.draft("r-ä", CALLER).completed(making(), bill());
    }

    private static Making making() {
        return new Making(
                Optional.of(attested("norrhamn-cpu")),
                Optional.of(attested("sydal-cpu")),
                Optional.of(new Energy(new BigDecimal("12.5"), "power model")),
                Optional.of(
                        new Retrieval(
                                "handbook",
                                "sha256:bb",
                                new Encoder("minilm", "sha256:cc"),
                                attested("norrhamn-cpu"),
                                9,
                                List.of("/handbook/keys#what-is-a-key"))),
                Optional.of(new Cache(true, "r-0")),
                Optional.of(List.of("stop", "length")),
                Optional.of("unknown"));
    }

    private static Site attested(String pool) {
        var site = SampleReceipts.site(pool);
        return new Site(
                site.pool(),
                site.place(),
                site.operator(),
                Optional.of(new Computing("own machine code", Optional.of("amx"), "int8")),
                Optional.of(new Attestation("tdx", "sha256:aa", LATER)));
    }

    private static Bill bill() {
        var cost = Money.euro("0.00000000001");
        return new Bill(
                "completed",
                LATER,
                new Usage(12, 34, false),
                new Price(Money.euro("1.500"), Money.euro("20"), Money.euro("0"), Instant.EPOCH),
                cost,
                List.of(
                        new Payment(
                                UUID.fromString("0190f3e2-a1b2-7c3d-8e4f-000000000004"),
                                "Ministry of Science",
                                "Compute for science",
                                cost)));
    }
}
