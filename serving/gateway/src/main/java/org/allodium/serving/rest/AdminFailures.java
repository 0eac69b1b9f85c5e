package org.allodium.serving.rest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.concurrent.CompletionException;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.ServingMeters;

/// Whatever goes wrong below `/admin/v1` becomes the error object of `/v1`.
@Provider
@ApplicationScoped
public class AdminFailures implements ExceptionMapper<Throwable> {
    @Inject ServingMeters meters;
    @Context HttpServletRequest request;

    @Override
    public Response toResponse(Throwable thrown) {
        return told(thrown, StaffFilter.id(request));
    }

    /// The same from a thread that the request does not belong to.
    Response told(Throwable thrown, String id) {
        var failure = known(thrown);
        var error = ErrorBody.of(failure, id);
        Failures.note(id, failure, error, meters);
        var answer = Response.status(error.code().httpStatus()).entity(error.json(null));
        error.headers(answer::header);
        if (thrown instanceof NotAllowedException other) {
            answer.header(HttpHeaders.ALLOW, allowed(other));
        }
        return answer.build();
    }

    private static String allowed(NotAllowedException other) {
        return other.getResponse().getHeaderString(HttpHeaders.ALLOW);
    }

    /// What the framework says with exceptions of its own, in ours.
    private static Throwable known(Throwable thrown) {
        return switch (thrown) {
            case CompletionException wrapped when wrapped.getCause() != null ->
                    known(wrapped.getCause());
            case WebApplicationException own when own.getCause() instanceof Refused cause -> cause;
            case WebApplicationException own -> ofStatus(own);
            default -> thrown;
        };
    }

    private static Throwable ofStatus(WebApplicationException own) {
        return switch (own) {
            case NotFoundException _ -> Refused.of(ErrorCode.NOT_FOUND, "serving.nothing-there");
            case NotAllowedException other ->
                    Refused.of(
                            ErrorCode.METHOD_NOT_ALLOWED, "serving.other-method", allowed(other));
            case ClientErrorException _ ->
                    Refused.of(ErrorCode.INVALID_REQUEST, "serving.address-unreadable");
            default -> own;
        };
    }
}
