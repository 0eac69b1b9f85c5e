package org.allodium.serving;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.allodium.billing.ReserveOutcome;
import org.allodium.catalog.Model;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
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
    public static Refused modelNotFound(String name) {
        return Refused.of(ErrorCode.MODEL_NOT_FOUND, "serving.model-not-found", name).at("model");
    }

    public static Refused wrongModality(Model model) {
        var name = model.name();
        return switch (model.modality()) {
            case TEXT -> Refused.invalid("model", "serving.model-makes-text", name);
            case EMBEDDING -> Refused.invalid("model", "serving.model-makes-embeddings", name);
            case RANKING -> Refused.invalid("model", "serving.model-ranks", name);
        };
    }

    /// As a refusal names one of a field's inputs.
    static String param(String field, int index, int inputs) {
        return inputs == 1 ? field : field + "[" + index + "]";
    }

    public static Refused noSuchToken(long id, String param) {
        return Refused.invalid(param, "serving.no-such-token", id);
    }

    /// What the engine says of a part of the request, in its own words.
    public static Refused asSaid(String words, String param) {
        return new Refused(ErrorCode.INVALID_REQUEST, Sentence.asSaid(words)).at(param);
    }

    public static Refused contextExceeded(long prompt, long output, int context, String param) {
        return Refused.of(
                        ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                        "serving.context-exceeded",
                        context,
                        prompt + output,
                        prompt,
                        output)
                .at(param);
    }

    /// What cannot fit whatever its tokens are.
    public static Refused tooMuchText(long bytes, long most, int context, String param) {
        return Refused.of(
                        ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                        "serving.too-much-text",
                        context,
                        most,
                        bytes)
                .at(param);
    }

    /// Names for every pool the first rule that keeps the request away from it.
    public static Refused residency(Model model, Decision decision) {
        var whole = decision.requestFailure();
        if (whole.isPresent()) {
            var failure = whole.get();
            var code =
                    failure.rule() == Rule.POLICY_WIDENING
                            ? ErrorCode.POLICY_WIDENING
                            : ErrorCode.DATA_RESIDENCY_MISMATCH;
            return new Refused(code, failure.explanation())
                    .with(List.of(reason("request", failure, decision)));
        }
        var reasons =
                decision.verdicts().stream()
                        .filter(v -> !v.eligible())
                        .map(v -> reason(v.pool().value(), first(v), decision))
                        .toList();
        return Refused.of(
                        ErrorCode.DATA_RESIDENCY_MISMATCH,
                        "serving.no-place-permitted",
                        decision.policyVersion(),
                        model.name())
                .with(reasons);
    }

    private static RuleFailure first(PoolVerdict verdict) {
        return verdict.first().orElseThrow();
    }

    private static Refused.Reason reason(String scope, RuleFailure failure, Decision decision) {
        return new Refused.Reason(
                failure.rule(),
                scope,
                Optional.of(failure.explanation()),
                decision.policyVersion(),
                "",
                "",
                "owner or admin of the organisation");
    }

    /// R16: the pool is open to this organisation for so many tokens, and these are too many.
    public static Refused spillSpent(ReserveOutcome.SpillSpent spent, Decision decision) {
        var refused =
                Refused.of(
                        ErrorCode.DATA_RESIDENCY_MISMATCH,
                        "serving.spill-spent",
                        spent.needed(),
                        spent.cap(),
                        spent.used());
        return refused.with(
                List.of(
                        new Refused.Reason(
                                Rule.SPILL,
                                decision.policyVersion(),
                                Optional.of(refused.sentence()),
                                Long.toString(spent.cap()),
                                Long.toString(spent.used()),
                                "",
                                "owner of the organisation")));
    }

    public static Refused noneRunning(Model model) {
        return Refused.of(ErrorCode.RESIDENCY_CAPACITY, "serving.none-running", model.name())
                .retryAfter(SOON);
    }

    /// R18: what was made in a place no longer permitted, or of which nobody can tell, stays.
    public static Refused stopped(StillPermitted permission) {
        return permission == StillPermitted.WITHDRAWN
                ? Refused.of(ErrorCode.DATA_RESIDENCY_MISMATCH, "serving.place-withdrawn")
                : Refused.of(ErrorCode.OVERLOADED, "serving.cut-without-records");
    }

    public static Refused ending() {
        return Refused.of(ErrorCode.OVERLOADED, "serving.ending").retryAfter(SOON);
    }

    public static Refused overloaded(Duration wait) {
        return Refused.of(ErrorCode.OVERLOADED, "serving.pools-full").retryAfter(wait);
    }

    public static Refused budgetSpent(ReserveOutcome.BudgetSpent spent) {
        var refused =
                Refused.of(
                        ErrorCode.INSUFFICIENT_QUOTA,
                        "serving.budget-spent",
                        spent.needed(),
                        spent.available());
        return refused.with(
                List.of(
                        new Refused.Reason(
                                Limit.GRANTS,
                                "organisation",
                                Optional.of(refused.sentence()),
                                spent.available().toString(),
                                spent.needed().toString(),
                                "",
                                "programme-officer")));
    }
}
