package org.allodium.portal.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement;
import org.allodium.kernel.Money;
import org.allodium.portal.parts.ListPage;
import org.junit.jupiter.api.Test;

class RequestSearchTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private final List<SettledRequest> log =
            IntStream.range(0, 700).mapToObj(RequestSearchTest::request).toList();
    private final RequestSearch search =
            new RequestSearch(
                    (offset, limit) ->
                            log.subList(
                                    Math.min(offset, log.size()),
                                    Math.min(offset + limit, log.size())));

    @Test
    void showsTheNewestPageAndThatMoreFollows() {
        var found = search.page(new UsageFilter("", 0, 0), NOW);
        assertThat(found.rows()).hasSize(ListPage.SIZE);
        assertThat(found.rows().getFirst().requestId()).isEqualTo("0");
        assertThat(found.more()).isTrue();
    }

    @Test
    void endsWithTheLastPage() {
        var found = search.page(new UsageFilter("", 0, 27), NOW);
        assertThat(found.rows()).hasSize(25);
        assertThat(found.more()).isFalse();
        assertThat(search.page(new UsageFilter("", 0, 99), NOW).rows()).isEmpty();
    }

    @Test
    void findsMatchesFarBehindOthers() {
        var found = search.page(new UsageFilter("rare", 0, 0), NOW);
        assertThat(found.rows())
                .extracting(SettledRequest::requestId)
                .containsExactly("333", "666");
        assertThat(found.more()).isFalse();
    }

    @Test
    void stopsAtTheWantedTime() {
        var found = new ArrayList<String>();
        search.each(new UsageFilter("", 1, 0), NOW, row -> found.add(row.requestId()));
        assertThat(found).hasSize(25).last().isEqualTo("24");
    }

    @Test
    void pagesThroughMatches() {
        var second = search.page(new UsageFilter("even", 0, 1), NOW);
        assertThat(second.rows().getFirst().requestId()).isEqualTo("50");
    }

    @Test
    void writesItselfAsAnAddress() {
        var filter = new UsageFilter("a/b", 7, 2);
        assertThat(filter.address()).isEqualTo("usage?model=a%2Fb&days=7&page=2");
        assertThat(new UsageFilter("", 0, 0).address()).isEqualTo("usage");
    }

    @Test
    void writesCellsThatNoSpreadsheetExecutes() {
        assertThat(UsageCsv.cell("plain")).isEqualTo("plain");
        assertThat(UsageCsv.cell("a,b")).isEqualTo("\"a,b\"");
        assertThat(UsageCsv.cell("say \"x\"")).isEqualTo("\"say \"\"x\"\"\"");
        assertThat(UsageCsv.cell("=1+1")).isEqualTo("'=1+1");
    }

    @Test
    void writesARequestAsOneLine() {
        assertThat(UsageCsv.line(request(0)))
                .isEqualTo(
                        "0,2026-11-23T12:00:00Z,Storm surge,key,even,norrhamn-cpu,3,4,false,completed,0.001,EUR,\r\n");
    }

    /// One an hour; two of model rare.
    private static SettledRequest request(int number) {
        return new SettledRequest(
                String.valueOf(number),
                NOW.minus(Duration.ofHours(number)),
                "Storm surge",
                "key",
                number > 0 && number % 333 == 0 ? "rare" : number % 2 == 0 ? "even" : "odd",
                "norrhamn-cpu",
                3,
                4,
                false,
                Settlement.Outcome.COMPLETED,
                Money.euro("0.001"),
                List.of());
    }
}
