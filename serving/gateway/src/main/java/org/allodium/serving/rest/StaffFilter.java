package org.allodium.serving.rest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.ext.Provider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.allodium.identity.StaffAuthentication;
import org.allodium.identity.StaffCallers;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks who is there before an address is looked up; gives each request its id and log line.
@Provider
@PreMatching
@ApplicationScoped
public class StaffFilter implements ContainerRequestFilter, ContainerResponseFilter {
    private static final Logger LOG = LoggerFactory.getLogger(StaffFilter.class);
    private static final String SCOPE = StaffFilter.class.getName() + ".scope";
    private static final String ID = StaffFilter.class.getName() + ".id";
    private static final String BEGUN = StaffFilter.class.getName() + ".begun";

    @Inject StaffCallers callers;
    @Inject ManagementPort management;
    @Inject Clock clock;
    @Context HttpServletRequest http;

    @Override
    public void filter(ContainerRequestContext request) {
        request.setProperty(BEGUN, clock.instant());
        request.setProperty(ID, Ids.prefixed("req_", clock));
        // There is one form of answer, whatever a client would rather have.
        request.getHeaders().putSingle(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON);
        var authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        switch (callers.authenticate(authorization, management.isUsedBy(http))) {
            case StaffAuthentication.Authenticated staff ->
                    request.setProperty(SCOPE, staff.scope());
            case StaffAuthentication.Rejected(var reason) ->
                    throw new Refused(ErrorCode.INVALID_API_KEY, reason);
            case StaffAuthentication.Forbidden(var reason) ->
                    throw new Refused(ErrorCode.PERMISSION_DENIED, reason);
        }
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        var headers = response.getHeaders();
        long millis = millis(request);
        headers.putSingle("x-request-id", id(request));
        headers.putSingle("openai-processing-ms", millis);
        headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-cache");
        if (response.hasEntity() && !(response.getEntity() instanceof StreamingOutput)) {
            headers.putSingle(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8");
        }
        LOG.info(
                "{} {} /admin/v1 {} {} ms",
                id(request),
                request.getMethod(),
                response.getStatus(),
                millis);
    }

    private long millis(ContainerRequestContext request) {
        return request.getProperty(BEGUN) instanceof Instant begun
                ? Duration.between(begun, clock.instant()).toMillis()
                : 0;
    }

    private static String id(ContainerRequestContext request) {
        return String.valueOf(request.getProperty(ID));
    }

    static String id(ServletRequest request) {
        return String.valueOf(request.getAttribute(ID));
    }

    /// In whose name a request that has passed this filter works.
    static TenantScope scope(ServletRequest request) {
        if (request.getAttribute(SCOPE) instanceof TenantScope scope) {
            return scope;
        }
        throw new IllegalStateException("Nobody was asked who they are");
    }
}
