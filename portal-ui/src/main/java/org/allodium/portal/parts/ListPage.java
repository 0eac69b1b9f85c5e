package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.router.QueryParameters;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// One page of a long list, which is part of the address and counts from 0. Nobody counts the list:
/// one row more than is shown tells that others follow.
public record ListPage<T>(int number, List<T> rows, boolean more) {
    public static final int SIZE = 25;

    public interface Source<T> {
        List<T> read(int offset, int limit);
    }

    public ListPage {
        rows = List.copyOf(rows);
    }

    /// The first one, where the address names none.
    public static int number(QueryParameters asked) {
        return asked.getSingleParameter("page")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(Integer::valueOf)
                .orElse(0);
    }

    public static <T> ListPage<T> read(int number, Source<T> list) {
        return of(number, list.read(number * SIZE, SIZE + 1));
    }

    /// `found` begins with this page's rows.
    public static <T> ListPage<T> of(int number, List<T> found) {
        return new ListPage<>(
                number, found.subList(0, Math.min(SIZE, found.size())), found.size() > SIZE);
    }

    /// `none` says why the whole list is empty, which a page behind its end does not know.
    public Component content(
            Function<List<T>, Component> table,
            Supplier<? extends Component> none,
            IntFunction<String> address) {
        if (!rows.isEmpty()) {
            return table.apply(rows);
        }
        return number == 0 ? none.get() : EmptyState.behindTheEnd(address.apply(0));
    }

    public Div pager(IntFunction<String> address) {
        var pager = new Div();
        pager.addClassName("pager");
        if (number > 0 && !rows.isEmpty()) {
            pager.add(Buttons.plainLink(address.apply(number - 1), say("pager.previous")));
        }
        if (more) {
            pager.add(Buttons.plainLink(address.apply(number + 1), say("pager.next")));
        }
        return pager;
    }
}
