package org.allodium.portal.models;

import java.util.LinkedHashMap;
import java.util.Map;

/// Examples that work when pasted: the first call of a model, in four languages.
public record Snippets(String api, String model, String key) {

    public static Snippets of(String portalUrl, String model, String key) {
        return new Snippets(portalUrl.replaceAll("/+$", "") + "/v1", model, key);
    }

    /// By language, in the order in which they are offered.
    public Map<String, String> all() {
        var all = new LinkedHashMap<String, String>();
        all.put("curl", curl());
        all.put("Python", python());
        all.put("Java", java());
        all.put("JavaScript", javaScript());
        return all;
    }

    public String curl() {
        return """
                curl %s/chat/completions \\
                  -H "Authorization: Bearer %s" \\
                  -H "Content-Type: application/json" \\
                  -d '{"model": "%s", "messages": [{"role": "user", "content": "How do I apply for a grant?"}]}'"""
                .formatted(api, key, model);
    }

    private String python() {
        return """
                # pip install openai
                from openai import OpenAI

                client = OpenAI(base_url="%s", api_key="%s")
                answer = client.chat.completions.create(
                    model="%s",
                    messages=[{"role": "user", "content": "How do I apply for a grant?"}],
                )
                print(answer.choices[0].message.content)"""
                .formatted(api, key, model);
    }

    private String java() {
        return """
                // com.openai:openai-java
                import com.openai.client.okhttp.OpenAIOkHttpClient;
                import com.openai.models.chat.completions.ChatCompletionCreateParams;

                public class FirstCall {
                    public static void main(String[] args) {
                        var client = OpenAIOkHttpClient.builder()
                                .baseUrl("%s")
                                .apiKey("%s")
                                .build();
                        var answer = client.chat().completions().create(
                                ChatCompletionCreateParams.builder()
                                        .model("%s")
                                        .addUserMessage("How do I apply for a grant?")
                                        .build());
                        answer.choices().forEach(choice ->
                                choice.message().content().ifPresent(System.out::println));
                    }
                }"""
                .formatted(api, key, model);
    }

    private String javaScript() {
        return """
                // npm install openai
                import OpenAI from "openai";

                const client = new OpenAI({ baseURL: "%s", apiKey: "%s" });
                const answer = await client.chat.completions.create({
                  model: "%s",
                  messages: [{ role: "user", content: "How do I apply for a grant?" }],
                });
                console.log(answer.choices[0].message.content);"""
                .formatted(api, key, model);
    }
}
