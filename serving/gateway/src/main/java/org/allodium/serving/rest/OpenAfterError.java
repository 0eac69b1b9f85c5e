package org.allodium.serving.rest;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leaves a connection open after an error whose request was read to its last byte. The server's
/// channel closes it after every status that its table calls an error, and no option says
/// otherwise; a status that is not from its table is none (decision 0103). Where the server is
/// another than we know, nothing happens, and the connection is closed as ever.
final class OpenAfterError {
    private static final Logger LOG = LoggerFactory.getLogger(OpenAfterError.class);

    private OpenAfterError() {}

    /// To be called when the status was set and before anything has left.
    static void keep(ServletRequest request, int status) {
        try {
            var channel = channel(request);
            // Otherwise the rest of this request would be read as the next one.
            if (Boolean.TRUE.equals(ask(channel, "isIncomingMessageFullyRead"))) {
                replace(ask(channel, "getResponse"), status);
            }
        } catch (ReflectiveOperationException | ClassCastException another) {
            LOG.debug("The server closes the connection", another);
        }
    }

    private static Object channel(ServletRequest request) throws ReflectiveOperationException {
        var inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        var connection = ask(ask(inner, "getIRequest"), "getHttpInboundConnection");
        return ask(ask(connection, "getHttpInboundLink"), "getHTTPContext");
    }

    private static void replace(Object message, int status) throws ReflectiveOperationException {
        var known = ask(message, "getStatusCode");
        var phrase = (String) ask(message, "getReasonPhrase");
        var type = known.getClass();
        var open = type.getMethod("makeUndefinedValue", int.class).invoke(null, status);
        message.getClass().getMethod("setStatusCode", type).invoke(message, open);
        message.getClass().getMethod("setReasonPhrase", String.class).invoke(message, phrase);
    }

    private static Object ask(Object whom, String what) throws ReflectiveOperationException {
        var answer = whom.getClass().getMethod(what).invoke(whom);
        if (answer == null) {
            throw new NoSuchMethodException(what);
        }
        return answer;
    }
}
