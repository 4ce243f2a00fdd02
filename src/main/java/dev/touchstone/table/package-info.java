/**
 * The output tables: what each is called, what its columns mean, and how a run replaces exactly what it owns.
 *
 * <p>A table is declared once, in {@link dev.touchstone.table.Table}; creation, comments, the written column order and
 * the reference in {@code docs/} follow from that. Every table stays at Delta reader version 1.
 */
package dev.touchstone.table;
