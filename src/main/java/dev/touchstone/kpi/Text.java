package dev.touchstone.kpi;

import java.io.Serializable;

/** A text for people, in English and Persian; {@code fa} falls back to {@code en}. */
public record Text(String en, String fa) implements Serializable {
    public Text {
        fa = fa == null ? en : fa;
    }
}
