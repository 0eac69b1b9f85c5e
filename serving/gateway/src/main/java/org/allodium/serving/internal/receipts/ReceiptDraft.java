package org.allodium.serving.internal.receipts;

import java.time.Instant;
import org.allodium.catalog.Model;
import org.allodium.corpus.Corpus;
import org.allodium.corpus.Find;
import org.allodium.identity.Caller;
import org.allodium.sovereignty.Decision;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.sovereignty.PoolVerdict;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes what a receipt says: the intent's part before the run, the outcome's part after it. No
/// word of a prompt or an answer, and no secret.
public final class ReceiptDraft {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int VERSION = 1;

    private ReceiptDraft() {}

    public static ObjectNode intent(
            String id, Instant at, Caller caller, Model model, Decision decision) {
        var draft = JSON.createObjectNode();
        draft.put("object", "receipt");
        draft.put("version", VERSION);
        draft.put("id", id);
        draft.put("time", at.toString());
        draft.put("tenant", caller.tenant().toString());
        draft.put("project", caller.project().toString());
        if (caller.key().isPresent()) {
            draft.put("key", caller.key().orElseThrow().toString());
        } else {
            draft.putNull("key");
        }
        draft.put("key_name", caller.keyName());
        draft.put("subject", caller.subject());
        draft.set("model", model(model));
        draft.set("decision", decision(decision));
        return draft;
    }

    /// Where the answer was made, and that its pool is one that the decision permits.
    public static ObjectNode outcome(PoolPlace place) {
        var facts = JSON.createObjectNode();
        where(facts, place);
        return facts;
    }

    private static void where(ObjectNode facts, PoolPlace place) {
        facts.put("pool", place.pool().value());
        facts.set("place", place(place));
        facts.putObject("operator")
                .put("id", place.operatorId())
                .put("name", place.operator())
                .put("country", place.operatorCountry());
    }

    /// Which passages the answer quotes, and who read the request to find them. The tokens of this
    /// embedding have no price of their own: the answer's price covers them.
    public static ObjectNode retrieval(Corpus corpus, Encoding encoding, Find found) {
        var facts = JSON.createObjectNode();
        facts.put("corpus", corpus.name());
        facts.put("corpus_digest", corpus.digest());
        facts.putObject("encoder").put("name", encoding.model()).put("digest", encoding.digest());
        where(facts, encoding.place());
        facts.put("tokens", encoding.tokens());
        var passages = facts.putArray("passages");
        found.quoted().forEach(passage -> passages.add(passage.address()));
        return facts;
    }

    /// One call of an encoder.
    public record Encoding(String model, String digest, long tokens, PoolPlace place) {}

    private static ObjectNode model(Model model) {
        return JSON.createObjectNode()
                .put("name", model.name())
                .put("digest", model.digest())
                .put("openness", model.passport().openness());
    }

    private static ObjectNode place(PoolPlace place) {
        var node = JSON.createObjectNode();
        node.put("facility", place.facility());
        node.put("country", place.country());
        node.put("controlled_from", place.controlledFrom());
        node.put("national", place.national());
        return node;
    }

    private static ObjectNode decision(Decision decision) {
        var node = JSON.createObjectNode();
        node.put("hash", decision.hash());
        node.put("at", decision.at().toString());
        node.put("policy", decision.policyVersion());
        node.put("policy_hash", decision.policyHash());
        node.put("fact_snapshot", decision.factSnapshot());
        node.put("epoch", decision.epoch());
        var verdicts = node.putArray("verdicts");
        for (PoolVerdict verdict : decision.verdicts()) {
            var one = verdicts.addObject();
            one.put("pool", verdict.pool().value());
            one.put("eligible", verdict.eligible());
            one.put("spill", verdict.spill());
            if (verdict.retrieval() != null) {
                one.put("retrieval", verdict.retrieval().value());
            }
            var failed = one.putArray("failed");
            verdict.failures().forEach(f -> failed.add(f.rule().id() + " " + f.rule().code()));
        }
        return node;
    }
}
