package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.AttachEvent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.ComponentUtil;
import com.vaadin.flow.component.DetachEvent;
import com.vaadin.flow.component.HasValidation;
import com.vaadin.flow.component.HasValue;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.dom.DebouncePhase;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.portal.text.Messages;

/// Fields by the name that the services use, so that a refusal appears at the field it is about.
/// Emptiness is checked here; everything else by the service. Knows whether something was typed,
/// and can keep it as a draft.
public final class Form extends Div {
    private static final Duration BURST = Duration.ofSeconds(1);

    private final Map<String, Component> fields = new LinkedHashMap<>();
    private final Span error = new Span();
    private Optional<Draft> draft = Optional.empty();
    private boolean typed;

    public Form() {
        addClassName("form");
        error.addClassName("form-error");
        error.getElement().setAttribute("role", "alert");
        error.setVisible(false);
        add(error);
        // The text being written counts, although its field has not been left.
        getElement()
                .addEventListener("input", event -> typed = true)
                .debounce((int) BURST.toMillis(), DebouncePhase.LEADING);
    }

    /// `name` is the `param` of the service's refusal.
    public <F extends Component & HasValidation & HasValue<?, ?>> Form field(String name, F field) {
        fields.put(name, field);
        field.getElement().setAttribute("data-field", name);
        if (field instanceof Select<?>) {
            // Required is not said of a button, which the component takes its value for.
            field.getElement()
                    .executeJs(
                            "this.querySelector('[slot=value]')?.setAttribute('role', 'combobox')");
        }
        field.addValueChangeListener(change -> typed |= change.isFromClient());
        addComponentAtIndex(getComponentCount() - 1, field);
        return this;
    }

    public <F extends Component & HasValidation & HasValue<?, ?>> Form wide(String name, F field) {
        field.addClassName("full");
        return field(name, field);
    }

    /// Keeps what is typed in the reader's browser under this name until it is sent or discarded.
    public Form draft(String name) {
        draft = Optional.of(new Draft(name, this, fields));
        return this;
    }

    public boolean keepsDraft() {
        return draft.isPresent();
    }

    /// Whether something is in the fields that was not sent.
    public boolean typed() {
        return typed;
    }

    /// What was restored counts as typed.
    void restored() {
        typed = true;
    }

    /// Forgets what was typed, the draft as well.
    public void discard() {
        typed = false;
        draft.ifPresent(Draft::end);
    }

    /// The open forms of a page in which something was typed.
    public static boolean anyTyped(UI ui) {
        return open(ui).stream().anyMatch(Form::typed);
    }

    public static boolean allKept(UI ui) {
        return open(ui).stream().filter(Form::typed).allMatch(Form::keepsDraft);
    }

    @Override
    protected void onAttach(AttachEvent event) {
        open(event.getUI()).add(this);
        draft.ifPresent(Draft::begin);
    }

    @Override
    protected void onDetach(DetachEvent event) {
        open(event.getUI()).remove(this);
    }

    private static Set<Form> open(UI ui) {
        var forms = ComponentUtil.getData(ui, Open.class);
        if (forms == null) {
            forms = new Open();
            ComponentUtil.setData(ui, Open.class, forms);
        }
        return forms.forms;
    }

    /// The forms of a page that are shown at present.
    private static final class Open {
        private final Set<Form> forms = new HashSet<>();
    }

    /// Runs the work if every required field is filled. A refusal is shown and nothing is lost.
    public boolean submit(Runnable work) {
        error.setVisible(false);
        if (!filled()) {
            return false;
        }
        try {
            work.run();
            discard();
            return true;
        } catch (Refused refusal) {
            if (refusal.code().kind() == ErrorCode.Kind.OURS) {
                throw refusal;
            }
            show(refusal);
            return false;
        }
    }

    /// Marks one field; for what only the form can know.
    public void invalid(String name, String message) {
        if (fields.get(name) instanceof HasValidation field) {
            field.setErrorMessage(message);
            field.setInvalid(true);
        }
    }

    private boolean filled() {
        var complete = true;
        for (var field : fields.entrySet()) {
            if (field.getValue() instanceof HasValue<?, ?> value
                    && value.isRequiredIndicatorVisible()
                    && value.isEmpty()) {
                invalid(field.getKey(), say("form.required"));
                complete = false;
            }
            if (field.getValue() instanceof HasValidation checked && checked.isInvalid()) {
                if (checked.getErrorMessage() == null || checked.getErrorMessage().isEmpty()) {
                    checked.setErrorMessage(say("form.not-understood"));
                }
                complete = false;
            }
        }
        return complete;
    }

    private void show(Refused refusal) {
        var field = refusal.field().filter(fields::containsKey);
        var sentence = refusal.sentence().in(Messages.locale());
        if (field.isPresent()) {
            invalid(field.get(), sentence);
        } else {
            error.setText(sentence);
            error.setVisible(true);
        }
    }
}
