package org.allodium.engine.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class StopFilterTest {

    @Test
    void holdsBackWhatMayBeginAStopText() {
        var filter = new StopFilter(List.of("END", "###"));
        assertThat(filter.push("say E")).isEqualTo("say ");
        assertThat(filter.push("N")).isEmpty();
        assertThat(filter.push("T #")).isEqualTo("ENT ");
        assertThat(filter.push("##x")).isEmpty();
        assertThat(filter.stopped()).isTrue();
        assertThat(filter.push("more")).isEmpty();
        assertThat(filter.flush()).isEmpty();
    }

    @Test
    void givesBackWhatWasHeldWhenTextEnds() {
        var filter = new StopFilter(List.of("END"));
        assertThat(filter.push("the EN")).isEqualTo("the ");
        assertThat(filter.flush()).isEqualTo("EN");
    }

    @Test
    void ofTwoThatEndTogetherTheLongerCounts() {
        assertThat(new StopFilter(List.of("b", "ab")).push("xab")).isEqualTo("x");
    }

    @Property(seed = "42")
    void theCutsDoNotMatter(
            @ForAll @StringLength(max = 30) @CharRange(from = 'a', to = 'c') String text,
            @ForAll @Size(min = 1, max = 3)
                    List<@StringLength(min = 1, max = 4) @CharRange(from = 'a', to = 'c') String>
                            stops) {
        var whole = new StopFilter(stops);
        var expected = whole.push(text) + whole.flush();
        var cut = new StopFilter(stops);
        var shown = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            shown.append(cut.push(text.substring(i, i + 1)));
        }
        assertThat(shown.append(cut.flush()).toString()).isEqualTo(expected);
        assertThat(cut.stopped()).isEqualTo(whole.stopped());
        assertThat(stops).noneMatch(expected::contains);
        assertThat(text).startsWith(expected);
    }
}
