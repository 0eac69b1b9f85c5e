package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.browserless.BrowserlessTest;
import com.vaadin.browserless.ComponentTester;
import com.vaadin.browserless.internal.MockVaadin;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.HasValue;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.checkbox.Checkbox;
import com.vaadin.flow.component.combobox.ComboBox;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.dom.Element;
import com.vaadin.flow.server.ErrorEvent;
import com.vaadin.flow.server.VaadinRequest;
import com.vaadin.flow.server.VaadinSession;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.identity.PortalUser;
import org.allodium.tenancy.Person;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/// A page as its reader meets it: opened by an address, read by the sentences shown, worked with
/// by labels. Each act is a request of its own, in the scope of the page's address, and what an act
/// throws ends where the session's failures end (decision 0132).
public abstract class PageTest extends BrowserlessTest {
    private @Nullable Person reader;
    private String path = "";

    @BeforeEach
    @Override
    protected void initVaadinEnvironment() {
        scanTesters();
        MockVaadin.setup(MockedPortal.PAGES, new MockedPortal(Rooms.beans()), lookupServices());
        initSignalsSupport();
    }

    /// Before any page is opened: see [World#anew].
    protected final void inAnEmptyWorld() {
        cleanVaadinEnvironment();
        World.anew();
        initVaadinEnvironment();
    }

    protected static <T> T the(Class<T> service) {
        return Rooms.the(service);
    }

    protected final void open(@Nullable Person who, String address) {
        reader = who;
        path = address;
        request(() -> UI.getCurrent().navigate(address));
    }

    protected final void click(String label) {
        click(find(Button.class).withText(label).single());
    }

    /// Where several things have such a button: that of the thing with this text.
    protected final void clickAt(String text, String label) {
        var buttons = find(Button.class).withText(label).all();
        click(Collections.min(buttons, Comparator.comparing(button -> distance(button, text))));
    }

    private void click(Button button) {
        request(() -> test(button).click());
    }

    /// In the dialog that lies on top.
    protected final void answer(String label) {
        var dialog = find(Dialog.class).last();
        click(find(Button.class, dialog).withText(label).single());
    }

    private static int distance(Component from, String text) {
        var steps = 0;
        for (var at = from; at != null; at = at.getParent().orElse(null)) {
            if (at.getElement().getTextRecursively().contains(text)) {
                return steps;
            }
            steps++;
        }
        return Integer.MAX_VALUE;
    }

    /// A choice is filled in by its label.
    protected final void fill(String label, Object value) {
        var field = field(label);
        request(
                () -> {
                    switch (field) {
                        case Select<?> one -> test(one).selectItem((String) value);
                        case ComboBox<?> one -> test(one).selectItem((String) value);
                        case RadioButtonGroup<?> one -> test(one).selectItem((String) value);
                        case Checkbox one -> test(one).click();
                        default -> new Typing(field).type(value);
                    }
                });
    }

    private Component field(String label) {
        return find(Component.class)
                .withCondition(component -> component instanceof HasValue)
                .withCondition(
                        component ->
                                label.equals(component.getElement().getProperty("label"))
                                        || label.equals(
                                                component
                                                        .getElement()
                                                        .getProperty("accessibleName")))
                .single();
    }

    protected final Object value(String label) {
        return ((HasValue<?, ?>) field(label)).getValue();
    }

    protected final List<String> choices(String label) {
        return field(label) instanceof Select<?> select ? test(select).getSuggestions() : List.of();
    }

    protected final boolean offers(String button) {
        return find(Button.class).withText(button).exists();
    }

    /// What the reader sees, line by line.
    protected final List<String> shown() {
        return find(Component.class).all().stream().flatMap(PageTest::words).toList();
    }

    /// What other threads bring to the page appears within a few seconds.
    protected final void await(String sentence) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!shown().contains(sentence) && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            MockVaadin.clientRoundtrip();
        }
        assertThat(shown()).contains(sentence);
    }

    private static Stream<String> words(Component component) {
        var element = component.getElement();
        var inside =
                element.getChildren()
                        .filter(child -> child.isTextNode() || child.getComponent().isEmpty())
                        .map(Element::getTextRecursively)
                        .collect(Collectors.joining());
        var error =
                element.getProperty("invalid", false) ? element.getProperty("errorMessage") : "";
        return Stream.of(
                        inside,
                        element.getProperty("headerTitle"),
                        element.getProperty("label"),
                        element.getProperty("helperText"),
                        element.getProperty("text"),
                        error)
                .filter(Objects::nonNull)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    /// What a reader can type, also where the field does not allow it.
    private static final class Typing extends ComponentTester<Component> {
        Typing(Component field) {
            super(field);
        }

        void type(Object value) {
            ensureComponentIsUsable();
            setValueAsUser(value);
        }
    }

    private void request(Runnable act) {
        var visit = visit();
        VaadinRequest.getCurrent().setAttribute(Visits.ATTRIBUTE, visit);
        visit.scope()
                .run(
                        () -> {
                            try {
                                act.run();
                            } catch (RuntimeException failure) {
                                refused(failure);
                            }
                            roundTrip();
                        });
    }

    private static void refused(RuntimeException failure) {
        if (PortalErrorHandler.refusal(failure).isEmpty()) {
            throw failure;
        }
        VaadinSession.getCurrent().getErrorHandler().error(new ErrorEvent(failure));
    }

    private Visit visit() {
        var user =
                reader == null
                        ? null
                        : new PortalUser(
                                reader.subject(), reader.name(), reader.name(), reader.email(), "");
        return the(Visits.class).of(user, Place.of(path));
    }
}
