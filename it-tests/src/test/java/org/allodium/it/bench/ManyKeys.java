package org.allodium.it.bench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.allodium.it.product.Product;

/// Keys of the project whose standard key the demo has, as if its members had issued them.
final class ManyKeys {
    private ManyKeys() {}

    static List<String> issue(int count) throws Exception {
        var keys = new ArrayList<String>(count);
        for (int n = 0; n < count; n++) {
            keys.add("sk-alo-" + "%043d".formatted(n));
        }
        var model = MessageDigest.getInstance("SHA-256");
        var standard = model.digest(Product.key("standard").getBytes(StandardCharsets.US_ASCII));
        UUID tenant;
        try (var all = Product.database();
                var find =
                        all.prepareStatement(
                                "select tenant_id from identity.api_key where key_hash = ?")) {
            find.setBytes(1, standard);
            try (var found = find.executeQuery()) {
                found.next();
                tenant = found.getObject(1, UUID.class);
            }
        }
        try (var own = Product.database(tenant);
                var issue =
                        own.prepareStatement(
                                "insert into identity.api_key select gen_random_uuid(), k.tenant_id,"
                                        + " k.project_id, 'bench-' || at, 'sk-alo-0000', sha256(n::bytea),"
                                        + " k.allowed_models, k.created_by, k.adopted, k.created_at,"
                                        + " k.expires_at, null, null, 'bench-' || at"
                                        + " from identity.api_key k, unnest(?::text[]) with ordinality n (n, at)"
                                        + " where k.key_hash = ? on conflict do nothing")) {
            issue.setArray(1, own.createArrayOf("text", keys.toArray()));
            issue.setBytes(2, standard);
            issue.executeUpdate();
        }
        // The news of them are there within a second.
        TimeUnit.SECONDS.sleep(2);
        return keys;
    }
}
