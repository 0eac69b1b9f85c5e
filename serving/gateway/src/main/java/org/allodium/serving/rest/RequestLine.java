package org.allodium.serving.rest;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// The log's line for each request. It says where it comes from: asked by anyone else, the log
/// walks the stack to find out, which takes longer than to write the line.
final class RequestLine {
    private static final String SOURCE = Api.class.getName();
    private static final Logger LOG = Logger.getLogger(SOURCE);

    private RequestLine() {}

    static void write(Exchange exchange, Response response) {
        if (LOG.isLoggable(Level.INFO)) {
            var line = new LogRecord(Level.INFO, words(exchange, response));
            line.setLoggerName(SOURCE);
            line.setSourceClassName(SOURCE);
            line.setSourceMethodName("answer");
            LOG.log(line);
        }
    }

    private static String words(Exchange exchange, Response response) {
        return response.requestId()
                + ' '
                + exchange.method()
                + ' '
                + response.route()
                + ' '
                + exchange.status()
                + ' '
                + response.model()
                + ' '
                + response.millis()
                + " ms, client's id "
                + ClientRequestId.forTheLog(exchange.header(ClientRequestId.HEADER));
    }
}
