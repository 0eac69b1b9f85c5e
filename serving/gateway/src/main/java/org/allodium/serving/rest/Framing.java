package org.allodium.serving.rest;

import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;

/// Refuses requests that two readers could read differently, wherever they lead: where a proxy and
/// this server disagree on where a request ends, one client can write into another's.
@WebFilter(
        filterName = "framing",
        urlPatterns = "/*",
        asyncSupported = true,
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC})
public class Framing implements Filter {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    @Inject Clock clock;
    @Inject HangUps hangUps;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var flaw = flaw((HttpServletRequest) request);
        if (flaw.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        var http = (HttpServletResponse) response;
        // Nobody knows where the next request would begin.
        http.setHeader("Connection", "close");
        var exchange = new ServletExchange((HttpServletRequest) request, http, hangUps);
        var answer = new Response(exchange, Ids.prefixed("req_", clock), clock);
        var refusal = new Refused(ErrorCode.INVALID_REQUEST, flaw.get());
        answer.error(ErrorBody.of(refusal, answer.requestId()));
    }

    static Optional<Sentence> flaw(HttpServletRequest request) {
        for (var name : Collections.list(request.getHeaderNames())) {
            if (!TOKEN.matcher(name).matches()) {
                return Optional.of(Sentence.of("serving.header-name"));
            }
        }
        var hosts = all(request, "Host");
        if (hosts.size() > 1 || (hosts.isEmpty() && "HTTP/1.1".equals(request.getProtocol()))) {
            return Optional.of(Sentence.of("serving.one-host"));
        }
        var lengths = all(request, "Content-Length");
        if (lengths.size() > 1 || lengths.stream().anyMatch(l -> !LENGTH.matcher(l).matches())) {
            return Optional.of(Sentence.of("serving.one-length"));
        }
        var codings = all(request, "Transfer-Encoding");
        if (!codings.isEmpty() && (!lengths.isEmpty() || !codings.equals(List.of("chunked")))) {
            return Optional.of(Sentence.of("serving.one-framing"));
        }
        return Optional.empty();
    }

    private static List<String> all(HttpServletRequest request, String name) {
        var values = Collections.list(request.getHeaders(name));
        // Not stripped: the server strips what stands in one line, so that a blank at the
        // beginning tells of a value on a second line.
        values.replaceAll(value -> value.toLowerCase(Locale.ROOT));
        return values;
    }
}
