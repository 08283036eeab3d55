/**
 * Whether a source knows anything of an instant, in the language of the shipped triggers: how many targets it scraped. None where it
 * holds nothing of that time, because it is new or has lost its data.
 */
export const memoryQuery = 'count(up)';
