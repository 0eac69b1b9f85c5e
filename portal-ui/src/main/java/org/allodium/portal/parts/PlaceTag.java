package org.allodium.portal.parts;

import com.vaadin.flow.component.html.Span;
import org.allodium.portal.text.Names;
import org.allodium.sovereignty.PoolPlace;

/// Where something runs and who operates it, with a small flag.
public final class PlaceTag extends Span {
    public PlaceTag(PoolPlace place) {
        this(place.country(), place.facility() + " · " + Names.operator(place));
    }

    public PlaceTag(String country, String text) {
        addClassName("place");
        add(flag(country), new Span(text));
    }

    public static Span flag(String country) {
        var flag = new Span();
        flag.addClassName("flag");
        Names.flag(country).ifPresent(look -> flag.addClassName("flag-" + look));
        flag.getElement().setAttribute("role", "img");
        flag.getElement().setAttribute("aria-label", Names.country(country));
        flag.setTitle(Names.country(country));
        return flag;
    }
}
