package org.allodium.serving.rest;

import java.io.IOException;
import java.time.Duration;
import org.allodium.billing.Budgets;
import org.allodium.evidence.Receipts;
import org.allodium.identity.Caller;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;

/// `GET /v1/receipts/{id}`: waits for the settlement of an answer that has just left, and for the
/// log to take its receipt in.
final class ReceiptEndpoint implements Endpoint.Reading {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Budgets budgets;
    private final Receipts receipts;

    ReceiptEndpoint(Budgets budgets, Receipts receipts) {
        this.budgets = budgets;
        this.receipts = receipts;
    }

    @Override
    public void answer(Response response, Caller caller, String id) throws IOException {
        if (!id.matches("[A-Za-z0-9_-]{1,100}")) {
            throw unknown();
        }
        budgets.awaitSettled(caller.tenant(), id, PATIENCE);
        var receipt =
                receipts.find(caller.tenant().value(), id).orElseThrow(ReceiptEndpoint::unknown);
        response.text(200, "application/json; charset=utf-8", receipt.document());
    }

    private static Refused unknown() {
        return Refused.of(ErrorCode.NOT_FOUND, "serving.no-such-receipt");
    }
}
