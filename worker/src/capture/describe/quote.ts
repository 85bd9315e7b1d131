/** A value as gst-launch reads it whatever is in it. */
export const quoted = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
