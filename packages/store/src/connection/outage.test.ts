import { DriverAdapterError } from '@prisma/driver-adapter-utils';
import { describe, expect, test } from 'vitest';
import { outageOf, sqlStateOf } from './outage.ts';
import { isConnectionLoss, isStoreUnavailable, outageWords, typed } from './store-unavailable.ts';

const coded = (code: string, message = 'as the server said it') =>
  Object.assign(new Error(message), { code, severity: 'ERROR' });
/** As Prisma rejects: the driver's error is kept in `meta` alone. */
const ofPrisma = (code: string, cause: object) =>
  Object.assign(new Error('\nInvalid invocation:\n\n\nwhat happened'), {
    code,
    meta: { driverAdapterError: new DriverAdapterError({ kind: 'postgres', ...cause } as never) },
  });

/** SQLSTATEs: in words, and whether what was last sent may have been done all the same. */
const outages: [code: string, words: RegExp, lost: boolean][] = [
  ['08000', /connection/, true],
  ['08003', /connection/, true],
  ['08006', /connection/, true],
  ['08P01', /connection/, true],
  ['25006', /read-only or a standby/, false],
  ['25P03', /ended the session/, true],
  ['25P04', /ended the session/, true],
  ['28000', /user name or the password/, false],
  ['28P01', /user name or the password/, false],
  ['3D000', /no database of that name/, true],
  ['3F000', /tables/, false],
  ['40001', /same rows/, false],
  ['40P01', /same rows/, false],
  ['40003', /connection/, true],
  ['42501', /lacks a right/, false],
  ['42P01', /tables/, false],
  ['53000', /resource/, false],
  ['53100', /disk is full/, false],
  ['53200', /out of memory/, false],
  ['53300', /no connection left/, true],
  ['53400', /resource/, false],
  ['55006', /lock/, false],
  ['55P03', /lock/, false],
  ['57000', /operator/, true],
  ['57014', /longer than it may/, false],
  ['57P01', /shutting down/, true],
  ['57P02', /shutting down/, true],
  ['57P03', /starting/, true],
  ['57P04', /no database/, true],
  ['57P05', /ended the session/, true],
  ['58000', /own files/, false],
  ['58030', /own files/, false],
  ['58P01', /own files/, false],
  ['F0001', /own files or configuration/, false],
  ['XX000', /damaged/, false],
  ['XX001', /damaged/, false],
  ['XX002', /damaged/, false],
];

describe.each(outages)('SQLSTATE %s is an outage', (code, words, lost) => {
  test.each([
    ['from the driver', coded(code)],
    ['wrapped', new Error('outer', { cause: coded(code) })],
    ['from Prisma', ofPrisma('P2039', { code, originalCode: code })],
    ['from its adapter', new DriverAdapterError({ kind: 'postgres', code, originalCode: code } as never)],
  ])('%s', (_from, error) => {
    expect(outageOf(error)).toEqual({ words: expect.stringMatching(words), lost, code });
    expect(isStoreUnavailable(typed(error))).toBe(true);
    expect(isConnectionLoss(typed(error))).toBe(lost);
    expect(sqlStateOf(typed(error))).toBe(code);
  });
});

const exceptions: [error: Error, words: RegExp, lost: boolean][] = [
  [coded('ECONNREFUSED'), /nothing accepts/, true],
  ...[
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EHOSTDOWN',
    'ENOENT',
    'EMFILE',
  ].map((code): [Error, RegExp, boolean] => [coded(code), /connection to it breaks/, true]),
  [coded('ETIMEDOUT'), /in time/, true],
  [coded('ENOTFOUND'), /no address/, true],
  [coded('EAI_AGAIN'), /no address/, true],
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), /encrypted/, true],
  [coded('SELF_SIGNED_CERT_IN_CHAIN'), /encrypted/, true],
  [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), /encrypted/, true],
  [coded('CERT_HAS_EXPIRED'), /encrypted/, true],
  [coded('ERR_TLS_CERT_ALTNAME_INVALID'), /encrypted/, true],
  [coded('ERR_SSL_WRONG_VERSION_NUMBER'), /encrypted/, true],
  [coded('EPROTO'), /encrypted/, true],
  [new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), /nothing accepts/, true],
  [new Error('Connection terminated unexpectedly'), /connection/, true],
  [new Error('Connection terminated due to connection timeout'), /connection/, true],
  [new Error('Client has encountered a connection error and is not queryable'), /connection/, true],
  [new Error('Client was closed and is not queryable'), /connection/, true],
  [new Error('timeout exceeded when trying to connect'), /in time/, true],
  [new Error('timeout expired'), /in time/, true],
  [new Error('Query read timeout'), /in time/, true],
  [new Error('Cannot use a pool after calling end on the pool'), /connection/, true],
  [new Error('The server does not support SSL connections'), /encrypted/, true],
  [new Error('There was an error establishing an SSL connection'), /encrypted/, true],
  [new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'), /password/, false],
  [coded('P1000'), /password/, false],
  [coded('P1001'), /connection/, true],
  [coded('P1002'), /in time/, true],
  [coded('P1003'), /no database/, true],
  [coded('P1008'), /in time/, true],
  [coded('P1010'), /user name/, false],
  [coded('P1011'), /encrypted/, true],
  [coded('P1017'), /connection/, true],
  [coded('P2021'), /tables/, false],
  [coded('P2022'), /tables/, false],
  [coded('P2024'), /in time/, true],
  [coded('P2034'), /same rows/, false],
  [coded('P2037'), /no connection left/, true],
  ...(
    [
      ['DatabaseNotReachable', /connection/, true],
      ['ConnectionClosed', /connection/, true],
      ['SocketTimeout', /in time/, true],
      ['TooManyConnections', /no connection left/, true],
      ['TlsConnectionError', /encrypted/, true],
      ['DatabaseDoesNotExist', /no database/, true],
      ['DatabaseAccessDenied', /user name/, false],
      ['AuthenticationFailed', /password/, false],
      ['TransactionWriteConflict', /same rows/, false],
      ['TableDoesNotExist', /tables/, false],
    ] as const
  ).map(([kind, words, lost]): [Error, RegExp, boolean] => [
    new DriverAdapterError({ kind } as never),
    words,
    lost,
  ]),
];

test.each(exceptions)('%s is an outage', (error, words, lost) => {
  expect(outageOf(error)).toMatchObject({ words: expect.stringMatching(words), lost });
  expect(isStoreUnavailable(typed(error))).toBe(true);
});

test.each([
  coded('23505'),
  coded('23514'),
  coded('22P02'),
  coded('22001'),
  coded('42601'),
  coded('25P02'),
  coded('P0001'),
  coded('54000'),
  new Error('invalid input'),
  new TypeError('x is undefined'),
  ofPrisma('P2002', { kind: 'UniqueConstraintViolation', originalCode: '23505' }),
])('%s is no outage', (error) => {
  expect(outageOf(error)).toBeNull();
  expect(typed(error)).toBe(error);
});

test('the words name what the driver said in one line', () => {
  expect(outageWords(coded('28P01', 'password authentication failed for user "ada"'))).toBe(
    'it refuses the user name or the password (28P01: password authentication failed for user "ada")',
  );
  expect(outageWords(ofPrisma('P2039', { code: '53100', originalCode: '53100' }))).toBe(
    'its disk is full (53100: what happened)',
  );
});
