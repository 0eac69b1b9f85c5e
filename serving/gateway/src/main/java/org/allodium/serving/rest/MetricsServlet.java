package org.allodium.serving.rest;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;

/// `GET /metrics` in Prometheus' text form, at the management port only.
@WebServlet("/metrics")
public class MetricsServlet extends HttpServlet {
    @Inject PrometheusMeterRegistry registry;
    @Inject ManagementPort management;
    @Inject HangUps hangUps;
    @Inject Clock clock;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!management.isUsedBy(request)) {
            var exchange = new ServletExchange(request, response, hangUps);
            var answer = new Response(exchange, Ids.prefixed("req_", clock), clock);
            var nothing = Refused.of(ErrorCode.NOT_FOUND, "serving.nothing-there");
            answer.error(ErrorBody.of(nothing, answer.requestId()));
            return;
        }
        response.setContentType("text/plain; version=0.0.4; charset=utf-8");
        registry.scrape(response.getOutputStream());
    }
}
