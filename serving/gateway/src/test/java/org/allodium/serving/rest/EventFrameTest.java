package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class EventFrameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " word",
                "\"\\",
                "\n\t\r",
                "\0",
                "\\u0000",
                "Grüße 東京 🎼",
                "\u2028</script>"
            })
    void anEventIsThatOfItsText(String text) {
        assertThat(new EventFrame(EventFrameTest::event).with(text))
                .isEqualTo(Events.event(event(text)));
    }

    private static ObjectNode event(String text) {
        var event = JsonMapper.shared().createObjectNode().put("id", "ü\\u0000");
        event.putObject("delta").put("content", text);
        return event.put("end", 1);
    }
}
