package org.allodium.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.allodium.it.product.Api.Answer;
import org.allodium.it.product.Books;
import org.allodium.it.product.Waiting;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Two servers over one database, and the same request sent to both in the same moment.
@Tag("long")
@ExtendWith(TwoNodes.class)
class TwoNodesOnceIT {
    private static final int KEYS = 25;
    private static final String CHAT =
            "{\"model\":\"allodium-guide\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi %s\"}],"
                    + "\"max_tokens\":4,\"stream\":%b}";

    @Test
    void aKeyThatIsSentToBothAtOnceRunsOnce() throws Exception {
        var receipts = new TreeSet<String>();
        int waited = 0;
        for (int n = 0; n < KEYS; n++) {
            var key = UUID.randomUUID().toString();
            var body = CHAT.formatted(key, n % 2 == 0);
            var answers = both(key, body);
            assertThat(answers).extracting(Answer::status).isSubsetOf(200, 409).contains(200);
            waited += (int) answers.stream().filter(answer -> answer.status() == 409).count();
            var mine = new TreeSet<>(Set.of(answered(answers)));
            for (var node : TwoNodes.ALL) {
                Waiting.until(
                        TwoNodes.CLOSED,
                        "the answer is there",
                        () -> send(node, key, body).status() == 200);
                var again = send(node, key, body);
                assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
                mine.add(again.header("x-receipt-id"));
            }
            assertThat(mine).as("one request, one receipt").hasSize(1);
            receipts.addAll(mine);
        }
        System.out.println("  told to wait: " + waited + " of " + KEYS);
        assertThat(receipts).hasSize(KEYS);
        TwoNodes.assertSound();
        assertThat(
                        Books.one(
                                "select count(*) from billing.usage_event u join billing.once o"
                                        + " using (request_id)"
                                        + " where u.request_id = any('{%s}')"
                                                .formatted(String.join(",", receipts))))
                .isEqualByComparingTo(Integer.toString(KEYS));
    }

    private static String answered(List<Answer> answers) {
        return answers.stream()
                .filter(answer -> answer.status() == 200)
                .map(answer -> answer.header("x-receipt-id"))
                .distinct()
                .reduce((_, _) -> "two receipts for one key")
                .orElseThrow();
    }

    private static List<Answer> both(String key, String body) throws Exception {
        var start = new CyclicBarrier(TwoNodes.ALL.size());
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            var sent = new ArrayList<Future<Answer>>();
            for (var node : TwoNodes.ALL) {
                sent.add(
                        crowd.submit(
                                () -> {
                                    start.await();
                                    return send(node, key, body);
                                }));
            }
            var answers = new ArrayList<Answer>();
            for (var one : sent) {
                answers.add(one.get());
            }
            return answers;
        }
    }

    private static Answer send(Component node, String key, String body) {
        return TwoNodes.api(node)
                .post(
                        "/chat/completions",
                        body.getBytes(StandardCharsets.UTF_8),
                        "Idempotency-Key",
                        key);
    }
}
