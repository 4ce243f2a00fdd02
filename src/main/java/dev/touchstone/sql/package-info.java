/** Quoting and analyzing SQL text: so that no name or text is ever read as SQL, and bad SQL is a message. */
package dev.touchstone.sql;
