package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.kernel.Database;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.Test;

/// Of every table that requests are answered from, over all rooms: which changes are told.
class EveryPictureIsToldTest {
    /// A bit each: insert 4, delete 8, update 16, truncate 32; see `pg_trigger`.
    private static final String TOLD =
            """
            select t.tgrelid::regclass || ' ' || (bit_or(t.tgtype) & 60)
                       || ' ' || string_agg(distinct t.tgenabled::text, '') as told
              from pg_trigger t join pg_proc p on p.oid = t.tgfoid
             where p.proname = 'tell'
             group by t.tgrelid::regclass
             order by t.tgrelid::regclass::text""";

    @Test
    void everyWayToChangeATableIsToldAlsoThatOfAReplica() {
        try (var database = TestDatabase.fresh()) {
            var told =
                    Database.over(database.platform())
                            .withHandle(
                                    handle -> handle.createQuery(TOLD).mapTo(String.class).list());
            assertThat(told)
                    .containsExactly(
                            "billing.price 60 A",
                            "catalog.deployment 60 A",
                            "catalog.model 60 A",
                            "catalog.retrieval 60 A",
                            "identity.api_key 60 A",
                            "sovereignty.change 60 A",
                            "sovereignty.fact 60 A",
                            "sovereignty.offer 60 A",
                            "sovereignty.policy_use 60 A",
                            "tenancy.membership 60 A",
                            "tenancy.organisation 60 A",
                            "tenancy.project 60 A");
        }
    }
}
