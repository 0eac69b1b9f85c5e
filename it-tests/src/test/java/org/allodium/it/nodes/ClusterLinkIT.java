package org.allodium.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.allodium.launcher.Component;
import org.allodium.tenancy.StallingProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Two servers that tell each other of kept answers, each reached through a wire that can be cut.
@ExtendWith(TwoNodes.class)
class ClusterLinkIT {
    private static final String MODEL = "allodium-guide";
    private static final Duration LINKED = Duration.ofSeconds(20);

    @BeforeAll
    static void keep() throws Exception {
        assertThat(keepAnswers(true)).isPositive();
    }

    @AfterAll
    static void keepNoMore() throws Exception {
        keepAnswers(false);
    }

    /// Of all projects, none of which does at first; how many it was changed for.
    private static int keepAnswers(boolean on) throws Exception {
        try (var connection = Product.database();
                var change =
                        connection.prepareStatement(
                                "update tenancy.project set answer_cache = ?")) {
            change.setBoolean(1, on);
            return change.executeUpdate();
        }
    }

    @Test
    void anAnswerOfOneIsServedByTheOtherWithAReceiptOfItsOwn() throws Exception {
        awaitMembers(2);
        var question = question();
        var made = ask(TwoNodes.FIRST, question);
        assertThat(made.header("x-sovereignty")).contains("cache=miss");
        awaitToldToTheSecond();
        var again = ask(TwoNodes.SECOND, question);
        assertThat(again.header("x-sovereignty")).contains("cache=hit");
        assertThat(again.json().path("choices")).isEqualTo(made.json().path("choices"));
        var id = again.header("x-receipt-id");
        assertThat(id).isNotEqualTo(made.header("x-receipt-id"));
        var receipt = TwoNodes.api(TwoNodes.SECOND).get("/receipts/" + id).json().path("receipt");
        assertThat(receipt.path("cost").asString())
                .isEqualTo(receipt.path("price").path("cached_answer").asString());
        var text = made.json().at("/choices/0/message/content").asString();
        assertThat(text).isNotBlank();
        for (var wire : TwoNodes.wires()) {
            assertThat(new String(wire.passed(), StandardCharsets.ISO_8859_1)).doesNotContain(text);
        }
    }

    @Test
    void aStrangerIsNotLetIn() throws Exception {
        awaitMembers(2);
        for (var wire : TwoNodes.wires()) {
            assertThatThrownBy(() -> greetWithoutACertificate(wire.port()))
                    .isInstanceOf(IOException.class);
        }
        awaitMembers(2);
    }

    /// Believes whoever answers, and shows nothing.
    private static void greetWithoutACertificate(int port) throws Exception {
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new Credulous()}, null);
        try (var socket =
                context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) LINKED.toMillis());
            socket.getOutputStream().write(new byte[64]);
            int heard = socket.getInputStream().read();
            throw new AssertionError("The node answered a stranger: " + heard);
        }
    }

    private static final class Credulous implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /// PostgreSQL is what they need; the link is what saves work.
    @Test
    void whileTheLinkIsCutBothAnswerAndSpendWhatIsThereAndNoMore() throws Exception {
        awaitMembers(2);
        TwoNodes.wires().forEach(StallingProxy::cut);
        var ids = new ArrayList<String>();
        boolean noticed = false;
        for (int n = 0; n < 4 || !noticed; n++) {
            for (var node : TwoNodes.ALL) {
                ids.add(ask(node, question()).header("x-receipt-id"));
            }
            noticed = members(TwoNodes.FIRST) == 1 && members(TwoNodes.SECOND) == 1;
        }
        for (var id : ids) {
            for (var node : TwoNodes.ALL) {
                assertThat(TwoNodes.api(node).get("/receipts/" + id).status())
                        .as(id)
                        .isEqualTo(200);
            }
        }
        TwoNodes.assertSound();
        TwoNodes.wires().forEach(StallingProxy::restore);
        awaitMembers(2);
    }

    private static String question() {
        return "Say this number: " + UUID.randomUUID();
    }

    private static Api.Answer ask(Component node, String question) {
        var answer = TwoNodes.api(node).chat(MODEL, question, 8);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    private static void awaitToldToTheSecond() throws Exception {
        Waiting.until(
                LINKED,
                "the second has heard of an answer",
                () -> figure(TwoNodes.SECOND, "answers_total\\{.*heard.*}") >= 1);
    }

    private static void awaitMembers(int wanted) throws Exception {
        for (var node : TwoNodes.ALL) {
            Waiting.until(LINKED, node + " sees " + wanted, () -> members(node) == wanted);
        }
    }

    private static int members(Component node) throws Exception {
        return (int) figure(node, "members(?:\\{.*})?");
    }

    /// 0 where it is not there.
    private static double figure(Component node, String name) throws Exception {
        var pattern =
                Pattern.compile(
                        "^allodium_serving_link_" + name + " ([0-9.E]+)$", Pattern.MULTILINE);
        var figures = pattern.matcher(Product.metrics(node));
        return figures.find() ? Double.parseDouble(figures.group(1)) : 0;
    }
}
