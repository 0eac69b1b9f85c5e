package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.it.product.Api;
import org.allodium.it.product.Command;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// The bundled guide, asked as people ask it.
class GuideIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int AT_ONCE = 16;
    private static final String ABROAD = "harbour-cpu";

    /// README's first call, in the words of a hundred people, without any field of sampling.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHundredWordingsOfTheFirstCall(boolean stream) {
        for (var wording : GuideQuestion.read("first-call.txt")) {
            good(wording, GuideQuestion.ask(wording, messages -> answer(messages, stream)));
        }
    }

    @Test
    void sixteenOfThemAtOnce() throws Exception {
        var wordings = GuideQuestion.read("first-call.txt");
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var all = new ArrayList<Callable<String>>();
            for (int i = 0; i < wordings.size(); i++) {
                var wording = wordings.get(i);
                boolean stream = i % 2 == 0;
                all.add(() -> GuideQuestion.ask(wording, m -> answer(m, stream)));
            }
            var answers = threads.invokeAll(all);
            for (int i = 0; i < wordings.size(); i++) {
                good(wordings.get(i), answers.get(i).get());
            }
        }
    }

    private static void good(GuideQuestion question, String answer) {
        assertThat(question.judge(answer))
                .as("%s%n%s", question.turns(), answer)
                .isEqualTo(GuideQuestion.Verdict.RIGHT);
        assertThat(answer).doesNotContain("\uFFFD").endsWith(link(answer));
    }

    /// A quoted passage says where it stands.
    private static String link(String answer) {
        int from = answer.lastIndexOf(Product.portal() + "/handbook/");
        assertThat(from).as(answer).isPositive();
        return answer.substring(from);
    }

    /// What it was built with; the second sixty were asked once (decision 0141).
    @ParameterizedTest
    @ValueSource(strings = "first.txt")
    void mostQuestionsOfANewUserAreAnsweredAndHardlyAnyWrongly(String file) {
        var judged = judge(file);
        assertThat(judged.wrong).as("wrong: %s", judged.wrong).hasSizeLessThanOrEqualTo(2);
        assertThat(judged.right).isGreaterThanOrEqualTo((judged.asked * 9 + 9) / 10);
    }

    /// Asked once, when the guide was done; kept so that anybody can ask it again.
    @Test
    @Tag("long")
    void theSecondSixty() {
        var judged = judge("second.txt");
        assertThat(judged.wrong).as("wrong: %s", judged.wrong).hasSizeLessThanOrEqualTo(2);
        assertThat(judged.right).isGreaterThanOrEqualTo(54);
    }

    private static Judged judge(String file) {
        var judged = new Judged();
        for (var question : GuideQuestion.read(file)) {
            var answer = GuideQuestion.ask(question, messages -> answer(messages, false));
            judged.asked++;
            switch (question.judge(answer)) {
                case RIGHT -> judged.right++;
                case UNKNOWN -> judged.unknown.add(question.turns().getLast());
                case WRONG -> judged.wrong.add(question.turns().getLast() + " → " + answer);
            }
        }
        System.out.printf(
                "  %s: %d of %d right, %d wrong, %d not known%n",
                file, judged.right, judged.asked, judged.wrong.size(), judged.unknown.size());
        return judged;
    }

    private static final class Judged {
        private int asked;
        private int right;
        private final List<String> unknown = new ArrayList<>();
        private final List<String> wrong = new ArrayList<>();
    }

    @Test
    void theReceiptSaysWhoLookedUpWhat() {
        var answer =
                Api.as("standard")
                        .post("/chat/completions", body("What is a receipt?", "allodium-guide"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        var receipt = receipt(answer);
        var retrieval = receipt.path("retrieval");
        assertThat(retrieval.path("encoder").path("name").asString()).isEqualTo("all-minilm-l6-v2");
        assertThat(retrieval.path("tokens").asInt()).isPositive();
        assertThat(retrieval.path("operator").path("name").asString()).isNotEmpty();
        var passage = retrieval.path("passages").get(0).asString();
        assertThat(text(answer.json())).contains(Product.portal() + passage);
        assertThat(Api.portal(passage.replaceAll("#.*", "")).status()).isEqualTo(200);
    }

    /// Made abroad, looked up at home, and one decision for both.
    @Test
    void theGuideAbroadLooksUpAtHomeUnderAPolicyThatAdmitsBoth() {
        var receipt = receipt(askedAbroad());
        assertThat(receipt.path("place").path("country").asString()).isEqualTo("XB");
        assertThat(receipt.path("retrieval").path("place").path("country").asString())
                .isEqualTo("XA");
        var verdict = receipt.path("decision").path("verdicts").get(0);
        assertThat(verdict.path("retrieval").asString())
                .isEqualTo(receipt.path("retrieval").path("pool").asString());
    }

    /// By the operator's command; the next request is bound by it.
    @Test
    void anOperatorSaysWhatADeploymentLooksUp(@TempDir Path log) throws Exception {
        var deployment = List.of("model", "retrieve", "allodium-guide-abroad", "--pool", ABROAD);
        assertThat(command(log, deployment, "--nothing")).isZero();
        try {
            assertThat(receipt(askedAbroad()).has("retrieval")).isFalse();
            assertThat(command(log, deployment, from("cookbook"))).isNotZero();
            assertThat(Files.readString(log.resolve("out"))).contains("no corpus called cookbook");
            assertThat(receipt(askedAbroad()).has("retrieval")).isFalse();
        } finally {
            assertThat(command(log, deployment, from("handbook"))).isZero();
        }
        assertThat(receipt(askedAbroad()).path("retrieval").path("corpus").asString())
                .isEqualTo("handbook");
    }

    private static String[] from(String corpus) {
        return new String[] {
            "--corpus", corpus, "--encoder", "all-minilm-l6-v2", "--encoder-pool", "norrhamn-cpu"
        };
    }

    private static int command(Path log, List<String> deployment, String... rest) throws Exception {
        return Command.allodium(
                log, Stream.concat(deployment.stream(), Stream.of(rest)).toArray(String[]::new));
    }

    private static Api.Answer askedAbroad() {
        var answer =
                Api.as("standard")
                        .post(
                                "/chat/completions",
                                body("What is a receipt?", "allodium-guide-abroad"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    private static JsonNode receipt(Api.Answer answer) {
        var document = Api.as("standard").get("/receipts/" + answer.header("x-receipt-id")).json();
        return document.has("receipt") ? document.path("receipt") : document;
    }

    private static String body(String question, String model) {
        var body = JSON.createObjectNode().put("model", model);
        body.putArray("messages").addObject().put("role", "user").put("content", question);
        return body.toString();
    }

    private static String answer(ArrayNode messages, boolean stream) {
        var body = JSON.createObjectNode().put("model", "allodium-guide");
        body.set("messages", messages);
        if (stream) {
            body.put("stream", true);
        }
        var answer = Api.as("standard").post("/chat/completions", body.toString());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return stream
                ? answer.events().stream()
                        .filter(event -> event.startsWith("{"))
                        .map(JSON::readTree)
                        .map(e -> e.path("choices").path(0).path("delta").path("content"))
                        .map(content -> content.asString(""))
                        .collect(Collectors.joining())
                : text(answer.json());
    }

    private static String text(JsonNode answer) {
        return answer.path("choices").get(0).path("message").path("content").asString();
    }
}
