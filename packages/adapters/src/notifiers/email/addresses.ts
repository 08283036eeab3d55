/**
 * A mailbox as people write it: no quotes, no comments, no name beside it. Narrower than what RFC 5321 allows, and nothing in
 * it can end a command or a header. Letters beyond ASCII need a server that takes SMTPUTF8.
 */
export const addressPattern =
  '^[^\\s\\u0000-\\u0020\\u007f-\\u00a0<>()\\[\\],;:"\\\\@]{1,64}@[^\\s\\u0000-\\u0020\\u007f-\\u00a0<>()\\[\\],;:"\\\\@]{1,189}$';

const address = new RegExp(addressPattern, 'u');
const mostAddresses = 50;

/** The addresses of a route's `to`; a sentence where they are none. */
export function addressesOf(to: string): { addresses: string[] } | { fault: string } {
  const addresses = [...new Set(to.split(',').map((one) => one.trim()))].filter((one) => one !== '');
  if (addresses.length === 0) return { fault: 'It names no address.' };
  if (addresses.length > mostAddresses) return { fault: `It names more than ${mostAddresses} addresses.` };
  const wrong = addresses.findIndex((one) => !address.test(one));
  return wrong < 0 ? { addresses } : { fault: `Its ${ordinal(wrong + 1)} address is not one.` };
}

function ordinal(place: number): string {
  return ['first', 'second', 'third'][place - 1] ?? `${place}th`;
}
