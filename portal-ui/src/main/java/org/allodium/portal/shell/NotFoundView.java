package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.ErrorParameter;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.ParentLayout;
import jakarta.servlet.http.HttpServletResponse;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;

/// No such page, or not for this reader: both look the same.
@CdiComponent
@ParentLayout(MainLayout.class)
public class NotFoundView extends Sheet implements HasErrorParameter<NotFoundException> {
    public NotFoundView() {
        super(say("not-found.title"));
        show(
                new EmptyState(
                        say("not-found.heading"),
                        say("not-found.text"),
                        Buttons.plainLink("/", say("not-found.home"))));
    }

    @Override
    public int setErrorParameter(
            BeforeEnterEvent event, ErrorParameter<NotFoundException> parameter) {
        return HttpServletResponse.SC_NOT_FOUND;
    }
}
