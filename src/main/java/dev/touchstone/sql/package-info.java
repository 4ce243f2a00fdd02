/**
 * Quoting and analyzing SQL text: so that no name or text is ever read as SQL, bad SQL is a message, and names
 * match however they are written.
 */
package dev.touchstone.sql;
