/** Statistics in, estimates out: the light stage. It never sees a source. */
package dev.touchstone.assess;
