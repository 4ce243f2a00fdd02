/**
 * From source rows to observations: duplicates found, columns derived from neighbouring rows, and the segments of the
 * customer as of the observation's instant. No row is added or lost on the way.
 */
package dev.touchstone.observe;
