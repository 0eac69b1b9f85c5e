package org.allodium.serving.rest;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.allodium.serving.AnswerStart;
import org.allodium.serving.AnswerStart.RateState;

/// The response headers beyond HTTP's own.
final class AnswerHeaders {
    private AnswerHeaders() {}

    static void answer(Exchange exchange, AnswerStart start) {
        exchange.header("x-receipt-id", start.requestId());
        exchange.header("x-sovereignty", sovereignty(start));
        rate(exchange, start.rate());
    }

    static void rate(Exchange exchange, RateState rate) {
        exchange.header("x-ratelimit-limit-requests", Long.toString(rate.limitRequests()));
        exchange.header("x-ratelimit-remaining-requests", Long.toString(rate.remainingRequests()));
        exchange.header("x-ratelimit-reset-requests", duration(rate.resetRequestsMillis()));
        exchange.header("x-ratelimit-limit-tokens", Long.toString(rate.limitTokens()));
        exchange.header("x-ratelimit-remaining-tokens", Long.toString(rate.remainingTokens()));
        exchange.header("x-ratelimit-reset-tokens", duration(rate.resetTokensMillis()));
        exchange.header("x-ratelimit-scope", "organisation");
    }

    static String sovereignty(AnswerStart start) {
        var place = start.place();
        return "place="
                + ascii(place.facility() + "," + place.country())
                + "; operator="
                + ascii(place.operator())
                + "; policy="
                + ascii(start.policy())
                + "; cache="
                + (start.fromCache() ? "hit" : "miss")
                + "; spill="
                + (start.spilled() ? "consented" : "none");
    }

    /// As clients know it: `12ms`, `1.5s`, `6m0s`.
    static String duration(long millis) {
        var time = Duration.ofMillis(millis);
        if (millis < 1_000) {
            return millis + "ms";
        }
        if (time.toMinutes() == 0) {
            return millis % 1_000 == 0
                    ? time.toSeconds() + "s"
                    : time.toSeconds()
                            + "."
                            + Long.toString(1_000 + millis % 1_000).substring(1)
                            + "s";
        }
        return time.toMinutes() + "m" + time.toSecondsPart() + "s";
    }

    /// A header carries ASCII; other bytes and the separators are percent-encoded.
    private static String ascii(String text) {
        if (text.chars().allMatch(AnswerHeaders::isPlain)) {
            return text;
        }
        var out = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            out.append(isPlain(b) ? Character.toString(b) : "%%%02X".formatted(b & 0xff));
        }
        return out.toString();
    }

    private static boolean isPlain(int c) {
        return c >= ' ' && c < 0x7f && c != ';' && c != '%' && c != '=';
    }
}
