package org.allodium.serving.rest;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.allodium.identity.ApiKeyId;
import org.allodium.identity.Authentication;
import org.allodium.identity.Caller;
import org.allodium.identity.Flaw;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Grounds;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.serving.RefusalLog;
import org.allodium.serving.RefusedRequest.Cause;

/// Which refusals an organisation can read afterwards, and what of them: never a sentence that may
/// repeat what the client wrote. A reason's own names what the installation declares: a demand of
/// another name is refused before any rule is asked.
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

    /// A refusal of who is asking. What it rests on is for the record; clients read the sentence.
    static Refused refused(ErrorCode code, Sentence reason, Optional<Authentication.Known> known) {
        var refused = new Refused(code, reason);
        return known.map(whose -> refused.with(List.of(reason(whose.flaw())))).orElse(refused);
    }

    private static Refused.Reason reason(Flaw flaw) {
        return new Refused.Reason(flaw, "key", Optional.empty(), "", "", "", "");
    }

    static void note(RefusalLog log, Response response, ErrorBody error) {
        var who = response.by();
        int status = error.code().httpStatus();
        if (who == null || !RECORDED.contains(status)) {
            return;
        }
        var first = error.said().reasons().stream().findFirst();
        var cause =
                new Cause(
                        status,
                        error.code().wireCode(),
                        first.map(Refused.Reason::grounds).map(Grounds::label).orElse(""),
                        response.route(),
                        response.asked());
        log.note(
                who,
                cause,
                first.flatMap(Refused.Reason::explanation).map(RecordedRefusals::cut),
                response.requestId());
    }

    private static Sentence cut(Sentence explanation) {
        var english = explanation.english();
        return english.length() <= LONGEST_EXPLANATION
                ? explanation
                : Sentence.asSaid(english.substring(0, LONGEST_EXPLANATION));
    }
}
