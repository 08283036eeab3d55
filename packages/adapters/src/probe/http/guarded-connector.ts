import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import pLimit from 'p-limit';
import { buildConnector } from 'undici';
import type { AddressPolicy } from './address-policy.ts';

/** Resolves a name to all its addresses. */
export type Resolve = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** The system resolves names on four threads that all of the process shares: names that hang must leave some to the others. */
const lookupsAtOnce = 2;
const lookups = pLimit(lookupsAtOnce);

export const resolveBySystem: Resolve = (host, done) =>
  void lookups(
    () =>
      new Promise<void>((resolve) => {
        systemLookup(host, { all: true }, (error, addresses) => {
          resolve();
          done(error, addresses);
        });
      }),
  );

const refusedCode = 'ADDRESS_REFUSED';

/** Why the address was refused, when that is what an error says. */
export function refusalIn(error: unknown): string | null {
  return error instanceof Error && 'code' in error && error.code === refusedCode ? error.message : null;
}

/**
 * Connects only to addresses the policy allows. What is judged is what is dialled: the name is resolved once, for this
 * connection, and the address of the open socket is judged again. So a name that resolves differently a moment later
 * (DNS rebinding) gains nothing. A name with one refused address among several is refused.
 */
export function createGuardedConnector(
  policy: AddressPolicy,
  resolve: Resolve,
  { timeoutMs, ...tls }: { timeoutMs: number; ca?: string },
): buildConnector.connector {
  return (options, callback) => {
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80));
    const host = options.hostname;
    const refusal = (address: string) => policy.refusal(address, host, port);

    // A socket does not look up an address that is written as such.
    const literal = isIP(host) === 0 ? null : refusal(host);
    if (literal !== null) return callback(refused(literal), null);

    const lookup: LookupFunction = (name, lookupOptions, done) => {
      resolve(name, (error, addresses) => {
        const reason = addresses?.map(({ address }) => refusal(address)).find((each) => each !== null);
        if (error !== null) return done(error, '', 0);
        if (reason !== undefined) return done(refused(`${name} resolves to ${reason}`), '', 0);
        const [first] = addresses;
        if (first === undefined)
          return done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
        return lookupOptions.all ? done(null, addresses) : done(null, first.address, first.family);
      });
    };
    const connect = buildConnector({ ...tls, lookup, allowH2: false, timeout: timeoutMs });
    connect(options, (error, socket) => {
      if (error !== null) return callback(error, null);
      const reason = refusal(socket.remoteAddress ?? '');
      if (reason === null) return callback(null, socket);
      socket.destroy();
      return callback(refused(reason), null);
    });
  };
}

function refused(reason: string): Error {
  return Object.assign(new Error(reason), { code: refusedCode });
}
