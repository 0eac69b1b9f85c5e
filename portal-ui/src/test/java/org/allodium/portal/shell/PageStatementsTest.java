package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a page request costs the database, the visit included: it is made once, with one statement,
/// and the page and its frame find it. A transaction in a tenant's name costs two beside its own.
/// Who raises a bound says for what.
class PageStatementsTest extends PageTest {
    @ParameterizedTest
    @CsvSource({"projects, 1", "keys, 5", "team, 7", "models, 9", "home, 32"})
    void aPageAsksTheDatabaseNoMoreThan(String page, int most) {
        inAnEmptyWorld();
        Country.model("near", "norrhamn-cpu");
        var tenant = World.organisation("Lab");
        var project = World.project(tenant, "Tides");
        World.grant(tenant, "40");
        var address = World.page(tenant, project, page);
        // The first reader pays for what the server then holds in memory.
        open(World.ownerOf(tenant), address);
        int before = statements();
        open(World.ownerOf(tenant), address);
        assertThat(statements() - before).isBetween(1, most);
    }

    private static int statements() {
        return the(TestDatabase.class).statements();
    }
}
