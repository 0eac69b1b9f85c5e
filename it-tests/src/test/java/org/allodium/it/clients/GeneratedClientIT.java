package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import org.allodium.client.ApiClient;
import org.allodium.client.ApiException;
import org.allodium.client.OneOf;
import org.allodium.client.api.AdministrationApi;
import org.allodium.client.api.AnswersApi;
import org.allodium.client.api.EvidenceApi;
import org.allodium.client.model.ChatCompletionRequest;
import org.allodium.client.model.ChatMessage;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;

/// A client that a generator made from the description calls both APIs.
class GeneratedClientIT {
    private static ApiClient client(String base, String token) {
        var client = new ApiClient();
        client.updateBaseUri(base);
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
        return client;
    }

    private static ChatCompletionRequest question(String model) {
        return new ChatCompletionRequest()
                .model(model)
                .maxCompletionTokens(4)
                .addMessagesItem(
                        new ChatMessage()
                                .role(ChatMessage.RoleEnum.USER)
                                .content(new OneOf("What is a receipt?")));
    }

    @Test
    void asksAModelAndReadsTheReceipt() throws Exception {
        var client = client(Product.portal(), Product.key("standard"));
        var answer =
                new AnswersApi(client)
                        .createChatCompletion(
                                question("allodium-guide"), null, null, null, null, null);
        assertThat(answer.getChoices()).hasSize(1);
        assertThat(answer.getUsage().getCompletionTokens()).isPositive();
        var receipt = new EvidenceApi(client).showReceipt(answer.getId(), null, null);
        assertThat(receipt.getReceipt().getModel().getName()).isEqualTo("allodium-guide");
    }

    @Test
    void isToldWhatIsWrong() {
        var client = client(Product.portal(), Product.key("standard"));
        var refused =
                catchThrowableOfType(
                        ApiException.class,
                        () ->
                                new AnswersApi(client)
                                        .createChatCompletion(
                                                question("no-such-model"),
                                                null,
                                                null,
                                                null,
                                                null,
                                                null));
        assertThat(refused.getCode()).isEqualTo(404);
        assertThat(refused.getResponseBody()).contains("model_not_found");
    }

    @Test
    void listsTheModelsOfTheCatalog() throws Exception {
        var token = Files.readString(Product.home().resolve("secrets/operations-token")).strip();
        var models = new AdministrationApi(client(Product.management(), token)).adminListModels();
        assertThat(models.getData())
                .anySatisfy(
                        model -> {
                            assertThat(model.getName()).isEqualTo("allodium-guide");
                            assertThat(model.getDeployedOn()).isNotEmpty();
                        });
    }
}
