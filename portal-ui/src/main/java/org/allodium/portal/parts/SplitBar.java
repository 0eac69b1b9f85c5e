package org.allodium.portal.parts;

import com.vaadin.flow.component.html.Div;
import java.math.BigDecimal;
import java.util.List;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.kernel.Money;
import org.allodium.portal.text.Figures;

/// Who paid which part, drawn to scale.
public final class SplitBar extends Div {
    public SplitBar(List<Payment> payments, Figures figures) {
        addClassName("split");
        var whole =
                payments.stream()
                        .map(payment -> payment.amount().amount())
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        for (var payment : payments) {
            var text = payment.funder() + " " + figures.money(payment.amount());
            var segment = new Div(text);
            segment.addClassName("segment");
            segment.setTitle(text + " · " + payment.programme());
            segment.getStyle().set("--share", Bar.share(payment.amount().amount(), whole));
            add(segment);
        }
    }

    /// A sum of payments, for the line beside the bar.
    public static Money total(List<Payment> payments) {
        return payments.stream().map(Payment::amount).reduce(Money.zero(Money.EUR), Money::plus);
    }
}
