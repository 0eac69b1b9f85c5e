package org.allodium.it.arch;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaGenericArrayType;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaWildcardType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Whoever reads a signature knows what goes through it: no tree of JSON, whose fields only its
/// maker knows, and nothing that could be anything.
final class TypedApi extends ArchCondition<JavaClass> {
    private static final List<String> TREES =
            List.of(
                    "tools.jackson.",
                    "com.fasterxml.jackson.databind.",
                    "jakarta.json.",
                    "com.google.gson.");

    // What every class has from java.lang.Object.
    private static final Set<String> OF_OBJECT = Set.of("equals");

    // What is put into a sentence is shown by its text, whatever it is.
    private static final Set<String> OF_SENTENCES =
            Set.of(
                    "org.allodium.kernel.Sentence.of",
                    "org.allodium.kernel.Refused.of",
                    "org.allodium.kernel.Refused.invalid");

    TypedApi() {
        super("say in their public signatures what goes through them");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        if (!isPublic(type)) {
            return;
        }
        Stream.concat(type.getCodeUnits().stream(), type.getFields().stream())
                .filter(TypedApi::isOpen)
                .filter(member -> types(member).anyMatch(TypedApi::isLoose))
                .forEach(
                        member ->
                                events.add(
                                        SimpleConditionEvent.violated(
                                                member,
                                                member.getFullName() + " lets anything through")));
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(TypedApi::isPublic).orElse(true);
    }

    private static boolean isOpen(JavaMember member) {
        var modifiers = member.getModifiers();
        return (modifiers.contains(JavaModifier.PUBLIC)
                        || modifiers.contains(JavaModifier.PROTECTED))
                && !modifiers.contains(JavaModifier.SYNTHETIC)
                && !modifiers.contains(JavaModifier.BRIDGE)
                && !OF_OBJECT.contains(member.getName())
                && !OF_SENTENCES.contains(member.getOwner().getName() + "." + member.getName());
    }

    private static Stream<JavaType> types(JavaMember member) {
        return switch (member) {
            case JavaCodeUnit code ->
                    Stream.concat(
                            Stream.of(code.getReturnType()), code.getParameterTypes().stream());
            case JavaField field -> Stream.of(field.getType());
            default -> throw new IllegalStateException("A new kind of member: " + member);
        };
    }

    private static boolean isLoose(JavaType type) {
        return switch (type) {
            case JavaClass one -> isLooseClass(one.getBaseComponentType());
            // Of a class, which one it is may be open.
            case JavaParameterizedType many when many.toErasure().isEquivalentTo(Class.class) ->
                    many.getActualTypeArguments().stream()
                            .anyMatch(of -> !isUnbounded(of) && isLoose(of));
            case JavaParameterizedType many ->
                    isLoose(many.toErasure())
                            || many.getActualTypeArguments().stream().anyMatch(TypedApi::isLoose);
            case JavaWildcardType wildcard ->
                    isUnbounded(wildcard)
                            || Stream.concat(
                                            wildcard.getUpperBounds().stream(),
                                            wildcard.getLowerBounds().stream())
                                    .anyMatch(TypedApi::isLoose);
            case JavaGenericArrayType array -> isLoose(array.getComponentType());
            // A variable is whatever its caller says, and no more.
            default -> false;
        };
    }

    private static boolean isUnbounded(JavaType type) {
        return type instanceof JavaWildcardType wildcard
                && wildcard.getUpperBounds().isEmpty()
                && wildcard.getLowerBounds().isEmpty();
    }

    private static boolean isLooseClass(JavaClass type) {
        return type.isEquivalentTo(Object.class)
                || TREES.stream().anyMatch(tree -> type.getName().startsWith(tree));
    }
}
