package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.serving.ServingWorld;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankEndpointTest {
    private final ServingWorld world = new ServingWorld();
    private final Api api = WiredApi.over(world);

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void answersInTheFormThatClientsKnow() {
        var exchange =
                post(
                        "'query':'why','documents':['a',{'text':'abc'},'ab'],"
                                + "'top_n':2,'return_documents':true");

        var body = exchange.json();
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(body.path("id").asString()).isEqualTo(exchange.answered("x-receipt-id"));
        assertThat(body.path("model").asString()).isEqualTo("org/ranker");
        assertThat(body.path("results")).hasSize(2);
        assertThat(body.at("/results/0/index").asInt()).isEqualTo(1);
        assertThat(body.at("/results/0/document/text").asString()).isEqualTo("abc");
        assertThat(body.at("/results/0/relevance_score").floatValue()).isEqualTo(0.6f);
        assertThat(body.at("/results/1/index").asInt()).isEqualTo(2);
        assertThat(body.at("/usage/total_tokens").asInt()).isEqualTo(15);
        assertThat(exchange.answered("x-sovereignty")).startsWith("place=Norrhamn,XA;");
    }

    @Test
    void leavesDocumentsOutUnlessAskedFor() {
        var body = post("'query':'why','documents':['a','ab']").json();

        assertThat(body.path("results")).hasSize(2).noneMatch(r -> r.has("document"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'documents':['a']                           | query",
                "'query':'','documents':['a']                | query",
                "'query':'q'                                 | documents",
                "'query':'q','documents':[]                  | documents",
                "'query':'q','documents':'a'                 | documents",
                "'query':'q','documents':['a','']            | documents[1]",
                "'query':'q','documents':[{'text':''}]       | documents[0]",
                "'query':'q','documents':[{'title':'t'}]     | documents[0].text",
                "'query':'q','documents':[7]                 | documents[0]",
                "'query':'q','documents':['a'],'top_n':0     | top_n",
                "'query':'q','documents':['a'],'max_chunks_per_doc':2 | max_chunks_per_doc"
            })
    void namesWhatIsWrong(String fields, String param) {
        var exchange = post(fields);

        assertThat(exchange.status()).isEqualTo(400);
        assertThat(exchange.json().at("/error/param").asString()).isEqualTo(param);
    }

    private FakeExchange post(String fields) {
        var exchange =
                FakeExchange.post(
                        "/rerank", ("{'model':'org/ranker'," + fields + "}").replace('\'', '"'));
        api.answer(exchange);
        return exchange;
    }
}
