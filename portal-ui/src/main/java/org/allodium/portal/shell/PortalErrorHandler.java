package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.server.ErrorEvent;
import com.vaadin.flow.server.ErrorHandler;
import java.util.Optional;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.portal.parts.Notice;
import org.allodium.portal.text.Messages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The edge at which a page's failures end. A refusal is shown as the sentence it is; anything else
/// is logged under an id, and the reader sees that id and no more.
public final class PortalErrorHandler implements ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PortalErrorHandler.class);

    @Override
    public void error(ErrorEvent event) {
        var text = record(event.getThrowable());
        if (UI.getCurrent() != null) {
            Notice.failure(text);
        }
    }

    /// Logs what has to be logged and returns what the reader is told.
    static String record(Throwable failure) {
        var refusal = refusal(failure).filter(found -> found.code().kind() != ErrorCode.Kind.OURS);
        if (refusal.isPresent()) {
            LOG.debug("Refused: {}", refusal.get().code());
            return refusal.get().sentence().in(Messages.locale());
        }
        var id = Ids.secret(6);
        LOG.error("Portal failure {}", id, failure);
        return say("failure.with-id", id);
    }

    static Optional<Refused> refusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Refused refusal) {
                return Optional.of(refusal);
            }
        }
        return Optional.empty();
    }
}
