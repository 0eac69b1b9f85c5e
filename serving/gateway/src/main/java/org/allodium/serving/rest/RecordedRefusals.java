package org.allodium.serving.rest;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.allodium.identity.ApiKeyId;
import org.allodium.identity.Authentication;
import org.allodium.identity.Caller;
import org.allodium.kernel.ErrorCode;
import org.allodium.serving.Refusal;
import org.allodium.serving.RefusalLog;
import org.allodium.serving.RefusedRequest.Cause;

/// Which refusals an organisation can read afterwards, and what of them: never a sentence that may
/// repeat what the client wrote.
final class RecordedRefusals {
    private static final Set<Integer> RECORDED = Set.of(401, 403, 404, 429, 503);
    private static final int LONGEST_EXPLANATION = 300;

    private RecordedRefusals() {}

    static RefusalLog.Who who(Caller caller) {
        return new RefusalLog.Who(
                caller.tenant(), caller.key().map(ApiKeyId::toString).orElse(""), caller.keyName());
    }

    static RefusalLog.Who who(Authentication.Known known) {
        return new RefusalLog.Who(
                known.tenant(), known.key().map(ApiKeyId::toString).orElse(""), known.keyName());
    }

    /// A refusal of who is asking. Its rule is for the record; clients read the sentence.
    static Refusal refused(ErrorCode code, String reason, Optional<Authentication.Known> known) {
        var rule = known.map(Authentication.Known::cause).orElse("");
        var details =
                rule.isEmpty()
                        ? List.<Refusal.Detail>of()
                        : List.of(new Refusal.Detail(rule, "key", "", "", "", "", ""));
        return new Refusal(code, reason, Optional.empty(), Optional.empty(), details);
    }

    static void note(RefusalLog log, Response response, ErrorBody error) {
        var who = response.by();
        int status = error.code().httpStatus();
        if (who == null || !RECORDED.contains(status)) {
            return;
        }
        var first = error.details().stream().findFirst();
        var cause =
                new Cause(
                        status,
                        error.code().wireCode(),
                        first.map(Refusal.Detail::rule).orElse(""),
                        response.route(),
                        response.asked());
        var explanation = first.map(Refusal.Detail::explanation).orElse("");
        log.note(
                who,
                cause,
                explanation.substring(0, Math.min(explanation.length(), LONGEST_EXPLANATION)),
                response.requestId());
    }
}
