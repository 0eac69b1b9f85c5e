package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.HasValidation;
import com.vaadin.flow.component.HasValue;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import java.util.LinkedHashMap;
import java.util.Map;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.portal.text.Sentences;

/// Fields by the name that the services use, so that a refusal appears at the field it is about.
/// Emptiness is checked here; everything else by the service.
public final class Form extends Div {
    private final Map<String, Component> fields = new LinkedHashMap<>();
    private final Span error = new Span();

    public Form() {
        addClassName("form");
        error.addClassName("form-error");
        error.getElement().setAttribute("role", "alert");
        error.setVisible(false);
        add(error);
    }

    /// `name` is the `param` of the service's refusal.
    public <F extends Component & HasValidation & HasValue<?, ?>> Form field(String name, F field) {
        fields.put(name, field);
        addComponentAtIndex(getComponentCount() - 1, field);
        return this;
    }

    public <F extends Component & HasValidation & HasValue<?, ?>> Form wide(String name, F field) {
        field.addClassName("full");
        return field(name, field);
    }

    /// Runs the work if every required field is filled. A refusal is shown and nothing is lost.
    public boolean submit(Runnable work) {
        error.setVisible(false);
        if (!filled()) {
            return false;
        }
        try {
            work.run();
            return true;
        } catch (CloudException refusal) {
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
                complete = false;
            }
        }
        return complete;
    }

    private void show(CloudException refusal) {
        var param = refusal.param();
        var sentence = Sentences.translate(refusal.safeDetail());
        if (param != null && fields.containsKey(param)) {
            invalid(param, sentence);
        } else {
            error.setText(sentence);
            error.setVisible(true);
        }
    }
}
