package org.allodium.portal.parts;

import com.vaadin.flow.component.Tag;
import com.vaadin.flow.component.html.Span;
import java.time.Instant;
import org.allodium.portal.text.Figures;

/// A moment: relative to read, exact on hover.
@Tag("time")
public final class When extends Span {
    public When(Instant time, Figures figures) {
        this(figures.relative(time), time, figures);
    }

    private When(String text, Instant time, Figures figures) {
        setText(text);
        setTitle(figures.exact(time));
        getElement().setAttribute("datetime", time.toString());
        addClassName("when");
    }

    /// The day, for ends and expiries.
    public static When day(Instant time, Figures figures) {
        return new When(figures.date(time), time, figures);
    }
}
