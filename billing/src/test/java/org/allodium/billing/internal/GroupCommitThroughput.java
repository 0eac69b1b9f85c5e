package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.used;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Prints how many whole requests (reserve, settle, signed receipt) a second the accounts take.
/// To be run by hand: `GroupCommitThroughput [callers] [requests]`.
final class GroupCommitThroughput {
    private GroupCommitThroughput() {}

    public static void main(String[] arguments) throws Exception {
        int callers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
        int requests = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
        try (var bank = new Bank()) {
            System.out.println(
                    "fsync="
                            + bank.text("show fsync")
                            + " synchronous_commit="
                            + bank.text("show synchronous_commit"));
            run(bank, callers, requests / 4, "warm-up");
            run(bank, callers, requests, callers + " callers");
            run(bank, 1, requests / 20, "one caller");
            Invariants.hold(bank);
        }
    }

    private static void run(Bank bank, int callers, int requests, String name) throws Exception {
        var tenants = new org.allodium.tenancy.TenantId[Math.min(callers, 10)];
        for (int i = 0; i < tenants.length; i++) {
            tenants[i] = Bank.aTenant();
            bank.grant(tenants[i], "1000");
        }
        var next = new AtomicInteger();
        var reserveNanos = new long[requests];
        long start = System.nanoTime();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < callers; caller++) {
                pool.submit(
                        () -> {
                            for (int i = next.getAndIncrement();
                                    i < requests;
                                    i = next.getAndIncrement()) {
                                var request = bank.request(tenants[i % tenants.length], 40, 64);
                                long asked = System.nanoTime();
                                bank.desk.reserve(request).get();
                                bank.desk.conclude(used(request.requestId(), 40, 64)).get();
                                reserveNanos[i] = System.nanoTime() - asked;
                                bank.desk.settle(used(request.requestId(), 40, 64)).get();
                            }
                            return name;
                        });
            }
        }
        double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
        Arrays.sort(reserveNanos);
        System.out.println(
                "%s: %.0f requests/s, conclude p50 %.2f ms, p99 %.2f ms"
                        .formatted(
                                name,
                                requests / seconds,
                                reserveNanos[requests / 2] / 1e6,
                                reserveNanos[requests * 99 / 100] / 1e6));
    }
}
