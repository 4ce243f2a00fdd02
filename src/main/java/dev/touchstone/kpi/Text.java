package dev.touchstone.kpi;

/** A text for people, in English and Persian; {@code fa} falls back to {@code en}. */
public record Text(String en, String fa) {
    public Text {
        fa = fa == null ? en : fa;
    }
}
