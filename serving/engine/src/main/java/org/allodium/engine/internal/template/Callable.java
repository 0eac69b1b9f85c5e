package org.allodium.engine.internal.template;

import java.util.List;
import java.util.Map;
import org.allodium.engine.internal.template.Values.None;
import org.jspecify.annotations.Nullable;

/// Something a template may call: filter, test, method (the first value is its target) or function.
interface Callable {
    Object call(Given given);

    /// What a call was given.
    record Given(List<Object> values, Map<String, Object> named) {

        Object target() {
            return values.getFirst();
        }

        String text() {
            return Values.string(target());
        }

        int count() {
            return values.size() + named.size();
        }

        /// An argument by position behind the target (from 1) or name; null if left out or none.
        @Nullable Object argument(int position, String name) {
            var value = position < values.size() ? values.get(position) : named.get(name);
            return value == None.NONE ? null : value;
        }

        String textArgument(int position, String name) {
            var value = argument(position, name);
            if (value == null) {
                throw new RenderFailure("the argument " + name + " is missing");
            }
            return Values.string(value);
        }
    }
}
