package org.allodium.evidence;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.Receipt.Bill;
import org.allodium.evidence.Receipt.Caller;
import org.allodium.evidence.Receipt.Decision;
import org.allodium.evidence.Receipt.Draft;
import org.allodium.evidence.Receipt.Making;
import org.allodium.evidence.Receipt.Model;
import org.allodium.evidence.Receipt.Operator;
import org.allodium.evidence.Receipt.Place;
import org.allodium.evidence.Receipt.Price;
import org.allodium.evidence.Receipt.Request;
import org.allodium.evidence.Receipt.Site;
import org.allodium.evidence.Receipt.Usage;
import org.allodium.evidence.Receipt.Verdict;
import org.allodium.kernel.Money;

/// Receipts for tests, of the modules to the right too.
public final class SampleReceipts {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456Z");

    private SampleReceipts() {}

    public static Caller caller(UUID tenant) {
        return new Caller(tenant, UUID.randomUUID(), Optional.empty(), "", "ada");
    }

    public static Draft draft(String id, Caller caller) {
        return draft(id, NOON, caller);
    }

    private static Draft draft(String id, Instant time, Caller caller) {
        var hash = "sha256:0123";
        return new Draft(
                new Request(id, time, caller, new Model("guide", hash, "class-1")),
                new Decision(
                        Optional.of("d0"),
                        time,
                        "national",
                        "b1",
                        "f2",
                        7,
                        List.of(
                                new Verdict(
                                        "norrhamn-cpu", true, false, Optional.empty(), List.of()),
                                new Verdict(
                                        "harbour-cpu",
                                        false,
                                        false,
                                        Optional.empty(),
                                        List.of("R3 place_process")))),
                Making.at(site("norrhamn-cpu")));
    }

    public static Site site(String pool) {
        return new Site(
                pool,
                new Place("Norrhamn", "XA", "XA", true),
                new Operator("state", "State Computing Centre", "XA"));
    }

    public static Bill bill() {
        var price =
                new Price(Money.euro("1"), Money.euro("2"), Money.euro("0.000001"), Instant.EPOCH);
        return new Bill(
                "completed", NOON, new Usage(12, 34, false), price, Money.euro("0"), List.of());
    }

    public static Receipt receipt(String id, UUID tenant) {
        return receipt(id, tenant, NOON);
    }

    static Receipt receipt(String id, UUID tenant, Instant time) {
        return draft(id, time, caller(tenant)).completed(Making.UNKNOWN, bill());
    }
}
