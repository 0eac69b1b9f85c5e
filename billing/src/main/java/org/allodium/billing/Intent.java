package org.allodium.billing;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.Money;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;

/// What is durable before a request runs: who will pay, the most that it can cost, and all that its
/// receipt will say but what became of it, so that recovery after a crash can write that.
/// @param receipt of the same caller; its id is unique and names the request
/// @param once the key under which it runs, if it names one
public record Intent(Payer payer, Charge charge, Receipt.Draft receipt, Optional<Once> once) {
    public Intent(Payer payer, Charge charge, Receipt.Draft receipt) {
        this(payer, charge, receipt, Optional.empty());
    }

    public Intent {
        var caller = receipt.request().caller();
        if (!payer.equals(Payer.of(caller))) {
            throw new IllegalArgumentException("The receipt names another payer: " + caller);
        }
    }

    public String requestId() {
        return receipt.request().id();
    }

    public TenantId tenant() {
        return payer.tenant();
    }

    /// The same request for so many more tokens of output, and nothing else.
    public Intent more(long outputTokens) {
        var price = charge.price();
        var caps = charge.spillCaps();
        return new Intent(
                payer,
                new Charge(price, 0, outputTokens, price.of(0, outputTokens), caps),
                receipt);
    }

    /// @param subject the person, or `key:` and the key's id
    public record Payer(TenantId tenant, ProjectId project, Optional<UUID> key, String subject) {
        static Payer of(Receipt.Caller caller) {
            return new Payer(
                    new TenantId(caller.tenant()),
                    new ProjectId(caller.project()),
                    caller.key(),
                    caller.subject());
        }
    }

    /// @param ceiling the most that the request can cost
    /// @param spillCaps by consent that the request leans on, the most tokens that may spill
    public record Charge(
            ModelPrice price,
            long inputTokens,
            long maxOutputTokens,
            Money ceiling,
            Map<String, Long> spillCaps) {
        public Charge {
            if (ceiling.amount().signum() < 0) {
                throw new IllegalArgumentException("A ceiling is not negative");
            }
            spillCaps = Map.copyOf(spillCaps);
        }

        public long tokens() {
            return inputTokens + maxOutputTokens;
        }
    }
}
