package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.ErrorParameter;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.ParentLayout;
import com.vaadin.flow.server.HttpStatusCode;
import jakarta.servlet.http.HttpServletResponse;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;

/// A page that could not be shown: says so, with the id under which it was logged.
@CdiComponent
@ParentLayout(MainLayout.class)
public class FailureView extends Sheet implements HasErrorParameter<Exception> {
    public FailureView() {
        super(say("failure.title"));
    }

    @Override
    public int setErrorParameter(BeforeEnterEvent event, ErrorParameter<Exception> parameter) {
        var text = PortalErrorHandler.record(parameter.getException());
        show(
                new EmptyState(
                        say("failure.heading"),
                        text,
                        Buttons.plainLink("/", say("not-found.home"))));
        return PortalErrorHandler.refusal(parameter.getException())
                .map(refusal -> known(refusal.code().httpStatus()))
                .orElse(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
    }

    // With a status that Vaadin does not know, 422 and 429, it shows a page of its own instead.
    private static int known(int status) {
        return HttpStatusCode.isValidStatusCode(status)
                ? status
                : HttpServletResponse.SC_BAD_REQUEST;
    }
}
