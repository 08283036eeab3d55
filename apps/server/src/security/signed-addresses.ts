/** Where presses of buttons in messages arrive. */
export const pressAddress = '/integrations/:notifier/interactivity';

/**
 * Whoever asks here is told by a signature over the bytes of the body, which no page of another site has: its content is of any
 * type, and no token is asked for.
 */
export const signedAddresses: ReadonlySet<string> = new Set([pressAddress]);
