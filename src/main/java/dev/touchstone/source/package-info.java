/**
 * The user's tables: the contracts that they are mapped to, the conversion of raw values, and the rules that send a
 * row to quarantine.
 */
package dev.touchstone.source;
