package org.allodium.serving;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.allodium.billing.ReserveOutcome;
import org.allodium.catalog.Model;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.admission.StillPermitted;
import org.allodium.sovereignty.Decision;
import org.allodium.sovereignty.PoolVerdict;
import org.allodium.sovereignty.Rule;
import org.allodium.sovereignty.RuleFailure;

/// The sentences in which serving says no.
public final class Refusals {
    private static final Duration SOON = Duration.ofSeconds(5);

    private Refusals() {}

    /// One sentence for what does not exist and what may not be known to exist.
    public static Refusal modelNotFound(String name) {
        return new Refusal(
                ErrorCode.MODEL_NOT_FOUND,
                "The model `" + name + "` does not exist, or this key may not use it.",
                Optional.of("model"),
                Optional.empty(),
                List.of());
    }

    public static Refusal wrongModality(Model model) {
        var cure =
                switch (model.modality()) {
                    case TEXT -> "makes text: ask it at /v1/chat/completions or /v1/completions.";
                    case EMBEDDING -> "makes embeddings: ask it at /v1/embeddings.";
                    case RANKING -> "ranks documents: ask it at /v1/rerank.";
                };
        return invalid("The model `" + model.name() + "` " + cure, "model");
    }

    public static Refusal invalid(String sentence, String param) {
        return new Refusal(
                ErrorCode.INVALID_REQUEST,
                sentence,
                Optional.of(param),
                Optional.empty(),
                List.of());
    }

    /// @param place within a schema; empty for the whole form
    public static Refusal format(String sentence, String place) {
        return invalid(
                sentence,
                place.isEmpty()
                        ? "response_format"
                        : "response_format.json_schema.schema." + place);
    }

    public static Refusal contextExceeded(long prompt, long output, int context, String param) {
        return new Refusal(
                ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                "The model's context holds "
                        + context
                        + " tokens, and this request needs "
                        + (prompt + output)
                        + ": "
                        + prompt
                        + " of input and "
                        + output
                        + " of output.",
                Optional.of(param),
                Optional.empty(),
                List.of());
    }

    /// What cannot fit whatever its tokens are.
    public static Refusal tooMuchText(long bytes, long most, int context, String param) {
        return new Refusal(
                ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                "The model's context holds "
                        + context
                        + " tokens, which is at most "
                        + most
                        + " bytes of text, and this request has "
                        + bytes
                        + ".",
                Optional.of(param),
                Optional.empty(),
                List.of());
    }

    /// Names for every pool the first rule that keeps the request away from it.
    public static Refusal residency(Model model, Decision decision) {
        var whole = decision.requestFailure();
        if (whole.isPresent()) {
            var failure = whole.get();
            var code =
                    failure.rule() == Rule.POLICY_WIDENING
                            ? ErrorCode.POLICY_WIDENING
                            : ErrorCode.DATA_RESIDENCY_MISMATCH;
            return refusal(
                    code,
                    failure.explanation().english(),
                    List.of(detail("request", failure, decision)));
        }
        var details =
                decision.verdicts().stream()
                        .filter(v -> !v.eligible())
                        .map(v -> detail(v.pool().value(), first(v), decision))
                        .toList();
        return refusal(
                ErrorCode.DATA_RESIDENCY_MISMATCH,
                "The residency policy "
                        + decision.policyVersion()
                        + " permits none of the places where `"
                        + model.name()
                        + "` runs. Nothing was sent, kept or charged.",
                details);
    }

    private static RuleFailure first(PoolVerdict verdict) {
        return verdict.first().orElseThrow();
    }

    private static Refusal refusal(ErrorCode code, String sentence, List<Refusal.Detail> details) {
        return new Refusal(code, sentence, Optional.empty(), Optional.empty(), details);
    }

    private static Refusal.Detail detail(String scope, RuleFailure failure, Decision decision) {
        return new Refusal.Detail(
                failure.rule().label(),
                scope,
                failure.explanation().english(),
                decision.policyVersion(),
                "",
                "",
                "owner or admin of the organisation");
    }

    /// R16: the pool is open to this organisation for so many tokens, and these are too many.
    public static Refusal spillSpent(ReserveOutcome.SpillSpent spent, Decision decision) {
        var sentence =
                "This request may need "
                        + spent.needed()
                        + " tokens outside the policy's places; of the "
                        + spent.cap()
                        + " that were consented to, "
                        + spent.used()
                        + " are used or held by running requests. Nothing was sent or charged.";
        return refusal(
                ErrorCode.DATA_RESIDENCY_MISMATCH,
                sentence,
                List.of(
                        new Refusal.Detail(
                                Rule.SPILL.label(),
                                decision.policyVersion(),
                                sentence,
                                Long.toString(spent.cap()),
                                Long.toString(spent.used()),
                                "",
                                "owner of the organisation")));
    }

    public static Refusal noneRunning(Model model) {
        return new Refusal(
                ErrorCode.RESIDENCY_CAPACITY,
                "No pool that may run `" + model.name() + "` for this request is running now.",
                Optional.empty(),
                Optional.of(SOON),
                List.of());
    }

    /// R18: what was made in a place that is no longer permitted does not leave. Nor does what
    /// nobody can be asked about.
    public static Refused stopped(StillPermitted permission) {
        return permission == StillPermitted.WITHDRAWN
                ? new CloudException(
                        ErrorCode.DATA_RESIDENCY_MISMATCH,
                        "The place where the answer was being made is no longer permitted, so it"
                                + " was cut.")
                : new CloudException(
                        ErrorCode.OVERLOADED,
                        "The records could not be reached, so the answer was cut. What was not"
                                + " sent is not charged.");
    }

    public static Refusal ending() {
        return new Refusal(
                ErrorCode.OVERLOADED,
                "The server is being stopped and takes nothing more in. Nothing was started.",
                Optional.empty(),
                Optional.of(SOON),
                List.of());
    }

    public static Refusal overloaded(Duration wait) {
        return new Refusal(
                ErrorCode.OVERLOADED,
                "Every pool that may run this request is full.",
                Optional.empty(),
                Optional.of(wait),
                List.of());
    }

    public static Refusal budgetSpent(ReserveOutcome.BudgetSpent spent) {
        var sentence =
                "This request may cost up to "
                        + spent.needed()
                        + ", and the organisation's running grants can still pay "
                        + spent.available()
                        + ".";
        return new Refusal(
                ErrorCode.INSUFFICIENT_QUOTA,
                sentence,
                Optional.empty(),
                Optional.empty(),
                List.of(
                        new Refusal.Detail(
                                "grants",
                                "organisation",
                                sentence,
                                spent.available().toString(),
                                spent.needed().toString(),
                                "",
                                "programme-officer")));
    }
}
