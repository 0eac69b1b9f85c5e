package org.allodium.portal.handbook;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Tag;
import com.vaadin.flow.component.dependency.JavaScript;
import com.vaadin.flow.component.dependency.StyleSheet;
import com.vaadin.flow.router.Route;
import java.util.ArrayList;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.SeenBy;

/// Every operation of both APIs: a viewer in the browser draws the document of `/openapi`, so the
/// page says what programs read. It sends no request of the reader's: a key has no place here.
@CdiComponent
@Route(value = "reference", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.EVERYBODY)
@StyleSheet("context://viewer/swagger-ui.css")
@JavaScript("context://viewer/swagger-ui-bundle.js")
public class ReferenceView extends Sheet {
    public ReferenceView() {
        super(say("reference.title"), say("reference.lead"));
        var document = Buttons.plainLink("/openapi", say("reference.document"));
        document.setRouterIgnore(true);
        actions(Buttons.plainLink("handbook", say("handbook.title")), document);
        var blocks = new ArrayList<Component>();
        PassageLinks.languageNote().ifPresent(blocks::add);
        blocks.add(new Viewer());
        show(blocks.toArray(Component[]::new));
    }

    /// See `portal.js`.
    @Tag("api-reference")
    private static final class Viewer extends Component {
        Viewer() {
            getElement().setAttribute("lang", "en");
        }
    }
}
