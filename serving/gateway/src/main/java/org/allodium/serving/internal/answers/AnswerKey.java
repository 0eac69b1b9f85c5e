package org.allodium.serving.internal.answers;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Sampling;
import org.allodium.engine.WrittenChat;
import org.allodium.tenancy.TenantId;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Everything that shapes an answer, and in whose name: a tenant never meets another's answer, and
/// a changed fact or policy (a new epoch) leaves all older answers unreachable. Messages, tools and
/// template variables are in the prompt, as the model's template wrote it today. What is added here
/// is in the digest by that alone.
/// @param looksUp what the answer may be quoted from; empty if nothing
/// @param maxTokens as asked for; 0 for as many as `mostTokens` and the context allow
public record AnswerKey(
        TenantId tenant,
        long epoch,
        String policyHash,
        String modelDigest,
        String looksUp,
        WrittenChat prompt,
        int maxTokens,
        int mostTokens,
        int contextLength,
        Sampling sampling,
        Ending ending,
        OutputFormat format,
        int choices) {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .addMixIn(OutputFormat.class, Named.class)
                    .build();

    /// SHA-256, hexadecimal.
    public String digest() {
        try {
            var hash = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(hash.digest(JSON.writeValueAsBytes(this)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Else any text and any JSON object were written alike: both have no parts.
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    private interface Named {}
}
