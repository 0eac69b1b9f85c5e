package org.allodium.portal.receipts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import com.vaadin.flow.dom.Element;
import org.allodium.billing.SettledRequest;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.SplitBar;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Tenant;
import org.jspecify.annotations.Nullable;

/// The way of one request, hop by hop, and who paid for it.
public final class ReceiptCard extends Card {
    public ReceiptCard(SettledRequest request, Visit visit, Figures figures, Residency residency) {
        super(say("receipt.card", shortId(request.requestId()), figures.time(request.at())));
        var place = residency.place(new PoolId(request.pool()));
        add(hops(request, visit, figures, place.orElse(null)));
        if (!request.payments().isEmpty()) {
            add(new SplitBar(request.payments(), figures));
        }
        var link = Buttons.link(visit.path("receipts/" + request.requestId()), say("receipt.open"));
        var actions = new Div(link);
        actions.addClassName("actions");
        add(actions);
    }

    static UnorderedList hops(
            SettledRequest request, Visit visit, Figures figures, @Nullable PoolPlace place) {
        var hops = new UnorderedList();
        hops.addClassName("hops");
        hops.add(
                hop(
                        say("receipt.key"),
                        caller(request),
                        visit.tenant().map(Tenant::name).orElse("")),
                hop(say("receipt.gateway"), say("receipt.gateway.checked"), request.model()));
        if (request.fromCache()) {
            hops.add(hop(say("receipt.cache"), say("receipt.cache.text"), ""));
        } else if (place != null) {
            hops.add(
                    hop(
                            say("receipt.pool", place.facility()),
                            Names.operator(place),
                            Names.country(place.country())));
        }
        hops.add(
                hop(
                        say("receipt.back"),
                        figures.number(request.outputTokens()) + " " + say("unit.tokens"),
                        Names.of(request.outcome())));
        return hops;
    }

    private static String caller(SettledRequest request) {
        return request.keyName().isBlank() ? say("receipt.by-portal") : request.keyName();
    }

    private static ListItem hop(String title, String first, String second) {
        var hop = new ListItem();
        hop.addClassName("hop");
        var strong = new Element("b");
        strong.setText(title);
        hop.getElement().appendChild(strong);
        hop.add(new Span(first), new Span(second));
        return hop;
    }

    /// Enough of an id to tell two apart; the whole one stands on the receipt's page.
    public static String shortId(String id) {
        return id.length() <= 14 ? id : id.substring(0, 8) + "…" + id.substring(id.length() - 4);
    }
}
