package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;

/// All that is described, each operation asked in its simplest form: for when something that all
/// of them need is away. Made while everything is there.
public final class EveryOperation {
    private final Description description;
    private final String key;
    private final String staff;

    private EveryOperation(Description description, String key, String staff) {
        this.description = description;
        this.key = key;
        this.staff = staff;
    }

    public static EveryOperation ready() throws Exception {
        return new EveryOperation(
                new Description(Api.portal("/openapi").json()),
                Product.key("standard"),
                AccessTokenIT.token("auditor"));
    }

    /// Where it is described, this status is what comes, and as described.
    public void answers(int status) throws Exception {
        answers(status, Set.of());
    }

    /// The same, but for some.
    public void answers(int status, Set<String> but) throws Exception {
        var operations = description.operationsWith(status);
        assertThat(operations).isNotEmpty().containsAll(but);
        for (var operation : operations) {
            if (!but.contains(operation)) {
                call(operation, status).isAsDescribed(description);
            }
        }
    }

    private Call call(String operation, int status) {
        var inference =
                Inference.ALL.stream().filter(i -> i.operation().equals(operation)).findFirst();
        return inference
                .map(asked -> asked.ask(status, key))
                .orElseGet(() -> other(Call.of(operation, status, key)));
    }

    private Call other(Call call) {
        return switch (call.operation()) {
            case "listModels", "listRefusals" -> call;
            case "showModel", "showReceipt" -> call.with("id", "x");
            case "adminListModels", "adminListMonths" -> call.as(staff);
            case "adminDetachMonth", "adminAttachMonth", "adminExportMonth" ->
                    call.as(staff).with("month", "2026-10");
            case "adminShowModel" -> call.as(staff).with("name", "x");
            case "adminImportModel" ->
                    call.as(staff).saying("{\"directory\":\"/\",\"name\":\"x\"}");
            case "adminChangeModel" ->
                    call.as(staff).with("name", "x").saying("{\"pool\":\"p\",\"retrieval\":null}");
            default -> throw new AssertionError("It is not known how to ask " + call.operation());
        };
    }
}
