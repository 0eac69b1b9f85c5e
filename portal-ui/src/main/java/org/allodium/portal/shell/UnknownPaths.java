package org.allodium.portal.shell;

import com.vaadin.flow.router.RouteConfiguration;
import com.vaadin.flow.server.VaadinServletContext;
import com.vaadin.flow.server.startup.ApplicationRouteRegistry;
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
import java.net.MalformedURLException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.allodium.corpus.Handbook;
import org.allodium.kernel.Ids;
import org.allodium.portal.text.Messages;
import tools.jackson.databind.json.JsonMapper;

/// Answers addresses that are none of the portal's: programs in JSON, people in their language.
/// Vaadin would answer each with its start page, and a mistyped address of the API would look like
/// success.
@WebFilter(
        filterName = "unknown-paths",
        servletNames = "portal",
        asyncSupported = true,
        dispatcherTypes = {DispatcherType.REQUEST, DispatcherType.ASYNC})
public class UnknownPaths implements Filter {
    private static final Set<String> READING = Set.of("GET", "HEAD");
    // What Vaadin serves beside views.
    private static final Set<String> VAADINS =
            Set.of("VAADIN", "vaadinServlet", "web-component", "HEARTBEAT", "PUSH");
    /// Of the API, as clients write them when the base address lacks `/v1`.
    private static final Set<String> APIS =
            Set.of(
                    "chat/completions",
                    "completions",
                    "embeddings",
                    "rerank",
                    "responses",
                    "messages");

    @Inject Clock clock;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var http = (HttpServletRequest) request;
        var answer = (HttpServletResponse) response;
        var path = path(http);
        boolean inside = isVaadins(http, path);
        if (!inside && !isPage(http, path)) {
            refuse(http, answer, 404, path);
        } else if (!inside && !READING.contains(http.getMethod())) {
            answer.setHeader("Allow", "GET, HEAD");
            refuse(http, answer, 405, path);
        } else {
            chain.doFilter(request, response);
        }
    }

    /// Without the slash at its beginning, decoded.
    private static String path(HttpServletRequest request) {
        var path = Optional.ofNullable(request.getPathInfo()).orElse("");
        return path.startsWith("/") ? path.substring(1) : path;
    }

    /// The messages between a page that is open and the server go to the root.
    private static boolean isVaadins(HttpServletRequest request, String path) {
        var query = Optional.ofNullable(request.getQueryString()).orElse("");
        return VAADINS.contains(path.split("/", 2)[0])
                || (path.isEmpty() && query.contains("v-r="));
    }

    private static boolean isPage(HttpServletRequest request, String path) {
        var context = request.getServletContext();
        var routes = ApplicationRouteRegistry.getInstance(new VaadinServletContext(context));
        return RouteConfiguration.forRegistry(routes).getRoute(path).isPresent()
                        && Handbook.knows(path)
                || Addresses.of("/" + path, true).isPresent()
                || isFile(request, path);
    }

    private static boolean isFile(HttpServletRequest request, String path) {
        var inner = path.toUpperCase(Locale.ROOT);
        if (inner.startsWith("WEB-INF") || inner.startsWith("META-INF") || path.endsWith("/")) {
            return false;
        }
        var context = request.getServletContext();
        try {
            // A server may list nothing below a file, where the specification says null.
            var below = context.getResourcePaths("/" + path + "/");
            return context.getResource("/" + path) != null
                    && (below == null || below.stream().noneMatch(isBelow(path)));
        } catch (MalformedURLException noFile) {
            return false;
        }
    }

    private static Predicate<String> isBelow(String path) {
        var folder = "/" + path + "/";
        return name -> name.startsWith(folder) && name.length() > folder.length();
    }

    private void refuse(
            HttpServletRequest request, HttpServletResponse response, int status, String path)
            throws IOException {
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        var id = Ids.prefixed("req_", clock);
        response.setHeader("x-request-id", id);
        var language = Messages.nearest(request.getLocale());
        boolean person = accepts(request).contains("text/html");
        response.setContentType(
                person ? "text/html; charset=utf-8" : "application/json; charset=utf-8");
        response.setHeader("Content-Language", language.toLanguageTag());
        var text = person ? page(language) : json(language, status, path);
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String accepts(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader("Accept")).orElse("").toLowerCase(Locale.ROOT);
    }

    private static String json(Locale language, int status, String path) {
        boolean api = APIS.contains(path);
        var key = api ? "not-found.api" : status == 405 ? "not-found.method" : "not-found.machine";
        var body = JsonMapper.shared().createObjectNode();
        body.putObject("error")
                .put("message", Messages.say(language, key, "/v1", "/v1/" + path))
                .put("type", "invalid_request_error")
                .putNull("param")
                .put("code", status == 405 ? "method_not_allowed" : "not_found");
        return JsonMapper.shared().writeValueAsString(body);
    }

    /// No script and no style of the portal: it must also say so where those are missing.
    private static String page(Locale language) {
        return """
        <!doctype html><html lang="%s"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <meta name="color-scheme" content="light dark"><title>%s</title>
        <main style="font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem">
        <h1>%s</h1><p>%s</p><p><a href="/">%s</a></p></main></html>
        """
                .formatted(
                        language.toLanguageTag(),
                        Messages.say(language, "not-found.title"),
                        Messages.say(language, "not-found.heading"),
                        Messages.say(language, "not-found.text"),
                        Messages.say(language, "not-found.home"));
    }
}
